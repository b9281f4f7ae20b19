"""Goals and targets of the 2030 Agenda as people type them: `8.8`, `SDG 8`, `Goal 10: Inequalities`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from iomgraph.claims import cell_words
from iomgraph.claims.cell_words import CellWords
from iomgraph.immutable import immutable
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

_CODE = r"\d{1,2}(?:\.(?:\d{1,2}|[a-d]))?"
_LABEL = re.compile(r"\s*[:–—-]\s*[^\W\d_][^\d;]*")
_BETWEEN = re.compile(r"[\s,;/|+]*")


@immutable
class Stated:
    """The statement of a cell.

    Args:
        goals: codes of goals, in order, each once.
        targets: codes of targets, in order, each once.
        rest: the text that could not be read.
    """

    goals: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


class Agenda:
    """The codes of goals and targets, and the words before them; built by `read`.

    Args:
        goals: the codes of the goals.
        targets: the codes of the targets.
        words: the words before a code.
    """

    def __init__(self, goals: Iterable[str], targets: Iterable[str], words: CellWords) -> None:
        self._goals, self._targets = frozenset(goals), frozenset(targets)
        before = "|".join(sorted(map(re.escape, words.of("goal")), key=len, reverse=True))
        joint = "|".join(map(re.escape, words.of("and")))
        self._stated = re.compile(
            rf"(?:(?:{joint})\s+)?(?:(?:{before})\s*[#°.:]?\s*){{0,3}}(?P<code>{_CODE})(?![\d.])"
        )

    def read(self, text: str) -> Stated:
        """Read a cell with one code or several.

        Example:
            >>> from iomgraph.settings import Settings
            >>> agenda = read(Tables(Settings().data))
            >>> agenda.read("SDG 8.8; 10.7"), agenda.read("Goal 10: Reduced inequalities")
            (Stated(goals=(), targets=('8.8', '10.7'), rest=()), Stated(goals=('10',), targets=(), rest=()))
            >>> agenda.read("8, 10 and 16"), agenda.read("18; decent work")
            (Stated(goals=('8', '10', '16'), targets=(), rest=()), \
Stated(goals=(), targets=(), rest=('18', 'decent work')))
            >>> agenda.read("8,8")
            Stated(goals=(), targets=(), rest=('8,8',))
        """
        plain, at = fold(text), 0
        codes: list[str] = []
        rest: list[str] = []
        for piece in re.split(r"[;\n|]", plain):
            if re.fullmatch(r"\D*\d{1,2},\d{1,2}", piece.strip()):
                # A comma between two numbers lists goals, or is the decimal mark of a target.
                rest.append(piece.strip())
                continue
            at = 0
            while at < len(piece):
                at = _BETWEEN.match(piece, at).end()  # type: ignore[union-attr]
                found = self._stated.match(piece, at)
                if not found:
                    rest += [piece[at:].strip()] if piece[at:].strip() else []
                    break
                (codes if self._known(found["code"]) else rest).append(found["code"])
                label = _LABEL.match(piece, found.end())
                at = label.end() if label else found.end()
        return Stated(
            tuple(dict.fromkeys(code for code in codes if code in self._goals)),
            tuple(dict.fromkeys(code for code in codes if code in self._targets)),
            tuple(rest),
        )

    def number(self, text: str) -> Stated:
        """Read a cell that is a number: one shown as 8.1 may have been typed as 8.10.

        Example:
            >>> from iomgraph.settings import Settings
            >>> agenda = read(Tables(Settings().data))
            >>> agenda.number("8.8").targets, agenda.number("8.1").rest
            (('8.8',), ('8.1',))
        """
        if "." in text and text in self._targets and f"{text}0" in self._targets:
            return Stated(rest=(text,))
        return self.read(text)

    def _known(self, code: str) -> bool:
        return code in self._goals or code in self._targets


def read(tables: Tables) -> Agenda:
    """Read the codes from `agenda/goals.csv` and `agenda/targets.csv`.

    Raises:
        SourceError: if a table can't be read.
    """
    goals = tables.read("agenda/goals.csv", ("code", "iri", "name_en", "name_fr", "name_es", "source"))
    targets = tables.read("agenda/targets.csv", ("code", "goal", "iri", "source"))
    return Agenda((row["code"] for row in goals), (row["code"] for row in targets), cell_words.read(tables))
