"""Verdicts on parts with their notes, kept for the next build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iomgraph.cache import Memo, digest, packed, unpacked
from iomgraph.processes import JSON
from iomgraph.rechecks.encoding import UnwritableError, decoded, encoded
from iomgraph.rechecks.notes import Noter, Notes, Numbered, counted, written

_VERDICT, _FINDINGS = "verdict", "findings"
"""Kinds of entries: what the records tell, and what depends on the cells that they come from, too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The verdicts of earlier builds.

    Args:
        memo: keeps it, under the shapes and the surroundings.
        noter: makes notes.
    """

    memo: Memo
    noter: Noter

    def found(self, part: bytes) -> tuple[Notes, bytes] | None:
        """Find the notes on the part with a digest, and its statements that are read; None if there are none.

        Findings whose cells have moved are made anew of the results.
        """
        value = self.memo.found(_VERDICT, part)
        if value is None:
            return None
        pieces = unpacked(value)
        key = self._key(part, JSON.read(pieces["about"]))
        findings = self.memo.found(_FINDINGS, key)
        if findings is None:
            results = [(number, decoded(one)) for number, one in JSON.read(pieces["results"])]
            notes = Notes(*self.noter.findings(results), report=pieces["report"])
            self.memo.keep(_FINDINGS, key, _findings(notes))
        else:
            named = unpacked(findings)
            notes = Notes(named["findings"], counted(JSON.read(named["counts"])), pieces["report"])
        return notes, pieces["read"]

    def keep(self, part: bytes, found: Sequence[Numbered], notes: Notes, read: bytes = b"") -> None:
        """Keep a verdict, unless it has results that can't be written.

        Args:
            part: digest of all that was validated.
            found: the results.
            notes: on the results.
            read: the statements of the part that shapes across parts read.
        """
        try:
            results = [(number, encoded(one)) for number, one in found]
        except UnwritableError:
            return
        about = self._about(found)
        pieces = {
            "about": JSON.write(about),
            "results": JSON.write(results),
            "report": notes.report,
            "read": read,
        }
        self.memo.keep(_VERDICT, part, packed(pieces))
        self.memo.keep(_FINDINGS, self._key(part, about), _findings(notes))

    def _about(self, results: Iterable[Numbered]) -> list[str]:
        compact = self.noter.context.compact
        return [compact(iri) for iri in sorted({str(one.focus_node).strip("<>") for _, one in results})]

    def _key(self, part: bytes, about: Iterable[str]) -> bytes:
        return digest(part, self.noter.locator.sources(about))


def _findings(notes: Notes) -> bytes:
    return packed({"findings": notes.findings, "counts": JSON.write(written(notes.counts))})
