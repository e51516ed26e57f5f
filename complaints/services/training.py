"""Making the model of `services.suggesting` from past cases, and measuring it. Only commands import this module.

Two linear models over the same TF-IDF of word stems, in equal parts: a linear support vector machine, which finds the
first guess best, and complement naive Bayes, which is fair to rare categories. Both are sums of weights, so together
they are one table. Character n-grams and pairs of words were tried and gave nothing that would pay for their size;
that the beginning of a text counts more gave half a percent.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.utils import timezone
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from biroumum.audit.models import Entry
from complaints.models import Complaint
from complaints.services.suggesting import Model, active_codes, presences, stem, words_of

SEED = 20_26
FOLDS = 5
FEWEST_CASES = 40
IN_CASES = 2  # a word of a single case tells nothing, and may be a name that would stand in the file
MOST_STEMS = 30_000
HEATS = np.geomspace(0.02, 2, 60)
MILD = 0.25  # how far rare categories are raised: 0 not at all, 1 to equality
VERIFY = "complaints.complaint.verify"


Document = dict[str, float]  # stem: presence


class Example(NamedTuple):
    text: str
    code: str


class Fitted(NamedTuple):
    """`weights`: category x stem."""

    words: list[str]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray


class TooLittle(ValueError):
    """There is nothing to learn from; the message says what is missing."""


def verified_cases() -> list[Example]:
    """Cases whose category an officer has settled, as it stands now: the log knows who verified."""
    subjects = Entry.objects.filter(verb=VERIFY).values_list("subject", flat=True)
    keys = {int(subject.rpartition("/")[2]) for subject in subjects.iterator(2000)}
    rows = (
        Complaint.objects.filter(sealed=False)
        .order_by("pk")
        .values_list("pk", "title", "description", "category__code")
    )
    return [Example(f"{title}\n{text}", code) for pk, title, text, code in rows.iterator(2000) if pk in keys]


def train(examples: Sequence[Example], *, sources: Sequence[str]) -> Model:
    """The model of all examples, with what it reached on those each fold had not seen. Raises TooLittle."""
    codes = sorted({each.code for each in examples})
    if len(examples) < FEWEST_CASES or len(codes) < 2:
        raise TooLittle(f"perlu paling sedikit {FEWEST_CASES} perkara dari 2 kategori atau lebih")
    documents = [_document(each.text) for each in examples]
    places = np.array([codes.index(each.code) for each in examples])
    unseen = _cross_validated(documents, places, len(codes))
    heat = min(HEATS, key=lambda each: _log_loss(unseen / each, places))
    about = {
        "version": f"{timezone.now():%Y%m%dT%H%M%SZ}",
        "trained_at": timezone.now().isoformat(timespec="seconds"),
        "cases": len(examples),
        "sources": list(sources),
        "categories": active_codes(),
        "cross_validation": measure(np.argsort(-unseen, axis=1, kind="stable"), places) | {"folds": FOLDS},
        "heat": round(float(heat), 5),
    }
    fitted = _fit(documents, places, len(codes))
    rows = {
        word: array("f", [fitted.idf[place], *fitted.weights[:, place]])
        for place, word in enumerate(fitted.words)
    }
    return Model(about, tuple(codes), tuple(float(value) for value in fitted.bias), rows)


def evaluate(model: Model, examples: Iterable[Example]) -> dict[str, Any]:
    """How often the first, and one of the first three, is the category of the example."""
    ranks = [
        next((place for place, each in enumerate(model.ranked(text)) if each.code == code), len(model.codes))
        for text, code in examples
    ]
    return _rates(np.array(ranks))


def kept() -> dict[str, Any]:
    """The same of what officers chose in the portal, as each verification has noted it in the log."""
    bodies = Entry.objects.filter(verb=VERIFY).exclude(body=None).values_list("body", flat=True)
    noted = (json.loads(body).get("data") or {} for body in bodies.iterator(2000))
    ranks = [
        data["suggested"].index(data["category"]) if data["category"] in data["suggested"] else 99
        for data in noted
        if data.get("suggested")
    ]
    return _rates(np.array(ranks))


def measure(order: np.ndarray, places: np.ndarray) -> dict[str, Any]:
    return _rates(np.argmax(order == places[:, None], axis=1))


def _rates(ranks: np.ndarray) -> dict[str, Any]:
    """`ranks`: the place, from 0, at which the right category came."""
    if not len(ranks):
        return {"n": 0, "top1": None, "top3": None}
    return {
        "n": len(ranks),
        "top1": round(float(np.mean(ranks < 1)), 4),
        "top3": round(float(np.mean(ranks < 3)), 4),
    }


def _document(text: str) -> Document:
    return presences(stem(word) for word in words_of(text))


def _cross_validated(documents: list[Document], places: np.ndarray, count: int) -> np.ndarray:
    """Scores of each case by a model that has seen neither it nor another of the same words."""
    same: dict[frozenset[str], int] = {}
    groups = [same.setdefault(frozenset(document), len(same)) for document in documents]
    scores = np.zeros((len(documents), count))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for seen, unseen in folds.split(documents, places, groups):
        fitted = _fit([documents[each] for each in seen], places[seen], count)
        table = _table([documents[each] for each in unseen], fitted.words, fitted.idf)
        scores[unseen] = table @ fitted.weights.T + fitted.bias
    return scores


def _fit(documents: list[Document], places: np.ndarray, count: int) -> Fitted:
    """A category without a case among these is never first."""
    cases = Counter(word for document in documents for word in document)
    common = [(word, number) for word, number in cases.most_common(MOST_STEMS) if number >= IN_CASES]
    if not common:
        raise TooLittle(f"tidak ada kata yang muncul dalam {IN_CASES} perkara")
    words = [word for word, _number in sorted(common)]
    idf = 1 + np.log((1 + len(documents)) / (1 + np.array([number for _word, number in sorted(common)])))
    weights, bias = np.zeros((count, len(words))), np.full(count, -10.0)
    present = np.unique(places)
    weights[present], bias[present] = _blend(_table(documents, words, idf), places)
    return Fitted(words, idf, weights, bias)


def _table(documents: list[Document], words: list[str], idf: np.ndarray) -> csr_matrix:
    """One row a document: presence times idf, of length one, as `Model.scores` has it."""
    column = {word: place for place, word in enumerate(words)}
    cells = [
        (row, column[word], value)
        for row, each in enumerate(documents)
        for word, value in each.items()
        if word in column
    ]
    # reshaped because without a known word there is no cell at all
    rows, columns, values = np.array(cells, dtype=float).reshape(-1, 3).T
    places = rows.astype(int), columns.astype(int)
    return normalize(csr_matrix((values * idf[places[1]], places), (len(documents), len(words))))


def _blend(table: csr_matrix, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each model's scores brought to one scale: no mean over the categories, a spread of one."""
    kinds, numbers = np.unique(places, return_counts=True)
    raised = dict(zip(kinds, (len(places) / len(kinds) / numbers) ** MILD, strict=True))
    machine = LinearSVC(C=0.3, class_weight=raised, random_state=SEED).fit(table, places)
    bayes = ComplementNB(alpha=0.5).fit(table, places)
    weights, bias = machine.coef_, machine.intercept_
    if len(weights) == 1:  # of two categories it keeps the second's side only
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    total, offset = np.zeros_like(weights), np.zeros_like(bias)
    for part, constant in ((weights, bias), (bayes.feature_log_prob_, np.zeros_like(bias))):
        part, constant = part - part.mean(axis=0), constant - constant.mean()
        spread = (table @ part.T + constant).std(axis=1).mean() or 1.0
        total, offset = total + part / spread, offset + constant / spread
    return total / 2, offset / 2


def _log_loss(scores: np.ndarray, places: np.ndarray) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    right = shifted[np.arange(len(places)), places]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - right))
