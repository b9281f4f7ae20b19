"""Usual headers of tables of projects, and their most likely terms.

The table `data/vocabulary/columns.csv` lists them. A build never acts on a guess: `iomgraph init` writes it
into the portfolio's file, where the owner sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from iomgraph import iris
from iomgraph.claims import amounts
from iomgraph.settings import resources
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

CERTAINTIES = ("certain", "likely", "possible")

_NEAR = 88
"""Least similarity, out of 100, of a misspelt header to a usual one."""
_MOST = 0.8
"""The part of the samples that must look like values of a term."""
_BRACKETS = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IATI = re.compile(r"[A-Z]{2,3}-[A-Z]{2,10}-\S+")


@dataclass(frozen=True, slots=True)
class Guess:
    """The likely meaning of a column.

    Args:
        term: the target as the portfolio's file writes it: `benefitingState`, `title@fr`, `budget:USD`.
        certainty: `certain`, `likely` or `possible`.
        reason: why, as one sentence without a full stop.
    """

    term: str
    certainty: str
    reason: str


class ColumnNames:
    """Usual headers; built by `read`.

    Args:
        targets: folded header to target, certainty and the header as the table has it.
        currencies: codes and symbols of currencies.
    """

    def __init__(self, targets: Mapping[str, tuple[str, str, str]], currencies: amounts.Currencies) -> None:
        self._targets, self._currencies = targets, currencies
        self._headers = [header for header, (target, *_) in targets.items() if not target.startswith("@")]

    def guess(self, header: str, samples: Sequence[str] = ()) -> Guess | None:
        """Guess the term of a column from its header, or else from its cells; None without a clue.

        Args:
            header: its header.
            samples: texts of some of its cells.

        Example:
            >>> names = read(Tables(resources() / "data"))
            >>> names.guess("Total budget (USD)").term, names.guess("Titre (français)").term
            ('budget:USD', 'title@fr')
            >>> names.guess("País")
            Guess(term='benefitingState', certainty='certain', reason="'País' is a usual header")
            >>> names.guess("Beneficary country").certainty
            'possible'
            >>> names.guess("Internal remarks")
        """
        plain = _plain(header)
        bare, lang, currency = self._hints(header)
        for text in (plain, bare):
            if found := self._targets.get(text):
                target, certainty, known = found
                reason = f"{known!r} is a usual header"
                return Guess(_completed(target, lang, currency), certainty, reason)
        near = process.extractOne(bare, self._headers, scorer=fuzz.ratio, score_cutoff=_NEAR)
        if near and len(bare) > 4:
            target, _, known = self._targets[near[0]]
            return Guess(_completed(target, lang, currency), "possible", f"{header!r} is like {known!r}")
        return _by_samples(samples)

    def _hints(self, header: str) -> tuple[str, str, str]:
        """Separate from a header the language and the currency that it names."""
        lang = currency = ""
        words = []
        for word in _plain(_BRACKETS.sub(r" \1 ", header)).split():
            hint = self._targets.get(word, ("",))[0]
            codes = self._currencies.of(word)
            if hint.startswith("@"):
                lang = hint
            elif len(codes) == 1 and len(word) < 5 and (word.upper() in header or not word.isalpha()):
                currency = codes[0]
            else:
                words.append(word)
        return " ".join(words).rstrip(" -–_:"), lang, currency


def guess(
    header: Sequence[str], samples: Iterable[Sequence[str]] = (), tables: Tables | None = None
) -> dict[str, Guess]:
    """Guess the terms of columns; if one column certainly has a term, no other gets it.

    Args:
        header: the headers.
        samples: some rows below it, cell by cell.
        tables: the reference tables; without them, those of the package.

    Returns:
        header to guess, without headers that give no clue.

    Example:
        >>> found = guess(["Project ID", "Country", "Mood"], [["A.1", "Kenya", "fine"]])
        >>> {name: one.term for name, one in found.items()}
        {'Project ID': 'identifier', 'Country': 'benefitingState'}
    """
    names = read(tables or Tables(resources() / "data"))
    rows = list(samples)
    guesses: dict[str, Guess] = {}
    for index, name in enumerate(header):
        cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
        found = names.guess(name, cells) if name.strip() else None
        if found and name not in guesses:
            guesses[name] = found
    best: dict[str, str] = {}
    for certainty in CERTAINTIES:
        for name, one in guesses.items():
            if one.certainty == certainty:
                best.setdefault(one.term, name)
    # Several columns may give goals, or organisations of one role; every other term has one column.
    several = ("participation", "statedGoal", "statedTarget")
    return {
        name: one for name, one in guesses.items() if best[one.term] == name or one.term.startswith(several)
    }


def read(tables: Tables) -> ColumnNames:
    """Read the usual headers from the folder of the tables; the first row of a header counts.

    Raises:
        SourceError: if the table can't be read.
    """
    targets: dict[str, tuple[str, str, str]] = {}
    for row in tables.read("vocabulary/columns.csv", ("target", "lang", "header", "certainty", "source")):
        targets.setdefault(_plain(row["header"]), (row["target"], row["certainty"], row["header"]))
    return ColumnNames(targets, amounts.read(tables))


def _plain(header: str) -> str:
    text = _CAPITALS.sub(" ", header.strip()) if " " not in header.strip() else header
    return fold(text.replace("_", " ").replace("*", " ")).strip(" :.-")


def _completed(target: str, lang: str, currency: str) -> str:
    if target in {"title", "description"} and lang:
        return target + lang
    return f"budget:{currency}" if target == "budget" and currency else target


def _by_samples(samples: Sequence[str]) -> Guess | None:
    for target, looks, what in (
        ("sourceLink", iris.is_web_iri, "addresses"),
        ("iatiIdentifier", lambda text: _IATI.fullmatch(text) is not None, "IATI identifiers"),
    ):
        if len(samples) > 1 and sum(looks(text.strip()) for text in samples) >= _MOST * len(samples):
            return Guess(target, "possible", f"its cells look like {what}")
    return None
