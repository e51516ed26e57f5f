"""What the database refuses of a complaint, whoever writes it."""

from django.db import models
from django.db.models import F, Q

from complaints.states import (
    DESK_SOURCES,
    ENDED,
    HELD,
    LATITUDES,
    LONGITUDES,
    REASONS,
    UNHELD,
    Kind,
    Source,
    State,
    Visibility,
)

MOST_SUBTASKS = 10  # of one case


def _reason_fits() -> Q:
    """A code of the state's own list; in every other state none."""
    fits = ~Q(state__in=tuple(REASONS)) & Q(reason_code="")
    for state, codes in REASONS.items():
        fits |= Q(state=state, reason_code__in=codes)
    return fits


CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_known"),
    models.CheckConstraint(condition=Q(kind__in=Kind.values), name="complaint_kind_known"),
    models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="complaint_visibility_known"),
    models.CheckConstraint(condition=Q(source__in=Source.values), name="complaint_source_known"),
    models.CheckConstraint(
        condition=Q(source=Source.LETTER, letter_date__isnull=False)
        | (~Q(source=Source.LETTER) & Q(letter_date__isnull=True, letter_ref="")),
        name="complaint_letter_is_dated",
    ),
    models.CheckConstraint(
        condition=Q(entered_at__isnull=True) | Q(source__in=DESK_SOURCES, entered_at__gt=F("received_at")),
        name="complaint_entered_after_receipt",
    ),
    models.CheckConstraint(
        condition=Q(documents=False) | Q(kind=Kind.INFORMATION),
        name="complaint_documents_are_asked_for",
    ),
    models.CheckConstraint(
        condition=~Q(kind=Kind.WHISTLE) | Q(sealed=True), name="complaint_whistle_is_sealed"
    ),
    models.CheckConstraint(
        condition=Q(sealed=False) | Q(visibility=Visibility.CONFIDENTIAL),
        name="complaint_sealed_is_confidential",
    ),
    models.CheckConstraint(
        condition=Q(subtasks_asked__lte=MOST_SUBTASKS), name="complaint_at_most_ten_subtasks"
    ),
    models.CheckConstraint(
        condition=~Q(state__in=HELD) | Q(unit__isnull=False), name="complaint_held_by_an_office"
    ),
    models.CheckConstraint(
        condition=~Q(state__in=UNHELD) | Q(unit__isnull=True, position__isnull=True),
        name="complaint_with_the_verifier_is_of_no_office",
    ),
    models.CheckConstraint(
        condition=Q(state__in=ENDED, ended_at__isnull=False)
        | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
        name="complaint_end_is_dated",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=(State.ANSWERED, State.CLOSED)) | Q(first_answered_at__isnull=False),
        name="complaint_answered_before_closed",
    ),
    models.CheckConstraint(
        condition=~Q(state=State.SCHEDULED) | Q(scheduled_for__isnull=False),
        name="complaint_schedule_dated",
    ),
    models.CheckConstraint(
        condition=Q(state=State.DUPLICATE, duplicate_of__isnull=False)
        | (~Q(state=State.DUPLICATE) & Q(duplicate_of__isnull=True)),
        name="complaint_duplicate_of_one",
    ),
    models.CheckConstraint(
        condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")),
        name="complaint_not_its_own_duplicate",
    ),
    models.CheckConstraint(
        condition=Q(latitude__isnull=True, longitude__isnull=True)
        | Q(
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__range=LATITUDES,
            longitude__range=LONGITUDES,
        ),
        name="complaint_point_in_indonesia",
    ),
    models.CheckConstraint(
        condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)), name="complaint_rating_1_to_5"
    ),
    models.CheckConstraint(condition=_reason_fits(), name="complaint_reason_fits_state"),
]
