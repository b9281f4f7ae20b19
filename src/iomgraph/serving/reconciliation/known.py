"""Things of the reference tables: every state, even if the release lacks it, and the goals."""

from __future__ import annotations

from collections.abc import Iterable

from iomgraph.claims import goals
from iomgraph.matching import states
from iomgraph.settings import resources
from iomgraph.sources.tables import Tables

STATES = frozenset({"State", "MemberState"})
AGENDA = frozenset({"Goal", "Target"})


class Known:
    """Names and codes of the reference tables."""

    def __init__(self) -> None:
        self._states, self._agenda = states.package(), goals.read(Tables(resources() / "data"))

    def states(self, text: str, types: Iterable[str]) -> frozenset[str]:
        """Return the IRIs of the states that a name or a code may mean, even if the release lacks them.

        A number is an M49 code only if the request is for states alone.

        Args:
            text: the name or code.
            types: the requested types.
        """
        wanted = frozenset(types)
        if not wanted & STATES or (text.strip().isdigit() and not wanted <= STATES):
            return frozenset()
        return frozenset(self._states.countries[code].iri for code in self._states.identify(text))

    def agenda(self, text: str) -> str:
        """Return the code of the one goal or target that a text states by number; otherwise empty.

        Example:
            >>> known = Known()
            >>> [known.agenda(text) for text in ("SDG 8.8", "Goal 10", "ODS 8", "8, 10", "18", "Roads")]
            ['8.8', '10', '8', '', '', '']
        """
        stated = self._agenda.read(text)
        codes = (*stated.goals, *stated.targets)
        return codes[0] if len(codes) == 1 and not stated.rest else ""
