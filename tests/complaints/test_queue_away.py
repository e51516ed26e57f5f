"""Valkey stops: the portal goes on, and mail leaves by itself once it is back."""

import pytest
from celery import current_app

from biroumum.notifications.models import Message
from complaints.models import Complaint
from tests.complaints.citizen import Citizen
from tests.fixtures_cast import PASSWORD
from tests.kernel.test_notifications_delivery import wait_for
from tests.kernel.test_notifications_worker import sweep, worker


def test_a_page_that_writes_mail_says_nothing_to_the_queue(real_db, monkeypatch):
    monkeypatch.setattr(
        current_app, "send_task", lambda *_a, **_k: pytest.fail("the page spoke to the broker")
    )
    Citizen().file(email="sari@contoh.id")
    assert Message.objects.count() == 1


def test_login_work_list_filing_and_steps_go_on_and_the_mail_leaves_later(
    real_db, valkey, cast, client, client_for, smtp, settings, monkeypatch
):
    port = valkey.port
    valkey.stop()
    assert client.post("/masuk/", {"login": cast.bagas.email, "password": PASSWORD}).status_code == 302
    assert client_for(cast.bagas).get("/kerja/").status_code == 200

    citizen = Citizen()
    citizen.fill_in(email="sari@contoh.id")
    token = citizen.token()
    assert citizen.client.post("/pengaduan/baru/periksa/", {"token": token}).status_code == 201
    case, desk = Complaint.objects.get(), client_for(cast.sekar)
    step = f"{case.get_absolute_url()}ask_completion/"
    form = desk.get(step).context["form"]
    data = {"reason_code": form.fields["reason_code"].choices[0][0], "text": "Lantai berapa?"}
    assert desk.post(step, data | {"expected_state": case.state}).status_code == 302
    case.refresh_from_db()
    assert case.state == "incomplete"
    assert set(Message.objects.values_list("state", flat=True)) == {"pending"}

    valkey._desired_port = port
    valkey.start()
    monkeypatch.setenv("REDIS_URL", settings.REDIS_URL)
    waiting = Message.objects.count()
    with worker(smtp.port):
        sweep()  # as the timer does every ten seconds
        assert wait_for(lambda: Message.objects.filter(state="sent").count() == waiting)
    assert {mail["To"] for mail in smtp.messages} == {"sari@contoh.id"}
    assert len(smtp.messages) == waiting == 2
