"""Erase from the shell what a data subject asked for: as on the pages two persons with rights, but one who types."""

from __future__ import annotations

import os
import pwd
import socket
from contextlib import suppress
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.audit.commands import Answer, CouldNotRun, LogCommand
from biroumum.documents.models import IssuedDocument
from biroumum.privacy import registry, services
from biroumum.privacy.models import ErasureRequest, LegalBasis
from biroumum.privacy.workflow import ERASURE
from biroumum.web import context
from biroumum.web.subjects import subject_key
from biroumum.workflow.engine import Forbidden, Refused


class Command(LogCommand):
    help = (
        "Erase the personal data of one case because its data subject asked for it. Without --execute it only says what "
        "would go and what stays. Two different persons are named by their mail address; both must hold the rights the "
        "pages ask for. You speak for both, nobody else confirms it: so the trace says that one operator did, "
        "with the operator's user of this machine. Exit 0: said or done; 1: refused; 2: it could not run."
    )
    troubles = (OSError, DatabaseError)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", help="number of the case, ADU-2026-000147")
        parser.add_argument("--rule", required=True, help="code of the legal ground: request, purpose")
        parser.add_argument("--recorded-by", required=True, metavar="EMAIL", help="who records the request")
        parser.add_argument("--approved-by", required=True, metavar="EMAIL", help="who approves it, another")
        parser.add_argument("--reason", required=True, help="what was asked, without a name")
        parser.add_argument("--what", nargs="+", metavar="KIND", help="contact words files; all if not given")
        parser.add_argument("--execute", action="store_true", help="do it; it cannot be undone")

    def answer(self, *args: Any, number: str, execute: bool, **options: Any) -> Answer:
        found = registry.find(number)
        if found is None:
            raise CouldNotRun(f"no case has the number {number}")
        whats = options["what"] or [what for what, _label in found[0].whats]
        if unknown := set(whats) - {what for what, _label in found[0].whats}:
            raise CouldNotRun(f"no such kind of data: {', '.join(sorted(unknown))}")
        names = {name: options[name] for name in ("recorded_by", "approved_by")}
        people = {name: _person(email) for name, email in names.items()}
        spoken = f"One operator spoke for both: {_operator()}."
        with translation.override("en"), context.bind(task="audit_erase", reason=spoken):
            try:
                return _erase(
                    number, found, whats, _ground(options["rule"]), options["reason"], people, execute
                )
            except (Refused, Forbidden) as no:
                said = str(getattr(no, "message", no))
                return Answer([f"refused: {said}"], {"number": number, "refused": said}, well=False)


def _operator() -> str:
    """Of the process itself, not of its environment; a container may give it no name."""
    uid = os.getuid()
    with suppress(KeyError):
        return f"{pwd.getpwuid(uid).pw_name} (uid {uid}), {socket.gethostname()}"
    return f"uid {uid}, {socket.gethostname()}"


def _person(email: str) -> User:
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise CouldNotRun(f"nobody has the address {email}")
    return user


def _ground(code: str) -> LegalBasis:
    ground = services.bases_on(timezone.localdate()).filter(code=code).first()
    if ground is None:
        raise CouldNotRun(f"no legal ground {code} is in force; see /admin/privacy/legalbasis/")
    return ground


def _erase(
    number: str,
    found: tuple[registry.Erasable, Any],
    whats: list[str],
    ground: LegalBasis,
    reason: str,
    people: dict[str, User],
    execute: bool,
) -> Answer:
    """All of it, or all of it and back: a dry run is refused by what would refuse the real one."""
    app, case = found
    preview = app.preview(case, whats, timezone.now(), [])
    with transaction.atomic():
        first, second = (Actor.staff(people[name]) for name in ("recorded_by", "approved_by"))
        request = services.record_request(number, basis=ground, whats=whats, reason=reason, actor=first)
        request = ERASURE.perform(request, "approve", actor=second, reason=reason)
        transaction.set_rollback(not execute)
    told = {
        "number": number,
        "executed": execute,
        "goes": [[str(what), str(much)] for what, much in preview.goes],
        "stays": [[str(what), str(why)] for what, why in preview.stays],
        **{name: request.report[name] for name in ("fields", "payloads", "files", "entries")},
    }
    return Answer(*_told(told, request)) if execute else Answer(list(_lines(told)), told)


def _told(told: dict[str, Any], request: ErasureRequest) -> tuple[list[str], dict[str, Any]]:
    request.refresh_from_db()
    paper = IssuedDocument.objects.filter(subject=subject_key(request)).first()
    told |= {"request": request.number, "state": request.state, "certificate": paper.code if paper else None}
    code = f"certificate {paper.code}" if paper else "the certificate follows once the files are gone"
    return [*_lines(told), f"{request.number}: {request.get_state_display()}; {code}"], told


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"goes:  {what}: {much}" for what, much in told["goes"]]
    lines += [f"stays: {what}: {why}" for what, why in told["stays"]]
    done = "erased" if told["executed"] else "would be erased (nothing was done: add --execute)"
    return [*lines, "{fields} fields, {payloads} payloads of the log, {files} files ".format(**told) + done]
