"""What is stored is Indonesian, whoever acts in whichever language; each reads it in their own."""

from django.utils import translation

from biroumum.audit.queries import public_history
from biroumum.web.subjects import subject_key
from biroumum.worktime.queries import clocks_of
from complaints.models import Category, Message
from complaints.public_views import words
from complaints.public_views.pages import PAGES
from complaints.services.deadlines import VERIFICATION
from complaints.services.redaction import masked
from complaints.states import Kind
from tests.complaints.citizen import Citizen, code_on, make_regions
from tests.complaints.road import Road
from tests.kernel.test_english_pages import indonesian, known


def test_reasons_of_a_clock_are_stored_in_indonesian_and_shown_in_english(db, cast, client_for, now):
    road = Road(cast, now)
    with translation.override("en"):
        road.work()
        road.go("bagas", "ask_reporter", text="Lantai berapa?")
    reasons = {event.reason for clock in clocks_of(subject_key(road.case)) for event in clock.events.all()}
    assert "Menunggu jawaban pelapor" in reasons
    client = client_for(cast.bagas)
    assert "Menunggu jawaban pelapor" in client.get(road.case.get_absolute_url()).content.decode()
    client.cookies["django_language"] = "en"
    page = client.get(road.case.get_absolute_url()).content.decode()
    assert "Waiting for the reporter’s answer" in page
    assert "Menunggu jawaban pelapor" not in page


def test_what_someone_typed_stays_as_typed(db, cast, client_for, now):
    road = Road(cast, now)
    road.work()
    road.go("bagas", "ask_reporter", text="Lantai berapa?")
    road.go("bagas", "continue_work", reason="Sudah jelas <b>sekarang</b>")
    client = client_for(cast.bagas)
    client.cookies["django_language"] = "en"
    page = client.get(road.case.get_absolute_url()).content.decode()
    assert "Sudah jelas &lt;b&gt;sekarang&lt;/b&gt;" in page


def test_words_put_among_the_citizens_own_are_indonesian(db, cast, now):
    road = Road(cast, now)
    with translation.override("en"):
        road.work()
        road.answer()
        road.go(road.holder, "object", reason="Masih gelap.")
        road.go("hartono", "refuse_reopening", reason="Lampu menyala.")
        assert masked("Tulis ke a@contoh.id") == "Tulis ke [surel disembunyikan]"
    assert "Ombudsman Republik Indonesia" in Message.objects.filter(complaint=road.case).last().text


def test_sectors_and_limits_have_english_names_and_new_ones_their_own(db, cast, now):
    road = Road(cast, now)
    own = Category.objects.create(code="arsip", name="Arsip")
    with translation.override("en"):
        assert str(Category.objects.get(code="infrastruktur")) == "Infrastructure"
        assert str(own) == "Arsip"
        assert str(road.clock(VERIFICATION).limit) == "Verification and disposisi"
        assert road.clock(VERIFICATION).limit.length == "3 working days"
        assert Kind.COMPLAINT.label == "Complaint"
    assert str(Category.objects.get(code="infrastruktur")) == "Infrastruktur"
    assert road.clock(VERIFICATION).limit.length == "3 hari kerja"


def test_who_took_a_step_is_told_whatever_language_the_log_was_read_in(cast, now):
    road = Road(cast, now)
    with translation.override("en"):
        (filed,) = public_history(subject_key(road.case))
    assert words.told(filed) == "Oleh Anda."
    assert words.told(filed, to_public=True) == "Oleh pelapor."


def test_the_way_of_an_english_citizen_speaks_english(db, cast):
    make_regions()
    citizen = Citizen()
    citizen.client.cookies["django_language"] = "en"
    steps = [page.slug for page in PAGES]
    pages = [citizen.answer(step) for step in steps]  # nothing filled in: what is missing is said
    citizen.fill_in(kind="aspiration", visibility="anonymous")
    citizen.answer("tempat", regency="33.74", place="Gedung B")
    citizen.answer("kecamatan", district="33.74.01")
    citizen.answer("desa", village="")
    pages += [citizen.client.get(f"/pengaduan/baru/{step}/") for step in [*steps, "lampiran", "periksa"]]
    sent = citizen.send()
    case, code = sent.context["case"], code_on(sent)
    pages += [sent, citizen.client.post("/pengaduan/lacak/", {"number": case.number, "code": "salah"})]
    pages += [citizen.client.get(citizen.track(case, code))]
    assert {page.status_code for page in pages} >= {200, 201, 422}
    assert [piece for page in pages for piece in indonesian(page.content.decode(), known())] == []
