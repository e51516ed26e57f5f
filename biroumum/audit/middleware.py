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
            if verb := self._refused(request, response.status_code):
                self._note(verb, request)
            return response

    def process_view(self, request: HttpRequest, view: Callable, args: list, kwargs: dict) -> None:
        match = request.resolver_match
        context.note_view(match.view_name if match else "")

    @staticmethod
    def _refused(request: HttpRequest, status: int) -> str:
        """404 is also what is said of a thing that someone may not know about; of a mistyped address it tells nothing."""
        if status == 404:
            return "not_found" if request.resolver_match else ""
        return "denied" if status == 403 else ""

    @staticmethod
    def _note(verb: str, request: HttpRequest) -> None:
        user = cast(User, request.user)
        with transaction.atomic():
            subject, data = f"accounts.user/{user.pk}", {"path": request.path}
            record(verb, subject, actor=Actor.staff(user), data=data, op="access")
