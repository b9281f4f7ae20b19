"""A thing is gone if no graph of the release mentions it any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from iomgraph.release import content
from iomgraph.serving import tombstones

BASE = "https://w3id.org/iomgraph/"


def test_what_a_removed_page_said_of_a_project_that_stays_is_not_gone(
    publish: Callable[..., Path], tmp_path: Path
) -> None:
    dropped: list[str] = []

    def without(rows: list[dict[str, str]]) -> None:
        """Take away one page of each project that has several."""
        ids = [row["project_id"] for row in rows]
        for row in list(rows):
            if row["project_id"] and ids.count(row["project_id"]) > 1 and row["budget"]:
                ids.remove(row["project_id"])
                rows.remove(row)
                dropped.append(row["project_id"])

    old = publish(tmp_path / "old", "2026.1.0")
    new = publish(tmp_path / "new", "2026.2.0", without, old)
    gone = tombstones.read(new, BASE)
    there = {line[1 : line.index(">")].removeprefix(BASE) for line in content.statements(new)}
    budgets = {f"id/project/{key}/budget" for key in dropped}
    assert budgets & there
    assert not there & gone.keys()
    assert any(one.what == "Capture" for one in gone.values())
