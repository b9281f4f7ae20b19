"""States as people list them in a cell, with or without shares: `Kenya 60%; Uganda 40%`.

Names and codes are matched exactly. The text between strong separators (`;`, `|`, a line end) is matched
whole or not at all, because a part of a name may be another state: `Congo, Democratic Rep.` is not the Congo.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, zip_longest

from iomgraph.claims.amounts import readings
from iomgraph.claims.cell_words import CellWords
from iomgraph.immutable import immutable

Lookup = Callable[[str], str]
"""The code of the state that a text names exactly; empty if none."""

_STRONG = r"\s*[;|\n\r•]\s*"
_WEAK = r"\s*(?:(?<!\d),|,(?!\d)|/|\+)\s*"
_BEFORE = re.compile(r"([^\d%]*[^\d%\s:(\[=–-])[\s:(\[=–-]*(\d[\d.,]*)\s*%\s*[)\]]?")
_BEHIND = re.compile(r"(\d[\d.,]*)\s*%\s*[:–-]?\s*([^\d%]+)")
_MOST = 300
"""Most parts of one cell: there are fewer states than this."""
_LONGEST_PIECE, _LONGEST_NAME = 5_000, 200
"""Most characters of a list without strong separators, and of one name with its share."""
_LONGEST = 6
"""Most parts to try as one name: no name has more commas and conjunctions."""


@immutable
class Share:
    """A state of a list.

    Args:
        code: its code.
        percentage: its share in the canonical form of xsd:decimal; empty if none is stated.
    """

    code: str
    percentage: str = ""


@immutable
class Shares:
    """The contents of a cell with states.

    Args:
        shares: the states, in order, each once.
        unknown: the pieces that match no name or several.
        twice: codes that are listed more than once.
        wrong: texts that should be percentages and are not.
    """

    shares: tuple[Share, ...] = ()
    unknown: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@immutable
class _Item:
    code: str
    percentage: str
    wrong: str


class StateLists:
    """A reader of lists of states.

    Args:
        lookup: finds the state of a name.
        words: words between the last two, and names of several states.
        separator: the separator of states, if the source declares it.
    """

    def __init__(self, lookup: Lookup, words: CellWords, separator: str = "") -> None:
        self._lookup, self._words = lookup, words
        joint = "|".join(map(re.escape, words.of("and")))
        weak = rf"{_WEAK}(?:(?:{joint})\s+)?|\s+(?:{joint})\s+"
        self._strong = re.compile(rf"\s*{re.escape(separator)}\s*" if separator.strip() else _STRONG)
        self._weak = None if separator.strip() else re.compile(weak, re.IGNORECASE)

    def read(self, text: str) -> Shares:
        """Split a cell into states and shares.

        Example:
            >>> from iomgraph.claims import cell_words
            >>> from iomgraph.settings import Settings
            >>> from iomgraph.sources.tables import Tables
            >>> known = {"Kenya": "KEN", "Uganda": "UGA", "Congo": "COG"}
            >>> words = cell_words.read(Tables(Settings().data))
            >>> lists = StateLists(lambda name: known.get(name, ""), words)
            >>> lists.read("Kenya 60%; Uganda (40 %)").shares
            (Share(code='KEN', percentage='60'), Share(code='UGA', percentage='40'))
            >>> [share.code for share in lists.read("Kenya and Uganda").shares]
            ['KEN', 'UGA']
            >>> lists.read("Congo, Dem. Rep.; Kenya").unknown
            ('Congo, Dem. Rep.',)
        """
        found: list[Share] = []
        unknown: list[str] = []
        wrong: list[str] = []
        for piece in filter(None, self._strong.split(text.strip())):
            cover = self._cover(piece) if len(piece) <= _LONGEST_PIECE else None
            if cover is None:
                unknown.append(piece)
            for share in cover or ():
                if share.wrong:
                    wrong.append(share.wrong)
                found.append(Share(share.code, share.percentage))
        codes = [share.code for share in found]
        first = {share.code: share for share in reversed(found)}
        return Shares(
            tuple(first[code] for code in dict.fromkeys(codes)),
            tuple(unknown),
            tuple(dict.fromkeys(code for code in codes if codes.count(code) > 1)),
            tuple(wrong),
        )

    @lru_cache(maxsize=4096)  # noqa: B019 - the reader lives as long as its source is read
    def _cover(self, piece: str) -> tuple[_Item, ...] | None:
        """Return the states of a piece; None if it has no reading or several."""
        if self._words.has("several", _shared(piece)[0]):
            return None
        parts, joints = [piece], [""]
        if self._weak:
            parts, joints = self._weak.split(piece), self._weak.findall(piece)
        pairs = (f"{first}, {second}" for first, second in pairwise(parts))
        if len(parts) > _MOST or any(self._words.has("several", pair) for pair in pairs):
            return None
        # Work from the end forwards, and keep up to two covers of the parts from each one on.
        covers: list[list[tuple[_Item, ...]]] = [[] for _ in parts] + [[()]]
        for at in range(len(parts) - 1, -1, -1):
            distinct: dict[tuple[str, ...], tuple[_Item, ...]] = {}
            for end in range(at + 1, min(at + _LONGEST, len(parts)) + 1):
                for item in self._items(parts[at:end], joints[at : end - 1]):
                    for rest in covers[end]:
                        cover = (item, *rest)
                        distinct.setdefault(tuple(one.code for one in cover), cover)
            covers[at] = list(distinct.values())[:2]
        return covers[0][0] if len(covers[0]) == 1 else None

    def _items(self, parts: Sequence[str], joints: Sequence[str]) -> Iterator[_Item]:
        """Yield the state that neighbouring parts name together, as typed or swapped around a comma."""
        spellings = ["".join(map("".join, zip_longest(parts, joints, fillvalue="")))]
        if len(parts) == 2 and joints[0].strip() == ",":
            first, second = parts
            spellings += [f"{first} {second}", f"{second} {first}", f"{first} ({second})"]
        codes = set()
        for spelling in spellings:
            name, percentage, wrong = _shared(spelling)
            code = self._lookup(name)
            if code and code not in codes:
                codes.add(code)
                yield _Item(code, percentage, wrong)


def _shared(text: str) -> tuple[str, str, str]:
    """Split a text into a name, its percentage, and any text that is not a percentage."""
    if len(text) > _LONGEST_NAME:
        return text.strip(), "", ""
    found = _BEFORE.fullmatch(text)
    name, number = (found[1], found[2]) if found else (text, "")
    if not found and (behind := _BEHIND.fullmatch(text)):
        name, number = behind[2], behind[1]
    if not number:
        return text.strip(), "", ""
    marks = [mark for mark in number if not mark.isdigit()]
    # A share is at most 100, so either mark in it must be the decimal mark.
    values = readings(number, marks[0] if len(marks) == 1 else "")
    share = values[0] if len(values) == 1 and 0 < Decimal(values[0]) <= 100 else ""
    return name.strip(), share, "" if share else f"{number}%"
