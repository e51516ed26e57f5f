"""Each request has a context of its own, and a refusal of someone signed in is an entry."""

from collections.abc import Callable
from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from biroumum.accounts.actors import Actor
from biroumum.accounts.models import User
from biroumum.audit.services import record
from biroumum.web import context
from biroumum.web.ratelimit import peer_address


class ContextMiddleware:
    """Stands after authentication. Of citizens it keeps neither address nor anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            with context.fresh():
                return self.get_response(request)
        chair, peer = next(iter(user.live), None), peer_address(request)
        with context.fresh(
            user_id=user.pk,
            assignment_id=chair.pk if chair else None,
            unit_id=chair.position.unit_id if chair else None,
            address=str(peer) if peer else None,
        ):
            response = self.get_response(request)
            if response.status_code == 403:
                self._denied(request)
            return response

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict) -> None:
        match = request.resolver_match
        context.note_view(match.view_name if match else "")

    @staticmethod
    def _denied(request: HttpRequest) -> None:
        user = cast(User, request.user)
        with transaction.atomic():
            subject, data = f"accounts.user/{user.pk}", {"path": request.path}
            record("denied", subject, actor=Actor.staff(user), data=data, op="access")
