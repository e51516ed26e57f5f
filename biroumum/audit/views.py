"""The published log as files, where no server stands in front that gives them from the disk itself."""

import hashlib
import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from biroumum.audit import keys, tiles
from biroumum.audit.witnesses import configured

LOG = re.compile(r"[a-z0-9-]+")
SOON = "max-age=5"  # a checkpoint is a second old when it comes
EVER = "max-age=31536000, immutable"  # a tile never changes, a partial one neither


@require_safe
def checkpoint(request: HttpRequest, log: str) -> HttpResponseBase:
    return _file(request, log, "checkpoint", "text/plain; charset=utf-8", SOON)


@require_safe
def tile(request: HttpRequest, log: str, address: str) -> HttpResponseBase:
    if not tiles.ADDRESS.fullmatch(address):
        raise Http404
    return _file(request, log, f"tile/{address}", "application/octet-stream", EVER)


@require_safe
def verifiers(request: HttpRequest) -> HttpResponseBase:
    """The keys that signed checkpoints, then those of promises, the oldest first, then the witnesses'; one a line."""
    seen = (witness.verifier for witness in configured())
    lines = [f"{each.vkey}\n" for each in (*keys.log_verifiers(), *keys.promise_verifiers(), *seen)]
    response = HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")
    return _for_everyone(response, "max-age=300")


def _file(request: HttpRequest, log: str, name: str, kind: str, cache: str) -> HttpResponseBase:
    data = tiles.Folder(settings.AUDIT_DIR / log).read(name) if LOG.fullmatch(log) else None
    if data is None:
        raise Http404
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    response = HttpResponse(data, content_type=kind, headers={"ETag": etag})
    answer = get_conditional_response(request, etag=etag, response=response) or response
    return _for_everyone(answer, cache)


def _for_everyone(response: HttpResponseBase, cache: str) -> HttpResponseBase:
    """Pages of others may read it in their visitors' browsers, as a witness's does."""
    response["Cache-Control"] = cache
    response["Access-Control-Allow-Origin"] = "*"
    return response
