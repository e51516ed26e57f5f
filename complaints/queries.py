"""Which complaints: who may see them, which run, which are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models import CharField, Count, F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Col
from django.db.models.functions import Cast, Coalesce, Concat

from biroumum.accounts.queries import live_assignments, offices_above, positions_for, units_of, units_where
from biroumum.web.subjects import subject_key
from biroumum.worktime.models import Clock
from complaints.states import ENDED, Kind, State, Visibility

if TYPE_CHECKING:
    from biroumum.accounts.models import User


class Words(models.Expression):
    """The column `words` of cases and publications, which the database makes of subject and text and indexes.

    No field of the models: nobody reads it, so it is not fetched with every row.
    """

    _column = SearchVectorField()
    _column.column = "words"

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Any:
        return Col(query.get_initial_alias(), self._column)


ANSWER = "complaint.answer"  # so begin the codes of the limits of an answer
UNIT_REPORTS, ALL_REPORTS = "complaints.view_unit_reports", "complaints.view_complaint_reports"
INSPECT = "complaints.inspect_whistle"  # the Inspektorat's right; no other opens a case of that class

RUNNING = ~Q(state__in=ENDED) & Q(clock__stopped_at__isnull=True)
HELD = Q(state=State.RECEIVED) & (Q(untested=True) | Q(watched__isnull=False))  # as Complaint.is_held
# Ended by its deadline, and no earlier deadline missed before a reopening.
PUNCTUAL = Q(state__in=ENDED, breached=False, clock__stopped_at__lte=F("clock__due_at"))


def late(now: dt.datetime) -> Q:
    """As `Complaint.is_late`, for cases that still run."""
    paused_later = Q(clock__paused_at__isnull=True) | Q(clock__paused_at__gt=F("clock__due_at"))
    return RUNNING & Q(clock__due_at__lt=now) & paused_later


def due_between(now: dt.datetime, until: dt.datetime) -> Q:
    return RUNNING & Q(clock__due_at__gte=now, clock__due_at__lte=until, clock__paused_at__isnull=True)


def _barred(user: User) -> Q:
    """Cases this person has no part in, as `Complaint.bars`: that accuse them, or are for the Inspektorat alone."""
    against = Q(accused_unit__in=offices_above(user)) | Q(accused_officer=user)
    return against if user.has_perm(INSPECT) else against | Q(kind=Kind.WHISTLE)


class Parts(NamedTuple):
    """Which kinds of things a case has."""

    reporter: bool
    answers: bool
    dispositions: bool
    handovers: bool
    duplicates: bool
    published: bool
    files: bool


_PARTS = """SELECT EXISTS (SELECT FROM complaints_reporter WHERE complaint_id = %(case)s),
    EXISTS (SELECT FROM complaints_answer WHERE complaint_id = %(case)s),
    EXISTS (SELECT FROM complaints_disposition WHERE complaint_id = %(case)s),
    EXISTS (SELECT FROM complaints_handover WHERE complaint_id = %(case)s),
    EXISTS (SELECT FROM complaints_complaint WHERE duplicate_of_id = %(case)s),
    EXISTS (SELECT FROM complaints_publication WHERE complaint_id = %(case)s AND withdrawn_at IS NULL),
    EXISTS (SELECT FROM documents_attachment WHERE subject = %(subject)s)"""


def parts_of(case: models.Model) -> Parts:
    """In one statement, so that a page need not ask for what most cases have nothing of."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"case": case.pk, "subject": subject_key(case)})
        return Parts(*cursor.fetchone())


class ComplaintQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> ComplaintQuerySet:
        """Cases this member of staff may know of.

        Verifiers and the bureau's head see all; others what their office holds (a confidential one
        or one against an officer is theirs by position, or they head the office) and what they entered at the
        desk. The officer and the office complained about see nothing of it, whatever their role; those above do,
        for they must judge. What whistle-blowers wrote is the Inspektorat's alone, or its too once given back.
        """
        if not user.has_perm("complaints.view_complaint"):
            return self.none()
        units = units_of(user)
        rows = self.exclude(_barred(user))
        if user.has_perm("complaints.verify_complaint") or user.has_perm("complaints.view_complaint_reports"):
            return rows
        held = Q(unit__in=units)
        if not user.has_perm("complaints.assign_complaint"):
            positions = [assignment.position_id for assignment in live_assignments(user)]
            of_the_office = Q(accused_officer=None) & ~Q(visibility=Visibility.CONFIDENTIAL)
            held &= of_the_office | Q(position__in=positions)
        seen = held | Q(entered_by=user)
        return rows.filter(seen | Q(sealed=True) if user.has_perm(INSPECT) else seen)

    def erasable_by(self, user: User) -> ComplaintQuerySet:
        """Cases whose requests for erasure this person may know of: what whistle-blowers wrote is the Inspektorat's."""
        rows = self.exclude(_barred(user))
        return rows.filter(kind=Kind.WHISTLE) if user.has_perm(INSPECT) else rows

    def counted_for(self, user: User) -> ComplaintQuerySet:
        """Cases in this person's numbers: the bureau's head's all, another head's those of their own offices.

        Confidential ones count too, also where the person may not open them. What accuses them or their own
        office is not even counted for them: a number longer than its list would tell on it. Whistle-blowing is
        counted for nobody.
        """
        rows = self.exclude(_barred(user)).for_reports()
        if user.has_perm(ALL_REPORTS):
            return rows
        return rows.filter(unit__in=units_where(user, UNIT_REPORTS))

    def of_subjects(self, keys: Iterable[str]) -> ComplaintQuerySet:
        """The cases of these subject keys."""
        return self.filter(pk__in=[int(key.rpartition("/")[2]) for key in keys])

    def for_reports(self) -> ComplaintQuerySet:
        """What may be counted, listed in reports and taken away as a file: all reports begin here."""
        return self.exclude(kind=Kind.WHISTLE)

    def open(self) -> ComplaintQuerySet:
        return self.exclude(state__in=ENDED)

    def ended(self) -> ComplaintQuerySet:
        return self.filter(state__in=ENDED)

    def overdue(self, now: dt.datetime) -> ComplaintQuerySet:
        """Open cases whose present deadline has passed. A pause before it stops the clock, one after it hides nothing."""
        return self.filter(late(now))

    def due_within(self, now: dt.datetime, until: dt.datetime) -> ComplaintQuerySet:
        """Open cases whose deadline comes next; a clock that stands still has none."""
        return self.filter(due_between(now, until))

    def with_list_parts(self) -> ComplaintQuerySet:
        """What a list row shows, in one statement."""
        return self.select_related("category", "unit", "position", "clock")

    def with_step_parts(self) -> ComplaintQuerySet:
        """With what every step asks of a case: whom to tell of it, and whether the public reads it."""
        return self.select_related("reporter", "publication")

    def list_rows(self) -> models.QuerySet[Any, Any]:
        """Rows of a list as named tuples of what it shows: fifty rows as objects would be two hundred of them."""
        shown = "id number title state received_at category_id unit_id untested watched_id".split()
        clock = "clock__due_at clock__paused_at clock__stopped_at".split()
        return self.values_list(*shown, *clock, named=True)

    def report_rows(self) -> ComplaintQuerySet:
        """Cases with what a report tells of them and nothing more: a description can be ten thousand letters long."""
        shown = "number title state received_at category__name unit__name".split()
        clock = "clock__due_at clock__paused_at clock__stopped_at".split()
        return self.for_reports().select_related("category", "unit", "clock").only(*shown, *clock)

    def next_id(self) -> int:
        """A key taken before the insert, so that the case is born with its clock and makes one log entry, not two."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [self.model._meta.db_table])
            return int(cursor.fetchone()[0])


class SubtaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> SubtaskQuerySet:
        """Those of the cases one sees, and those one's own unit is asked for; never of a case that accuses one."""
        cases: Any = self.model._meta.get_field("complaint").remote_field.model
        seen = Q(complaint__in=cases.objects.visible_to(user))
        if user.has_perm("complaints.handle_complaint"):
            barred = cases.objects.filter(_barred(user))
            seen |= Q(unit__in=units_of(user)) & ~Q(complaint__in=barred)
        return self.filter(seen)


class SavedViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own, and those shared with an office one works in."""
        offices = {assignment.position.unit_id for assignment in live_assignments(user)}
        return self.filter(Q(owner=user) | Q(unit__in=offices))


class PublicationQuerySet(models.QuerySet[Any]):
    def live(self) -> PublicationQuerySet:
        """What everyone may read now. A confidential case never is, even while its publication is being taken down."""
        return self.filter(withdrawn_at=None).exclude(complaint__visibility=Visibility.CONFIDENTIAL)

    def with_list_parts(self) -> PublicationQuerySet:
        return self.select_related("complaint__category", "complaint__clock", "complaint__unit", "region")

    def told_rows(self) -> PublicationQuerySet:
        """Publications with what lists and other systems are told of them, and nothing more of the case."""
        own = "title description answer published_at told_at region__name".split()
        case = "number state received_at ended_at category__code category__name unit__name".split()
        rows = self.select_related("complaint__category", "complaint__unit", "region")
        return rows.only(*own, *(f"complaint__{name}" for name in case))

    def with_followers(self) -> PublicationQuerySet:
        """With the number of those who follow it and confirmed that, as `followed`."""
        followers: Any = (
            self.model._meta.get_field("complaint").related_model._meta.get_field("followers").related_model
        )
        own = followers.objects.filter(complaint=OuterRef("complaint_id"), confirmed_at__isnull=False)
        counted = own.order_by().values("complaint").annotate(n=Count("pk")).values("n")
        return self.annotate(followed=Coalesce(Subquery(counted), 0))

    def told_to_systems(self) -> PublicationQuerySet:
        """With the key of the first published `picture`, and the deadline of the answer as `answer_due`: the earlier
        that runs, else that which ran last; None before the case was verified."""
        subject = Concat(Value("complaints.complaint/"), Cast(OuterRef("complaint_id"), CharField()))
        clocks = Clock.objects.filter(subject=subject, code__startswith=ANSWER)
        clocks = clocks.order_by(F("stopped_at").desc(nulls_first=True), "due_at")
        files: Any = self.model._meta.get_field("files").related_model
        pictures = files.objects.filter(
            publication=OuterRef("pk"), attachment__media_type__startswith="image/"
        )
        return self.told_rows().annotate(
            answer_due=Subquery(clocks.values("due_at")[:1]),
            picture=Subquery(pictures.order_by("id").values("pk")[:1]),
        )


def held_by(user: User) -> Q:
    """Cases on the user's own positions; for a head also those of the office that nobody has.

    That is where no position is named yet, or the one named is vacant today or handles no complaints.
    """
    positions = [assignment.position_id for assignment in live_assignments(user)]
    held = Q(position__in=positions)
    if user.has_perm("complaints.assign_complaint"):
        filled = positions_for("complaints.handle_complaint").values("pk")
        held |= Q(unit__in=units_of(user)) & (Q(position__isnull=True) | ~Q(position__in=filled))
    return held
