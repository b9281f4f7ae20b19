"""States by their exact names and codes, and the names that are like one that nothing matches."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

_SCORERS = ((fuzz.token_sort_ratio, 80), (fuzz.token_set_ratio, 95))
"""Ways to compare names, and the likeness, of 100, from which one is a candidate."""
_CANDIDATES = 3
_LONGEST = 100
"""Characters of a name: the longest has 60."""
_KEPT = 20_000
"""Names that are kept with what they were found to be."""
_STATES = ("iso3", "iso2", "m49", "name_en", "name_fr", "name_es", "m49_region", "m49_subregion", "source")


class StateIndex:
    """Names and codes of states; built by `read`.

    Args:
        names: folded name to the codes (ISO 3166-1 alpha-3) of the states that it means.
        codes: code as typed, alpha-2 and alpha-3 in capitals, to alpha-3.
        labels: alpha-3 code to the English name.
    """

    def __init__(
        self, names: Mapping[str, frozenset[str]], codes: Mapping[str, str], labels: Mapping[str, str]
    ) -> None:
        self._names, self._codes, self._labels = names, codes, labels
        self._found: dict[str, str] = {}

    def lookup(self, text: str) -> str:
        """Return the alpha-3 code of the state that a name or a code names exactly; empty if none does.

        Example:
            >>> from iomgraph.settings import Settings
            >>> index = read(Tables(Settings().data))
            >>> [index.lookup(text) for text in ("kenya", "Côte d’Ivoire", "KE", "Congo DRC", "Korea")]
            ['KEN', 'CIV', 'KEN', '', '']
        """
        if len(text) > _LONGEST:
            return ""
        if len(self._found) > _KEPT:
            self._found.clear()
        if text not in self._found:
            meant = self._names.get(fold(text), frozenset())
            code = next(iter(meant)) if len(meant) == 1 else ""
            self._found[text] = code or self._codes.get(text.strip(), "")
        return self._found[text]

    def candidates(self, text: str) -> tuple[str, ...]:
        """Return the states whose names are most like a text, the likeliest first.

        Example:
            >>> from iomgraph.settings import Settings
            >>> index = read(Tables(Settings().data))
            >>> index.candidates("Keniya"), index.candidates("Congo DRC")[0], index.candidates("Regional")
            (('Kenya (KEN)',), 'Democratic Republic of the Congo (COD)', ())
        """
        scores: dict[str, float] = {}
        if len(text) > _LONGEST:
            return ()
        for scorer, least in _SCORERS:
            near = process.extract(
                fold(text), self._names.keys(), scorer=scorer, limit=20, score_cutoff=least
            )
            for name, score, _ in near:
                for code in self._names[name]:
                    scores[code] = max(scores.get(code, 0.0), score)
        best = sorted(scores, key=lambda code: (-scores[code], code))[:_CANDIDATES]
        return tuple(f"{self._labels.get(code, code)} ({code})" for code in best)


def read(tables: Tables) -> StateIndex:
    """Read the names and codes from `vocabulary/state_names.csv` and `states/states.csv`.

    Raises:
        SourceError: if a table can't be read.
    """
    names: dict[str, set[str]] = {}
    for row in tables.read("vocabulary/state_names.csv", ("iso3", "lang", "name", "source")):
        names.setdefault(fold(row["name"]), set()).add(row["iso3"])
    rows = tables.read("states/states.csv", _STATES)
    codes = {row[scheme]: row["iso3"] for row in rows for scheme in ("iso2", "iso3") if row[scheme]}
    return StateIndex(
        {name: frozenset(meant) for name, meant in names.items()},
        codes,
        {row["iso3"]: row["name_en"] for row in rows},
    )
