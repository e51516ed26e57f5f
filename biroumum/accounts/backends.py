"""Who is signed in, as each request asks."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from biroumum.accounts.models import Assignment, User


class Backend(AuthenticationBackend):
    """allauth's, which reads someone on a position together with today's assignments: every page needs both."""

    def get_user(self, user_id: Any) -> User | None:
        live = list(Assignment.objects.filter(user=user_id).live().with_offices().select_related("user"))
        if not live:
            return super().get_user(user_id)
        user: User = live[0].user
        if not self.user_can_authenticate(user):
            return None
        user.live = live
        return user
