"""Which office a case would go to by the rules. They only propose: a verifier disposes."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, When

from biroumum.accounts.models import Assignment
from complaints.models import Complaint, RoutingRule
from complaints.models.aids import SEARCHES
from complaints.queries import ComplaintQuerySet, Words
from complaints.services.accused import is_of_the_accused


def usable_rules() -> list[RoutingRule]:
    """Rules in force whose office still exists and whose words can be found; any other blocks nothing."""
    return list(
        RoutingRule.objects.filter(SEARCHES, is_active=True, unit__is_active=True).select_related(
            "unit", "position", "category", "region"
        )
    )


def proposal(case: Complaint) -> RoutingRule | None:
    """The first rule that fits the case and does not lead to whom it complains about."""
    return dry_run(usable_rules(), [case])[0][1]


def dry_run(rules: list[RoutingRule], cases: list[Complaint]) -> list[tuple[Complaint, RoutingRule | None]]:
    """What the rules propose for these cases, beside where they went."""
    said, seats = _said(rules, cases), _seats(cases)
    return [(case, next((rule for rule in rules if _fits(rule, case, said, seats)), None)) for case in cases]


def _seats(cases: list[Complaint]) -> set[tuple[int | None, int | None]]:
    """Pairs of accused officer and a position they sit on; no statement where no case accuses one."""
    accused = {case.accused_officer_id for case in cases if case.accused_officer_id}
    live = Assignment.objects.live().filter(user__in=accused) if accused else Assignment.objects.none()
    return set(live.values_list("user", "position"))


def _fits(
    rule: RoutingRule, case: Complaint, said: set[tuple[int, int]], seats: set[tuple[int | None, int | None]]
) -> bool:
    if rule.kind and rule.kind != case.kind:
        return False
    if rule.category_id and rule.category_id != case.category_id:
        return False
    if rule.region_id and not f"{case.region_id or ''}.".startswith(f"{rule.region_id}."):
        return False
    if is_of_the_accused(rule.unit, case) or (case.accused_officer_id, rule.position_id) in seats:
        return False
    return not rule.words or (rule.pk, case.pk) in said


def _said(rules: list[RoutingRule], cases: list[Complaint]) -> set[tuple[int, int]]:
    """Pairs of rule and case whose text has the rule's words; one statement for all of them."""
    asked = {
        f"rule_{rule.pk}": SearchQuery(rule.words, config="indonesian", search_type="websearch")
        for rule in rules
        if rule.words
    }
    if not asked:
        return set()
    rows = Complaint.objects.filter(pk__in=[case.pk for case in cases]).alias(words=Words())
    found = {name: Case(When(words=query, then=True), default=False) for name, query in asked.items()}
    table = rows.annotate(**found).values("pk", *found)
    return {(int(name[5:]), row["pk"]) for row in table for name in found if row[name]}


def recent(cases: ComplaintQuerySet, limit: int = 50) -> list[Complaint]:
    """The latest of these cases that were sent to an office."""
    return list(cases.exclude(unit=None).select_related("category", "unit").order_by("-pk")[:limit])
