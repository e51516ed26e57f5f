"""Who does a thing: a member of staff, whoever holds a case's code, or the system itself.

Services take a keyword-only `actor`; permission checks and the log read it. There is no anonymous default.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from biroumum.accounts.models import User


@dataclass(frozen=True)
class Actor:
    kind: Literal["user", "holder", "system"]
    user: User | None = None
    subject: str = ""  # a holder proves to hold the code of exactly this case
    assignment_id: int | None = None  # the chair someone acts from, where one of several is meant

    @classmethod
    def staff(cls, user: User) -> Actor:
        return cls("user", user=user)

    @classmethod
    def holder(cls, subject: str = "") -> Actor:
        """Whoever files a case (no subject yet) or shows its code (the case's subject key)."""
        return cls("holder", subject=subject)

    def upon(self, case: Any) -> Actor:
        """The same, from the chair that holds this case or its office; so the log tells who stood in for whom."""
        held, office = getattr(case, "position_id", None), getattr(case, "unit_id", None)
        live = self.user.live if self.user else []
        chair = next((each for each in live if held and each.position_id == held), None)
        if chair is None:
            chair = next((each for each in live if office and each.position.unit_id == office), None)
        return replace(self, assignment_id=chair.pk) if chair else self

    @property
    def person(self) -> User:
        """The member of staff, for a step only staff take."""
        if self.user is None:
            raise TypeError(f"{self.kind} is no member of staff")
        return self.user

    def has_perm(self, permission: str) -> bool:
        return self.user is not None and self.user.has_perm(permission)


SYSTEM = Actor("system")
