"""Keeping files: once, with a trace, behind the scanner, read by whom their case lets, swept when unneeded."""

import os
import threading

import pytest
from django import forms
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from biroumum.accounts.actors import Actor
from biroumum.audit.models import Entry
from biroumum.documents import access, queries, store, tasks
from biroumum.documents.forms import FilesField
from biroumum.documents.intake import MAX_BYTES
from biroumum.documents.models import Attachment
from biroumum.documents.services import FileRefused, attach, attach_all
from biroumum.web import schedules
from tests.kernel import documents_corpus as corpus
from tests.kernel.documents_corpus import upload

CASE = "complaints.complaint/12"
HOLDER = Actor.holder(CASE)


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def stored() -> list[str]:
    folders = [f"{store.FOLDER}/{name}" for name in default_storage.listdir(store.FOLDER)[0]]
    return [name for folder in folders for name in default_storage.listdir(folder)[1]]


def photo(name: str = "foto.jpg", **options) -> object:
    return upload(name, corpus.photo(**options))


def age(digest: str, days: float = 2) -> None:
    then = timezone.now().timestamp() - days * 86400
    os.utime(default_storage.path(f"{store.FOLDER}/{digest[:2]}/{digest}"), (then, then))


# -- keeping


def test_a_file_is_kept_under_its_hash_with_its_sender_and_a_trace(cast) -> None:
    mine = attach(CASE, photo(), actor=HOLDER)
    theirs = attach(CASE, photo("b.jpg", orientation=6), actor=Actor.staff(cast.bagas))
    assert (mine.from_holder, mine.uploaded_by, mine.state) == (True, None, "clean")
    assert (theirs.from_holder, theirs.uploaded_by) == (False, cast.bagas)
    assert sorted(stored()) == sorted([mine.sha256, theirs.sha256])
    assert Entry.objects.filter(subject=CASE, verb="documents.attachment.add").count() == 2
    assert list(queries.attachments_of(CASE)) == [mine, theirs]


def test_the_same_content_is_stored_once_and_never_written_over(db) -> None:
    first = attach(CASE, photo(), actor=HOLDER)
    age(first.sha256)
    path = default_storage.path(f"{store.FOLDER}/{first.sha256[:2]}/{first.sha256}")
    before = os.stat(path)
    second = attach("complaints.complaint/13", photo("lain.jpg"), actor=HOLDER)
    assert second.sha256 == first.sha256
    assert (os.stat(path).st_ino, os.stat(path).st_mtime) == (before.st_ino, before.st_mtime)


def test_of_several_files_the_good_are_kept_and_the_bad_told_by_name(db) -> None:
    kept, refused = attach_all(
        CASE, [photo("a.jpg"), upload("b.jpg", b"<html>"), photo("c.jpg")], actor=HOLDER
    )
    assert [file.name for file in kept] == ["a.jpg", "c.jpg"]
    assert [str(file) for file in refused] == [f"b.jpg: {refused[0].message}"]
    assert Attachment.objects.count() == 2


def test_office_documents_are_for_staff(cast) -> None:
    with pytest.raises(FileRefused):
        attach(CASE, upload("a.docx", corpus.docx()), actor=HOLDER)
    assert attach(CASE, upload("a.docx", corpus.docx()), actor=Actor.staff(cast.bagas), staff=True).is_clean


def test_content_is_stored_only_inside_a_transaction(real_db) -> None:
    with pytest.raises(RuntimeError):
        store.put(b"x")


# -- sweeping


def test_a_rolled_back_upload_leaves_content_that_the_sweep_removes_after_a_day(real_db) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        digest = attach(CASE, photo(), actor=HOLDER).sha256
        raise RuntimeError
    assert stored() == [digest]
    assert tasks.sweep_store() == 0
    age(digest)
    assert tasks.sweep_store() == 1
    assert stored() == []


def test_the_sweep_leaves_what_a_row_refers_to_however_old(db) -> None:
    kept = attach(CASE, photo(), actor=HOLDER)
    age(kept.sha256, days=900)
    assert tasks.sweep_store() == 0
    assert stored() == [kept.sha256]


def test_the_sweep_leaves_content_that_an_open_transaction_is_about_to_refer_to(real_db) -> None:
    with transaction.atomic():
        digest = store.put(b"lama")
    age(digest)
    swept: list[int] = []

    def sweep() -> None:
        swept.append(tasks.sweep_store())
        connection.close()

    with transaction.atomic():
        store.put(b"lama")
        other = threading.Thread(target=sweep)
        other.start()
        other.join()
    assert (swept, stored()) == ([0], [digest])


def test_without_the_content_lock_the_sweep_would_take_it(real_db, monkeypatch) -> None:
    with transaction.atomic():
        digest = store.put(b"lama")
    age(digest)
    monkeypatch.setattr(store, "lock_alone", lambda digest: True)
    swept: list[int] = []

    def sweep() -> None:
        swept.append(tasks.sweep_store())
        connection.close()

    with transaction.atomic():
        store.put(b"lama")
        other = threading.Thread(target=sweep)
        other.start()
        other.join()
    assert (swept, stored()) == ([1], [])


def test_the_sweep_clears_what_a_killed_writer_left(db) -> None:
    attach(CASE, photo(), actor=HOLDER)
    folder = f"{store.FOLDER}/{stored()[0][:2]}"
    half = default_storage.path(f"{folder}/.half")
    with open(half, "wb") as file:
        file.write(b"x")
    os.utime(half, (0, 0))
    tasks.sweep_store()
    assert not os.path.exists(half)


def test_sweep_and_scan_have_their_times() -> None:
    named = {timed.task for timed in schedules.TIMED.values()}
    assert {tasks.sweep_store.name, tasks.scan_waiting.name} <= named


# -- scanning


# -- reading


@pytest.fixture
def readable(monkeypatch) -> dict:
    """Files of `uji.perkara` are read by whoever the test says."""
    rights = {"readable": True}
    monkeypatch.setattr(access, "_owners", {"uji.perkara": lambda request, file: rights["readable"]})
    return rights


def test_a_file_is_handed_out_as_a_harmless_download(db, client, readable) -> None:
    file = attach("uji.perkara/1", photo("bukti \u00e9.jpg"), actor=HOLDER)
    answer = client.get(file.get_absolute_url())
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"], len(content)) == (200, "image/jpeg", file.size)
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Cache-Control"] == "private, no-store"


def test_staff_who_open_a_file_leave_a_trace_and_its_sender_does_not(
    cast, client_for, client, readable
) -> None:
    file = attach("uji.perkara/1", photo(), actor=HOLDER)
    client.get(file.get_absolute_url())
    opened = Entry.objects.filter(subject="uji.perkara/1", verb="documents.attachment.open")
    assert not opened.exists()
    client_for(cast.bagas).get(file.get_absolute_url())
    assert opened.get().op == "access"


@pytest.mark.parametrize("state", ["quarantined", "refused"])
def test_what_is_not_clean_is_not_there(db, client, readable, state: str) -> None:
    file = attach("uji.perkara/1", photo(), actor=HOLDER)
    Attachment.objects.filter(pk=file.pk).update(state=state)
    assert client.get(file.get_absolute_url()).status_code == 404


def test_to_those_its_case_does_not_let_read_a_file_is_not_there(db, client, readable) -> None:
    readable["readable"] = False
    file = attach("uji.perkara/1", photo(), actor=HOLDER)
    assert client.get(file.get_absolute_url()).status_code == 404
    assert client.get(f"/berkas/{'0' * 8}-0000-0000-0000-{'0' * 12}/").status_code == 404


def test_a_file_whose_case_no_app_speaks_for_is_nobodys(cast, client_for, readable) -> None:
    file = attach("lain.perkara/1", photo(), actor=HOLDER)
    for person in vars(cast).values():
        assert client_for(person).get(file.get_absolute_url()).status_code == 404


def test_of_a_huge_upload_little_is_kept_but_its_size_is_known(db, rf) -> None:
    sent = upload("besar.jpg", b"\xff\xd8\xff" + b"\0" * (MAX_BYTES + 2**20))
    [file] = rf.post("/", {"files": sent}).FILES.getlist("files")
    assert file.size == MAX_BYTES + 2**20 + 3
    assert os.stat(file.temporary_file_path()).st_size <= MAX_BYTES + 2**18
    with pytest.raises(FileRefused) as refused:
        attach(CASE, file, actor=HOLDER)
    assert "10 MB" in str(refused.value)


# -- the form's field


class Form(forms.Form):
    files = FilesField(required=False)


def test_the_field_tells_each_refused_file_by_its_name() -> None:
    form = Form(
        {}, MultiValueDict({"files": [photo("a.jpg"), upload("b.jpg", b"<html>"), upload("c.pdf", b"x")]})
    )
    assert [error.partition(":")[0] for error in form.errors["files"]] == ["b.jpg", "c.pdf"]


def test_the_field_gives_accepted_files_ready_to_attach(db) -> None:
    form = Form({}, MultiValueDict({"files": [photo("a.jpg"), photo("b.jpg")]}))
    assert form.is_valid()
    kept, refused = attach_all(CASE, form.cleaned_data["files"], actor=HOLDER)
    assert ([file.name for file in kept], refused) == (["a.jpg", "b.jpg"], [])


def test_the_field_offers_what_is_taken_and_several_at_once() -> None:
    html = str(Form()["files"])
    assert "multiple" in html
    assert 'accept="image/jpeg,image/png,image/webp,application/pdf"' in html
    assert "wordprocessingml" in str(FilesField(staff=True).widget.attrs["accept"])
