"""What the tracking page says of deadlines, causes and whose turn it is."""

from tests.complaints.test_tracking import answer, citizen, office, text, verified

__all__ = ["citizen", "office", "verified"]


def test_deadline_is_said_in_words_with_the_pause_and_its_cause(citizen, verified, office, cast) -> None:
    case, code = verified
    url = citizen.track(case, code)
    assert "Jawaban paling lambat" in text(citizen.client.get(url))
    office(case, "ask_reporter", cast.rini, text="Lampu yang mana?")
    body = text(citizen.client.get(url))
    assert "Jam berhenti sejak" in body
    assert "Menunggu jawaban pelapor" in body


def test_of_two_limits_that_promise_the_same_the_earlier_is_shown(citizen, office, cast) -> None:
    case, code = citizen.file()
    choice = {"title": case.title, "kind": "complaint", "oversight": True, "category": case.category}
    case = office(case, "verify", cast.sekar, visibility="confidential", accused_unit=None, **choice)
    page = text(citizen.client.get(citizen.track(case, code)))
    assert page.count("Jawaban paling lambat") == 1


def test_what_happens_of_itself_after_the_deadline_is_said(citizen, verified, office, cast) -> None:
    case, code = verified
    answer(office, case, cast.rini)
    page = text(citizen.client.get(citizen.track(case, code)))
    assert "Anda dapat menyanggah sampai" in page
    assert "Sesudah itu pengaduan ditutup dengan sendirinya." in page


def test_what_happens_when_the_office_is_late_is_said_once_while_its_clock_runs(
    citizen, verified, office, cast
) -> None:
    case, code = verified
    page = citizen.track(case, code)
    assert text(citizen.client.get(page)).count("Bila lewat, pimpinan diberi tahu.") == 1
    office(case, "ask_reporter", cast.rini, text="Lantai berapa?")
    assert "Bila lewat" not in text(citizen.client.get(page))


def test_the_cause_of_an_end_stands_on_the_page_in_words(citizen, office, cast) -> None:
    case, code = citizen.file()
    office(case, "archive", cast.sekar, reason="Ini iklan.", reason_code="abuse")
    assert "Berisi ancaman, fitnah, atau iklan" in text(citizen.client.get(citizen.track(case, code)))


def test_the_page_says_who_can_open_the_contact_also_when_there_is_none(citizen) -> None:
    case, code = citizen.file()
    assert "tidak ada yang dapat dibuka" in text(citizen.client.get(citizen.track(case, code)))
    other, its_code = citizen.file(email="sari@contoh.id")
    assert "Hanya verifikator yang dapat" in text(citizen.client.get(citizen.track(other, its_code)))


def test_the_question_stands_at_the_top_and_the_citizens_own_time_before_the_offices(
    citizen, office, cast
) -> None:
    case, code = citizen.file()
    office(case, "ask_completion", cast.sekar, text="Di gedung mana?", reason_code="place")
    page = text(citizen.client.get(citizen.track(case, code)))
    parts = [
        "Tempat belum jelas",
        "Di gedung mana?",
        "Lengkapi paling lambat",
        "Jam berhenti",
        "Lengkapi pengaduan",
    ]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
