"""The demo shows every state, with nobody real in it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from biroumum.audit.queries import history
from biroumum.portal.demo.aids import create_aids
from biroumum.portal.demo.complaints import create_complaints
from biroumum.web.subjects import subject_key
from complaints.models import Complaint
from complaints.services.routing import dry_run, usable_rules
from complaints.services.templates import filled, templates_for
from complaints.states import State


def test_there_is_a_case_in_every_state(db, cast):
    create_complaints(vars(cast))
    assert set(Complaint.objects.values_list("state", flat=True)) == set(State.values)


def test_steps_are_taken_in_order_at_hours_of_the_office_and_never_after_now(db, cast, now):
    """The history must read as a bureau's, not as the minute in which somebody loaded the demo."""
    zone, staff = timezone.get_default_timezone(), 0
    for case in create_complaints(vars(cast), now=now):
        steps = list(reversed(history(subject_key(case))))
        times = [step.at for step in steps]
        assert times == sorted(times), [(str(s.at), s.verb) for s in steps]
        assert times[-1] <= now
        for step in steps:
            at = step.at.astimezone(zone)
            if step.at < now - dt.timedelta(hours=1) and "Umpama" in step.who:
                assert 8 <= at.hour <= 18
                assert at.weekday() < 5
                staff += 1
    assert staff > 10


def test_rules_and_templates_fit_the_cases(db, cast):
    with transaction.atomic():
        create_aids()
    cases = create_complaints(vars(cast))
    proposed = [rule for _case, rule in dry_run(usable_rules(), cases) if rule]
    assert len(proposed) > len(cases) / 2
    assert {rule.unit.code for rule in proposed} == {"subbag-rumah-tangga", "subbag-aset"}
    answered = next(case for case in cases if case.unit and case.category.code == "infrastruktur")
    texts = [filled(template, answered) for template in templates_for(answered)]
    assert len(texts) == 4
    assert answered.number in texts[0]
    assert not any("{" in text for text in texts)
