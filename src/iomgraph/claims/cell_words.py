"""Words in cells of anyone's tables: for an empty value, for a total, for a role, before a goal.

The table `data/vocabulary/cell_words.csv` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from iomgraph.errors import SourceError
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

_LONGEST = 30
"""The length from which a text can't be one of these words."""
KINDS = ("and", "goal", "nothing", "role", "several", "total")


@dataclass(frozen=True)
class CellWords:
    """The words by kind, folded; built by `read`.

    Args:
        words: kind to folded word to the identifier that it stands for, if any.
    """

    words: Mapping[str, Mapping[str, str]]

    def of(self, kind: str) -> Mapping[str, str]:
        """Return the words of a kind."""
        return self.words[kind]

    def has(self, kind: str, text: str) -> bool:
        """Tell whether a text is a word of a kind.

        Example:
            >>> from iomgraph.settings import Settings
            >>> words = read(Tables(Settings().data))
            >>> words.has("nothing", " N/A "), words.has("total", "Sous-total"), words.has("total", "Roads")
            (True, True, False)
        """
        # The first letter of most cells shows that they are not such words.
        if len(text) > _LONGEST or text[:1].casefold() not in self._firsts[kind]:
            return False
        return fold(text).rstrip(" :") in self.words[kind]

    @cached_property
    def _firsts(self) -> Mapping[str, frozenset[str]]:
        return {kind: frozenset({" "} | {word[:1] for word in words}) for kind, words in self.words.items()}

    def role(self, text: str) -> str:
        """Return the code of a role (IATI OrganisationRole) by its word or its code; empty if unknown.

        Example:
            >>> from iomgraph.settings import Settings
            >>> words = read(Tables(Settings().data))
            >>> words.role("Implementing"), words.role("1"), words.role("chair")
            ('4', '1', '')
        """
        roles = self.words["role"]
        return text if text in roles.values() else roles.get(fold(text), "")


def read(tables: Tables) -> CellWords:
    """Read the words from the folder of the tables.

    Raises:
        SourceError: if the table can't be read, or names an unknown kind.
    """
    words: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for row in tables.read("vocabulary/cell_words.csv", ("kind", "id", "lang", "word", "source")):
        if row["kind"] not in words:
            raise SourceError(
                f"unknown kind {row['kind']!r}",
                where=row.place("kind"),
                step=f"use one of: {', '.join(KINDS)}",
            )
        words[row["kind"]][fold(row["word"])] = row["id"]
    return CellWords(words)
