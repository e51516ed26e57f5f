"""Without the key that sealed a contact steps go on, links are answered, and who would look reads why they cannot."""

import pytest
from django.test import Client

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.notifications.models import Notification
from biroumum.workflow.engine import Refused
from complaints import services
from complaints.models import Reporter
from complaints.services.sealed import UNTOLD
from complaints.workflow import COMPLAINT
from tests.complaints.test_contact import NEW, OLD, ask_change, filed, link, mails, step
from tests.complaints.test_contact_link import ask_link
from tests.complaints.test_unsealing import case, decide, two

__all__ = ["case", "filed", "two"]


def test_steps_go_on_the_page_opens_and_administrators_hear_of_it(filed, cast, client_for, settings, caplog):
    citizen, case = filed
    settings.SEAL_KEYS, before = ["another one"], mails().count()
    why = {"reason_code": "unclear", "reason": "Tidak jelas."}
    COMPLAINT.perform(case, "archive", actor=Actor.staff(cast.sekar), **why)
    assert client_for(cast.sekar).get(case.get_absolute_url()).status_code == 200
    assert "alamat surel Anda" in citizen.client.get(citizen.page).content.decode()
    step(case, cast)
    assert mails().count() == before
    assert "cannot be told" in caplog.text
    assert Notification.objects.filter(subject_key=UNTOLD).count() == 1


def test_a_link_by_mail_is_answered_as_ever_and_none_goes_out(filed, settings):
    _citizen, case = filed
    settings.SEAL_KEYS, before = ["another one"], mails().count()
    assert ask_link(case).status_code == 302
    assert mails().count() == before
    assert Notification.objects.filter(subject_key=UNTOLD).exists()


@pytest.mark.parametrize("lost", ["the old address", "both"])
def test_a_new_address_takes_the_place_of_the_old_if_it_can_itself_be_read(filed, settings, lost):
    citizen, _case = filed
    keys, before = settings.SEAL_KEYS, mails().count()
    if lost == "the old address":
        settings.SEAL_KEYS = ["another one"]
    ask_change(citizen)
    address = link("surel/ganti", NEW)
    if lost == "both":
        settings.SEAL_KEYS = ["another one"]
    assert Client().get(address).status_code == 200
    assert Client().post(address).status_code == (302 if lost == "the old address" else 410)
    settings.SEAL_KEYS = ["another one", *keys]
    assert Reporter.objects.get().email == (NEW if lost == "the old address" else OLD)
    assert mails().count() == before


def test_who_would_see_the_identity_reads_why_not_and_no_look_is_noted(filed, cast, client_for, settings):
    _citizen, case = filed
    settings.SEAL_KEYS = ["another one"]
    page = client_for(cast.sekar).post(f"{case.get_absolute_url()}identitas/", {"reason": "Perlu ditelepon."})
    assert page.status_code == 422
    assert "kunci segelnya tidak ada" in page.text
    assert not Entry.objects.filter(verb="complaints.complaint.open_identity").exists()


def test_a_lost_key_uses_up_no_consent(case, two, settings):
    asks, agrees = two
    services.ask_unsealing(case, actor=asks, reason="Perlu saksi.")
    decide(case, actor=agrees, granted=True, reason="Ya.")
    keys, settings.SEAL_KEYS = settings.SEAL_KEYS, ["another one"]
    with pytest.raises(Refused, match="kunci segelnya tidak ada"):
        services.open_sealed(case, actor=asks)
    settings.SEAL_KEYS = keys
    assert services.open_sealed(case, actor=asks).email
