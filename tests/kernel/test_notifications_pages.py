"""Inbox and outbox pages: whose they are, and what they do."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from biroumum.notifications.models import Message, Notification
from biroumum.notifications.rules import RULES
from biroumum.notifications.services import notify, send_mail

pytestmark = pytest.mark.django_db
SECRET = "isi yang hanya untuk penerima"


@pytest.fixture
def lines(cast):
    with transaction.atomic():
        notify([cast.bagas, cast.sekar], "ADU-2026-000147 ditugaskan kepada Anda", "/kerja/")
    return {line.user_id: line for line in Notification.objects.all()}


@pytest.fixture
def failed(db):
    with transaction.atomic():
        send_mail("warga@example.org", "confidential", {"number": "ADU-1", "url": "/"}, key="k")
        Message.objects.update(state="failed", attempts=12, text=SECRET, html=SECRET)
        row = Message.objects.get()
        row.deliveries.create(started_at=timezone.now(), outcome="refused", reply="550 <b>no such user</b>")
    return row


class TestInbox:
    def test_each_sees_their_own(self, cast, client_for, lines):
        page = client_for(cast.bagas).get(reverse("notifications:inbox"))
        assert page.context["page"].rows == [lines[cast.bagas.pk]]
        assert "1 pesan belum dibaca" in page.content.decode()

    def test_opening_marks_read_and_goes_there(self, cast, client_for, lines):
        client = client_for(cast.bagas)
        answer = client.post(reverse("notifications:open", args=[lines[cast.bagas.pk].pk]))
        assert (answer.status_code, answer["Location"]) == (302, "/kerja/")
        assert Notification.objects.get(user=cast.bagas).read_at is not None
        assert Notification.objects.get(user=cast.sekar).read_at is None

    def test_a_line_of_another_is_unknown(self, cast, client_for, lines):
        answer = client_for(cast.bagas).post(reverse("notifications:open", args=[lines[cast.sekar.pk].pk]))
        assert answer.status_code == 404
        assert Notification.objects.get(user=cast.sekar).read_at is None

    def test_all_at_once_are_only_ones_own(self, cast, client_for, lines):
        client_for(cast.bagas).post(reverse("notifications:read_all"))
        assert list(Notification.objects.filter(read_at=None)) == [lines[cast.sekar.pk]]

    def test_reading_changes_nothing(self, cast, client_for, lines):
        client = client_for(cast.bagas)
        assert client.get(reverse("notifications:open", args=[lines[cast.bagas.pk].pk])).status_code == 405
        client.get(reverse("notifications:inbox"))
        assert Notification.objects.filter(read_at=None).count() == 2

    def test_an_empty_one_says_so(self, cast, client_for):
        assert (
            "Belum ada pesan" in client_for(cast.wulan).get(reverse("notifications:inbox")).content.decode()
        )

    def test_statements_do_not_grow_with_lines(self, cast, client_for, django_assert_max_num_queries):
        client = client_for(cast.bagas)
        with transaction.atomic():
            for number in range(60):
                notify([cast.bagas], f"kabar {number}", "/kerja/")
        with django_assert_max_num_queries(12):
            page = client.get(reverse("notifications:inbox"))
        assert len(page.context["page"].rows) == 50
        assert page.context["page"].next_url

    def test_who_holds_no_position_has_none(self, cast, client_for, client):
        assert client_for(cast.tamu).get(reverse("notifications:inbox")).status_code == 403
        assert client.get(reverse("notifications:inbox")).status_code == 302


class TestOutbox:
    def test_failed_mail_and_the_servers_words_are_shown(self, cast, client_for, failed):
        html = client_for(cast.admin).get(reverse("notifications:outbox")).content.decode()
        assert "warga@example.org" in html
        assert "550 &lt;b&gt;no such user" in html
        assert "1 surel gagal terkirim" in html

    def test_the_text_of_a_mail_is_the_readers_alone(self, cast, client_for, failed):
        client = client_for(cast.admin)
        for url in (reverse("notifications:outbox"), reverse("notifications:message", args=[failed.pk])):
            assert SECRET not in client.get(url).content.decode()

    @pytest.mark.parametrize("all_of_them", [True, False])
    def test_sending_again(self, cast, client_for, failed, all_of_them):
        client = client_for(cast.admin)
        client.post(
            reverse("notifications:retry_all")
            if all_of_them
            else reverse("notifications:retry", args=[failed.pk])
        )
        failed.refresh_from_db()
        assert (failed.state, failed.attempts) == ("pending", 0)

    def test_a_sent_mail_is_not_sent_again(self, cast, client_for, failed):
        with transaction.atomic():
            Message.objects.update(state="sent", sent_at=timezone.now())
        page = client_for(cast.admin).post(reverse("notifications:retry", args=[failed.pk]), follow=True)
        assert "Tidak ada surel yang gagal" in page.content.decode()
        failed.refresh_from_db()
        assert failed.state == "sent"

    def test_the_list_can_be_any_state(self, cast, client_for, failed):
        client = client_for(cast.admin)
        assert not client.get(reverse("notifications:outbox"), {"keadaan": "sent"}).context["page"].rows
        assert client.get(reverse("notifications:outbox"), {"keadaan": "failed"}).context["page"].rows == [
            failed
        ]
        assert client.get(reverse("notifications:outbox"), {"keadaan": "x"}).context["page"].rows == [failed]

    def test_only_for_who_looks_after_the_portal(self, cast, client_for, client, failed):
        doors = [("outbox", []), ("message", [failed.pk]), ("retry", [failed.pk]), ("retry_all", [])]
        for name, args in doors:
            url = reverse(f"notifications:{name}", args=args)
            for user in (cast.sekar, cast.hartono, cast.laras, cast.tamu):
                signed_in = client_for(user)
                assert signed_in.get(url).status_code in (403, 405)
                assert signed_in.post(url).status_code in (403, 405)
            assert client.post(url).status_code in (302, 405)
        failed.refresh_from_db()
        assert failed.state == "failed"


class TestRules:
    def test_every_mail_template_has_its_rule_and_every_rule_its_template(self):
        folder = Path(settings.BASE_DIR) / "templates" / "mail"
        paths = folder.rglob("*.subject.txt")
        assert {path.relative_to(folder).as_posix().removesuffix(".subject.txt") for path in paths} == set(
            RULES
        )

    def test_the_table_says_when_to_whom_and_how_it_would_read(self, cast, client_for):
        page = client_for(cast.admin).get("/kerja/surel/aturan/").content.decode()
        for rule in RULES.values():
            assert str(rule.when) in page, rule.template
            assert f"<code>{rule.template}</code>" in page
        assert page.count("ADU-2026-000147 sudah dijawab") == 1
        assert "Anda dapat menerimanya, atau menyanggah" in page
        assert "%(" not in page

    def test_it_reads_in_the_language_of_the_reader(self, cast, client_for):
        client = client_for(cast.admin)
        client.cookies["biro_language"] = client.cookies["django_language"] = "en"
        with transaction.atomic():
            type(cast.admin).objects.filter(pk=cast.admin.pk).update(language="en")
        assert "has been answered" in client.get("/kerja/surel/aturan/").content.decode()
