"""Which office a case would go to by the rules. They only propose: a verifier disposes."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery

from biroumum.accounts.models import Unit
from complaints.models import Complaint, RoutingRule
from complaints.queries import WORDS, ComplaintQuerySet


def usable_rules() -> list[RoutingRule]:
    """Rules in force whose office still exists; a rule left behind by a reorganisation blocks nothing."""
    return list(
        RoutingRule.objects.filter(is_active=True, unit__is_active=True).select_related(
            "unit", "position", "category", "region"
        )
    )


def proposal(case: Complaint) -> RoutingRule | None:
    """The first rule that fits the case and does not lead to the office complained about."""
    return next((rule for rule in usable_rules() if fits(rule, case)), None)


def fits(rule: RoutingRule, case: Complaint) -> bool:
    if rule.kind and rule.kind != case.kind:
        return False
    if rule.category_id and rule.category_id != case.category_id:
        return False
    if rule.region_id and not f"{case.region_id or ''}.".startswith(f"{rule.region_id}."):
        return False
    if _leads_to_the_accused(rule, case):
        return False
    return not rule.words or _says(case, rule.words)


def _says(case: Complaint, words: str) -> bool:
    query = SearchQuery(words, config="indonesian", search_type="websearch")
    return Complaint.objects.annotate(words=WORDS).filter(pk=case.pk, words=query).exists()


def _leads_to_the_accused(rule: RoutingRule, case: Complaint) -> bool:
    unit: Unit | None = rule.unit
    while unit is not None and case.accused_unit_id:
        if unit.pk == case.accused_unit_id:
            return True
        unit = unit.parent
    return False


def dry_run(rules: list[RoutingRule], cases: list[Complaint]) -> list[tuple[Complaint, RoutingRule | None]]:
    """What the rules would have proposed for these cases, beside where they went."""
    return [(case, next((rule for rule in rules if fits(rule, case)), None)) for case in cases]


def recent(cases: ComplaintQuerySet, limit: int = 50) -> list[Complaint]:
    """The latest of these cases that were sent to an office."""
    return list(cases.exclude(unit=None).select_related("category", "unit").order_by("-pk")[:limit])
