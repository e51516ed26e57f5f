"""Categories that past cases suggest for a new one. They only suggest: a verifier decides.

The model is a table of weights, one row per word stem, one column per category, and lies in a text file: the first
line is the SHA-256 of the rest, the rest is JSON. Reading it can run nothing, and no numeric library is loaded by the
web process. It is made by `services.training`.
"""

from __future__ import annotations

import json
import logging
import math
import os
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import Stemmer
from django.conf import settings

from complaints.models import Category, Complaint

FORMAT = 1
MOST_BYTES = 64_000_000
MOST_WORDS = 2_000  # of one text; more than the form lets through
OFTEN = 0.7  # measured by cross-validation: suggestions this sure are right about nine times in ten
LEAST = 0.04  # less sure than this is no help
WORD = re.compile(r"[^\W\d_]{2,30}")
OPENING = 8  # words over which the weight of the beginning fades
LOST = "tksp"  # the letter that me- and pe- swallow: menerima from terima

log = logging.getLogger(__name__)
_stemmer = Stemmer.Stemmer("indonesian")


class ModelRefused(ValueError):
    """The file is no model of ours, or is damaged; the message says which."""


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Stemmed until nothing more comes off, so that a text stemmed before, by whatever stemmer, meets a raw one."""
    while (shorter := _stemmer.stemWord(word)) != word:
        word = shorter
    return word


def words_of(text: str) -> list[str]:
    """Words in small letters; numbers are left out, for they name persons, plates and places."""
    return WORD.findall(text.lower())[:MOST_WORDS]


def presences(stems: Iterable[str]) -> dict[str, float]:
    """How much of a text each stem is. What is said first is the matter itself, so it counts up to twice."""
    sums: defaultdict[str, float] = defaultdict(float)
    for place, each in enumerate(stems):
        sums[each] += 1 + math.exp(-place / OPENING)
    return {each: 1 + math.log(total) for each, total in sums.items()}


@dataclass(frozen=True)
class Suggestion:
    code: str
    probability: float

    @property
    def often(self) -> bool:
        return self.probability >= OFTEN


@dataclass(frozen=True)
class Model:
    """`about` says when and from what it was made and how good it is; `rows`: stem -> idf, then a weight a category."""

    about: dict[str, Any]
    codes: tuple[str, ...]
    bias: tuple[float, ...]
    rows: dict[str, array[float]]

    def scores(self, text: str) -> list[float]:
        """How well each category fits, up to one constant: TF-IDF of unit length times the weights.

        A beginning is counted in words the model knows: past cases had lost "yang" and "di" before it saw them.
        """
        sums, length = [0.0] * len(self.codes), 0.0
        for word, presence in presences(self._known(words_of(text))).items():
            row = self.rows[word]
            value = presence * row[0]
            length += value * value
            for place, weight in enumerate(row[1:]):
                sums[place] += value * weight
        norm = math.sqrt(length) or 1.0
        return [total / norm + bias for total, bias in zip(sums, self.bias, strict=True)]

    def _known(self, words: Iterable[str]) -> Iterator[str]:
        for word in words:
            root = stem(word)
            if root not in self.rows:
                root = next((each for lost in LOST if (each := stem(lost + root)) in self.rows), "")
            if root:
                yield root

    def ranked(self, text: str) -> list[Suggestion]:
        """Every category, the likeliest first."""
        scores = self.scores(text)
        highest, heat = max(scores), float(self.about["heat"])
        parts = [math.exp((score - highest) / heat) for score in scores]
        pairs = zip(self.codes, (part / sum(parts) for part in parts), strict=True)
        return [Suggestion(*pair) for pair in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]

    def says_nothing_of(self, text: str) -> bool:
        return not any(True for _ in self._known(words_of(text)))


def model_path() -> Path:
    return Path(settings.DATA_DIR) / "triage" / "model.json"


def encode(model: Model) -> bytes:
    rows = {word: [round(value, 5) for value in row] for word, row in model.rows.items()}
    parts = {"format": FORMAT, "about": model.about, "codes": model.codes, "bias": model.bias, "rows": rows}
    body = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return sha256(body).hexdigest().encode() + b"\n" + body


def decode(content: bytes) -> Model:
    """Raises ModelRefused for whatever `encode` has not written."""
    checksum, _newline, body = content.partition(b"\n")
    if sha256(body).hexdigest().encode() != checksum:
        raise ModelRefused("berkas model rusak: jumlah periksanya tidak cocok")
    try:
        parts = json.loads(body)
        if parts["format"] != FORMAT:
            raise ModelRefused("berkas model berasal dari versi lain")
        rows = {word: array("f", row) for word, row in parts["rows"].items()}
        model = Model(parts["about"], tuple(parts["codes"]), tuple(parts["bias"]), rows)
        sound = float(model.about["heat"]) > 0 and isinstance(model.about["categories"], list)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise (
            error if isinstance(error, ModelRefused) else ModelRefused("berkas model bukan model")
        ) from error
    numbers = (value for row in (array("f", model.bias), *rows.values()) for value in row)
    if not sound or not model.codes or len(model.bias) != len(model.codes):
        raise ModelRefused("berkas model bukan model")
    if any(len(row) != len(model.codes) + 1 for row in rows.values()) or not all(map(math.isfinite, numbers)):
        raise ModelRefused("berkas model bukan model")
    return model


def write(model: Model, path: Path) -> None:
    """Whole or not at all: a reader meets the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            file.write(encode(model))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path) -> Model:
    """Raises OSError (FileNotFoundError when there is none yet) and ModelRefused."""
    if path.stat().st_size > MOST_BYTES:
        raise ModelRefused("berkas model terlalu besar")
    return decode(path.read_bytes())


def active_codes() -> list[str]:
    return sorted(Category.objects.filter(is_active=True).values_list("code", flat=True))


@lru_cache(maxsize=1)
def _loaded(path: Path, _stamp: tuple[int, int, int]) -> Model | None:
    """Read once for each state of the file; a bad one is told to the log once, too."""
    try:
        return read(path)
    except (OSError, ModelRefused) as error:
        log.warning("no suggestions of category: %s", error)
        return None


@lru_cache(maxsize=8)
def _told_old(version: str) -> None:
    log.warning("no suggestions of category: the model %s is of other categories; train it again", version)


def current() -> Model | None:
    """The model of these categories, or None: there is none, it is damaged, or the categories have changed since."""
    path = model_path()
    try:
        state = path.stat()
    except OSError:
        return None
    model = _loaded(path, (state.st_mtime_ns, state.st_size, state.st_ino))
    if model is not None and model.about["categories"] != active_codes():
        _told_old(str(model.about.get("version")))
        return None
    return model


def suggestions(case: Complaint, limit: int = 3) -> list[Suggestion]:
    """At most three categories, the likeliest first; none when the model knows no word of the case."""
    model, text = current(), f"{case.title}\n{case.description}"
    if model is None or model.says_nothing_of(text):
        return []
    return [each for each in model.ranked(text)[:limit] if each.probability >= LEAST]
