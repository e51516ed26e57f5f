"""Given-up files: their rows lose their names at once, and say that the bytes are gone when they are, never before."""

import pytest
from django.db import transaction

from biroumum.accounts.actors import Actor
from biroumum.documents import services, store, tasks
from biroumum.documents.services import attach, remove_all
from tests.kernel.documents_corpus import photo, upload
from tests.races import at_once

CASE, OTHER = "accounts.user/1", "accounts.user/2"


class Killed(BaseException):
    """What ends a process leaves no `except Exception` to run."""


@pytest.fixture
def file(real_db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return kept(CASE)


def kept(subject):
    with transaction.atomic():
        return attach(subject, upload("ktp Warga.jpg", photo()), actor=Actor.holder())


def stands(file):
    """What the row says, and whether the bytes are there."""
    file.refresh_from_db()
    try:
        store.open_content(file.sha256).close()
    except FileNotFoundError:
        return file.state, False
    return file.state, True


def test_after_the_commit_the_bytes_are_gone_and_the_row_says_so(file):
    with transaction.atomic():
        assert remove_all(CASE) == 1
        assert stands(file) == ("removed", True)
    assert stands(file) == ("destroyed", False)
    assert file.name == "berkas.jpg"


def test_what_is_rolled_back_is_as_it_was(file):
    with transaction.atomic():
        remove_all(CASE)
        transaction.set_rollback(True)
    assert stands(file) == ("clean", True)


@pytest.mark.parametrize("moment", ["before the bytes go", "after they went", "before anything"])
def test_killed_at_any_moment_no_row_says_gone_of_what_is_there_and_the_sweep_ends_it(
    file, monkeypatch, moment
):
    remove = store.remove

    def die(digest):
        if moment == "after they went":
            remove(digest)
        raise Killed

    with monkeypatch.context() as patched:
        where = (services, "destroy_removed") if moment == "before anything" else (store, "remove")
        patched.setattr(*where, die)
        with pytest.raises(Killed), transaction.atomic():
            remove_all(CASE)
    assert stands(file) == ("removed", moment != "after they went")
    tasks.sweep_store()
    assert stands(file) == ("destroyed", False)


def test_the_same_bytes_in_another_case_stay_and_the_row_does_not_say_gone(file):
    other = kept(OTHER)
    with transaction.atomic():
        remove_all(CASE)
    assert (stands(file), stands(other)) == (("removed", True), ("clean", True))
    with transaction.atomic():
        remove_all(OTHER)
    assert (stands(file), stands(other)) == (("destroyed", False), ("destroyed", False))


def test_bytes_that_someone_stores_this_moment_wait_for_the_sweep(file):
    def away():
        with transaction.atomic():
            remove_all(CASE)

    with transaction.atomic():
        attach(OTHER, upload("sama.jpg", photo()), actor=Actor.holder())
        at_once(away)
        assert stands(file) == ("removed", True)
        transaction.set_rollback(True)
    tasks.sweep_store()
    assert stands(file) == ("destroyed", False)
