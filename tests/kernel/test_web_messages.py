"""English is complete, and the check that says so would say when it is not."""

import gettext
import shutil
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import gettext as _, ngettext

from biroumum.web import messages

TEXTS = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext_lazy
GREETING = _("Selamat pagi, %(name)s")
KIND = pgettext_lazy("jenis", "Pengaduan")
def lines(count):
    return ngettext("%(count)d baris", "%(count)d baris", count)
"""
PAGE = """{% extends "x.html" %}
{% block a %}
    <p>{% translate "Kembali" %}</p> {# a comment #}
  {% blocktranslate count n=rows|length %}{{ n }} berkas{% plural %}{{ n }} berkas{% endblocktranslate %}
{% status _("Berlaku") "ok" %}
{% endblock %}"""
GOOD = """
msgid "Selamat pagi, %(name)s"
msgstr "Good morning, %(name)s"

msgctxt "jenis"
msgid "Pengaduan"
msgstr "Complaint"

msgid "%(count)d baris"
msgid_plural "%(count)d baris"
msgstr[0] "%(count)d row"
msgstr[1] "%(count)d rows"

msgid "Kembali"
msgstr "Back"

msgid "%(n)s berkas"
msgid_plural "%(n)s berkas"
msgstr[0] "%(n)s file"
msgstr[1] "%(n)s files"

msgid "Berlaku"
msgstr "Valid"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose English is complete."""
    for folder in ("app", "templates", "tests", ".venv", "locale/en/LC_MESSAGES"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "app/words.py").write_text(TEXTS)
    (tmp_path / "templates/page.html").write_text(PAGE)
    for aside in ("tests", ".venv"):
        (tmp_path / aside / "other.py").write_text('_("Bukan teks portal")')
    write(tmp_path, GOOD)
    return tmp_path


def write(project: Path, entries: str) -> None:
    (project / messages.ENGLISH).write_text(messages.HEADER + entries)


def test_every_text_of_the_portal_has_its_english():
    assert messages.problems() == []


def test_a_complete_catalogue_has_no_problem(project):
    assert messages.problems(project) == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ('msgid "Kembali"\nmsgstr "Back"\n', "", "missing: 'Kembali' (templates/page.html)"),
        ('msgctxt "jenis"\n', "", "missing: 'Pengaduan' (app/words.py)"),
        ('msgstr "Back"', 'msgstr ""', "untranslated: 'Kembali'"),
        ('msgstr[1] "%(count)d rows"', 'msgstr[1] ""', "untranslated: '%(count)d baris'"),
        (
            "Good morning, %(name)s",
            "Good morning",
            "placeholders, tags or line ends differ: 'Selamat pagi, %(name)s'",
        ),
        (
            "Good morning, %(name)s",
            "Good morning, %(nama)s",
            "placeholders, tags or line ends differ: 'Selamat pagi",
        ),
        ('"%(n)s files"', '"files"', "placeholders, tags or line ends differ: '%(n)s berkas'"),
        ('msgstr "Back"', 'msgstr "<b>Back"', "placeholders, tags or line ends differ: 'Kembali'"),
        ('msgstr "Back"', 'msgstr "Go back.Go back."', "a sentence stands twice: 'Kembali'"),
        ('msgid "Kembali"', '#, fuzzy\nmsgid "Kembali"', "fuzzy: 'Kembali'"),
        ('msgid "Kembali"', 'msgid "Pergi"\nmsgstr "Go"\n\nmsgid "Kembali"', "no longer used: 'Pergi'"),
        ('msgid "Kembali"', '#~ msgid "Pergi"\n#~ msgstr "Go"\n\nmsgid "Kembali"', "no longer used: 'Pergi'"),
    ],
)
def test_the_check_says_what_is_wrong(project, before, after, found):
    write(project, GOOD.replace(before, after))
    assert any(problem.startswith(found) for problem in messages.problems(project)), messages.problems(
        project
    )


def test_a_fault_in_a_catalogue_written_by_hand_is_found(project):
    shutil.copytree(project / "locale/en", project / "locale/id")
    path = project / "locale/id/LC_MESSAGES/django.po"
    path.write_text(messages.HEADER + 'msgid "%(name)s signed in"\nmsgstr "Sudah masuk"\n')
    assert messages.problems(project) == ["placeholders, tags or line ends differ: '%(name)s signed in'"]


def test_an_update_adds_new_texts_empty_and_lets_gone_ones_leave(project):
    (project / "templates/page.html").write_text('{% translate "Kembali" %}{% translate "100% baru" %}')
    messages.update(project)
    text = (project / messages.ENGLISH).read_text()
    assert 'msgid "Kembali"\nmsgstr "Back"' in text
    assert 'msgid "100%% baru"\nmsgstr ""' in text  # as Django looks it up
    assert "Berlaku" not in text
    assert [line for line in messages.problems(project) if "missing" in line or "longer" in line] == []


def test_an_update_of_what_is_up_to_date_changes_nothing(project):
    messages.update(project)
    once = (project / messages.ENGLISH).read_text()
    messages.update(project)
    assert (project / messages.ENGLISH).read_text() == once


def test_the_compiled_catalogue_is_made_again_only_when_the_source_is_newer(project):
    made = (project / messages.ENGLISH).with_suffix(".mo")
    messages.compile_all(project)
    with made.open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("Kembali") == "Back"
    assert english.pgettext("jenis", "Pengaduan") == "Complaint"
    first = made.stat().st_mtime_ns
    messages.compile_all(project)
    assert made.stat().st_mtime_ns == first
    write(project, GOOD.replace('"Back"', '"Return"'))
    messages.compile_all(project)
    with made.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Kembali") == "Return"


def test_django_speaks_english_with_both_of_its_numbers():
    one = two = "%(count)d surel dikirim ulang."
    with translation.override("en"):
        assert _("Kata sandi") == "Password"
        assert ngettext(one, two, 1) == "%(count)d email is being sent again."
        assert ngettext(one, two, 2) == "%(count)d emails are being sent again."
    with translation.override("id"):
        assert _("Kata sandi") == "Kata sandi"


@pytest.mark.parametrize(("arguments", "status"), [(["--check"], 1), ([], 0), (["--compile"], 0)])
def test_only_the_check_fails(project, capsys, arguments, status):
    write(project, GOOD.replace('"Back"', '""'))
    assert messages.main(arguments, project) == status
    assert ("untranslated: 'Kembali'" in capsys.readouterr().out) == (arguments != ["--compile"])
