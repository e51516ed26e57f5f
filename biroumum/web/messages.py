"""`python -m biroumum.web.messages`: texts of code and templates into locale/en, and .po into the .mo Django reads.

Source texts are Indonesian, so English is the language to keep complete. `locale/id` is written by hand: Indonesian
for texts of other people's packages that have none. The .mo files are made at set-up and never committed.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
ENGLISH = "locale/en/LC_MESSAGES/django.po"
NO_SOURCES = {"bench", "docs", "locale", "node_modules", "static", "tests", "var"}
CALLS = DEFAULT_KEYWORDS | {
    f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")
}
CALLS["gettext_noop"] = None  # stored in Indonesian, translated when shown
KEPT = re.compile(
    r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|</?\w+|^\n|\n$"
)  # what a translation neither loses nor invents
# Without dates and names two branches that add texts do not quarrel about it.
HEADER = r"""msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


def collect(root: Path = ROOT) -> Catalog:
    """Every text that code and templates give to gettext."""
    found = Catalog()
    for path in sorted(_sources(root)):
        name = path.relative_to(root).as_posix()
        source = path.read_text()
        if path.suffix != ".py":
            # Its indentation means nothing to Python, which reads what templatize makes of a template.
            source = "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())
        for line, text, _, context in extract("python", io.BytesIO(source.encode()), CALLS):
            found.add(text, locations=[(name, line)], context=context)
    return found


def _sources(root: Path) -> Iterator[Path]:
    for folder in root.iterdir():
        if folder.is_dir() and folder.name[0] != "." and folder.name not in NO_SOURCES:
            yield from folder.rglob("*.py")
            yield from (path for path in folder.rglob("*.*") if _is_template(path))


def _is_template(path: Path) -> bool:
    return path.suffix in (".html", ".txt") and "templates" in path.parts


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def update(root: Path = ROOT) -> None:
    """Bring the English .po up to date: new texts stand in it empty, gone ones leave it."""
    path = root / ENGLISH
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = read(path) if path.exists() else Catalog(locale="en")
    catalog.update(collect(root), no_fuzzy_matching=True)
    out = io.BytesIO()
    write_po(
        out, catalog, 110, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False
    )
    path.write_text(HEADER + out.getvalue().decode().strip() + "\n")


def problems(root: Path = ROOT) -> list[str]:
    """What keeps English from being complete and right, one line each; empty when all is well."""
    known, used = read(root / ENGLISH), collect(root)
    found = [f"missing: {_name(message)}" for message in _texts(used) if not _stands_in(known, message)]
    gone = [message for message in _texts(known) if not _stands_in(used, message)]
    found += [f"no longer used: {_name(message)}" for message in (*gone, *known.obsolete.values())]
    for path in _catalogues(root):
        found += [
            f"{fault}: {_name(message)}" for message in _texts(read(path)) for fault in _faults(message)
        ]
    return found


def _texts(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]  # without the header


def _stands_in(catalog: Catalog, message: Message) -> bool:
    twin = catalog.get(message.id, message.context)
    return twin is not None and twin.id == message.id


def _faults(message: Message) -> Iterator[str]:
    source, translations = _forms(message.id)[-1], _forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if not all(translations):
        yield "untranslated"
    elif any(sorted(KEPT.findall(text)) != sorted(KEPT.findall(source)) for text in translations):
        yield "placeholders, tags or line ends differ"
    if any(map(_repeats, translations)):
        yield "a sentence stands twice"


def _repeats(text: str) -> bool:
    sentences = [part for part in re.split(r"[.!?]\s*", text) if " " in part]
    return len(set(sentences)) < len(sentences)


def _forms(value: object) -> tuple[str, ...]:
    """A text's singular and plural, or its one form."""
    return tuple(value) if isinstance(value, list | tuple) else (str(value or ""),)


def _name(message: Message) -> str:
    where = f" ({message.locations[0][0]})" if message.locations else ""
    return f"{_forms(message.id)[0]!r}{where}"


def _catalogues(root: Path) -> list[Path]:
    return sorted(root.glob("locale/*/LC_MESSAGES/*.po"))


def compile_all(root: Path = ROOT) -> None:
    """Make each .mo that is missing or older than its .po."""
    for path in _catalogues(root):
        made = path.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= path.stat().st_mtime:
            continue
        part = made.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, read(path))
        part.replace(made)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m biroumum.web.messages")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--check", action="store_true", help="only say what is missing or wrong; fail if anything is"
    )
    ways.add_argument("--compile", action="store_true", help="only make the .mo files")
    asked = parser.parse_args(arguments)
    if not asked.check and not asked.compile:
        update(root)
    compile_all(root)
    if asked.compile:
        return 0
    found = problems(root)
    print("\n".join(found) or "English is complete.")
    return 1 if asked.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
