"""The documents say what is so: excerpts, links, commands, the cast, the terms."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from biroumum.portal.demo.cast import PEOPLE, TOTP_SECRET

ROOT = Path(settings.BASE_DIR)
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXCERPT = re.compile(r"^```python\n# (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TERMS = (
    "bast hps kib kib_a lhp nik nip npwp plh plt ppid rup sk skb skp spk spm spj sp4n sp2d definitif disposisi setda "
    "inspektorat loket sanggah laporgub ktp tembusan nota"
).split()  # words of law and office that may stand in identifiers and texts of code as they are
LINK = re.compile(r"\]\(([^)\s]+)\)")


def excerpts() -> list[tuple[str, str]]:
    return EXCERPT.findall((ROOT / "docs/add-a-service.md").read_text())


def stands_in(excerpt: str, source: str) -> bool:
    """Each part, between lines of "...", word for word and one after the other."""
    at = 0
    for part in re.split(r"^\.\.\.\n", excerpt, flags=re.MULTILINE):
        at = source.find(part, at)
        if at < 0:
            return False
    return True


@pytest.mark.parametrize(("path", "excerpt"), excerpts())
def test_an_excerpt_is_the_code_as_it_is(path: str, excerpt: str) -> None:
    assert stands_in(excerpt, (ROOT / path).read_text())


def test_the_comparison_sees_a_changed_line_and_a_changed_order() -> None:
    assert stands_in("a\n...\nc\n", "a\nb\nc\n")
    assert not stands_in("a\n...\nd\n", "a\nb\nc\n")
    assert not stands_in("c\n...\na\n", "a\nb\nc\n")
    assert len(excerpts()) > 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_each_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z]+)", page.read_text(), re.MULTILINE))
        assert named <= targets, page
    assert {"run", "test"} <= set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))


def test_each_command_of_manage_py_that_is_named_exists() -> None:
    from django.core.management import get_commands

    for page in PAGES:
        assert set(re.findall(r"manage\.py ([a-z_]+)", page.read_text())) <= set(get_commands()), page


def test_each_path_of_the_project_that_is_named_exists() -> None:
    named = re.compile(r"`((?:biroumum|complaints|deploy|docs|templates|tests|locale)/[\w/.-]+)`")
    for page in PAGES:
        for path in named.findall(page.read_text()):
            assert (ROOT / path).exists(), f"{page.name}: {path}"


def test_the_cast_is_the_demos_with_who_needs_a_second_factor() -> None:
    from biroumum.accounts.roles import ROLES

    rows = dict(re.findall(r"^\| `([\w.@]+)` \| (.+) \|$", README, re.MULTILINE))
    assert list(rows) == [person.email for person in PEOPLE]
    for person in PEOPLE:
        needs = any(ROLES[role].second_factor for role in person.roles)
        assert ("second factor" in rows[person.email]) == needs, person.email
    assert TOTP_SECRET in README


def words_of_code() -> set[str]:
    """Every name and word in our Python, in small letters."""
    paths = [path for top in ("biroumum", "complaints") for path in (ROOT / top).rglob("*.py")]
    text = "\n".join(path.read_text() for path in paths if "stories" not in path.name).lower()
    return set(re.findall(r"[a-z0-9]+", text))


def test_each_term_of_law_or_office_in_code_stands_in_the_glossary() -> None:
    terms, _, coming = (ROOT / "docs/glossary.md").read_text().lower().partition("## not in code yet")
    used = words_of_code() & set(TERMS)
    assert {"nip", "plt", "lhp", "disposisi"} <= used
    assert used <= set(re.findall(r"[a-z0-9]+", terms))
    assert not used & set(re.findall(r"[a-z0-9]+", coming))
