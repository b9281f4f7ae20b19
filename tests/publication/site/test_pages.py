"""Pages are written only if they changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...once import linked


def ended(rows: list[dict[str, str]]) -> None:
    """Take a project away, and change the end year of another."""
    rows[:] = [row for row in rows if "lamps" not in row["url"]]
    for row in rows:
        if "bridges" in row["url"] and row["end_year"]:
            row["end_year"] = str(int(row["end_year"]) + 1)


def test_unchanged_files_are_kept_and_changed_ones_written(
    publish: Any, site_release: Path, tmp_path: Path
) -> None:
    out = linked(site_release, tmp_path / "dist")
    before = {path.relative_to(out): path.stat().st_ino for path in (out / "site/id").rglob("*.html")}
    publish(out, "2026.3.0", ended, site=True)
    after = {path.relative_to(out): path.stat().st_ino for path in (out / "site/id").rglob("*.html")}
    kept = {name for name, node in after.items() if before.get(name) == node}
    assert len(kept) > len(after) / 2
    anew = {name.name for name in after.keys() - kept}
    assert any("bridges" in name or "900001" in name for name in anew) or anew
    assert before.keys() - after.keys()
