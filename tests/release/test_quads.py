"""A release in parts is opened by every command that opens one in a piece."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner, Result

import iomgraph
from iomgraph.cli import commands
from iomgraph.errors import PublicationError, SettingsError
from iomgraph.publication.changes import predecessor
from iomgraph.release import content, dumps, history, lines, manifest, quads

from ..conftest import Publish, altered
from ..remote.conftest import Oxigraph
from .parted import parted


@pytest.fixture(scope="module")
def parts(releases: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newer release of the tiny portfolio, in three parts."""
    return parted(releases[1], tmp_path_factory.mktemp("parts") / "dist")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(one) for one in arguments])


def test_the_statements_of_the_parts_are_those_of_the_whole(releases: tuple[Path, Path], parts: Path) -> None:
    whole = list(lines.read(releases[1] / dumps.NQUADS))
    assert len(quads.paths(parts)) == 3
    assert list(quads.read(parts)) == list(content.statements(parts)) == whole != []


def test_queries_are_answered_alike(releases: tuple[Path, Path], parts: Path) -> None:
    asked = ("query", "pages-by-language", "--format", "json", "--release")
    one, other = (run(*asked, release) for release in (releases[1], parts))
    assert one.exit_code == other.exit_code == 0, other.output
    assert one.stdout == other.stdout != ""
    found = [iomgraph.open(release).ask("pages-by-language") for release in (releases[1], parts)]
    assert found[0] == found[1]


def test_it_is_verified_and_harm_to_a_part_is_found(parts: Path, tmp_path: Path) -> None:
    sound = run("verify", parts)
    assert sound.exit_code == 0, sound.output
    harmed = shutil.copytree(parts, tmp_path / "harmed")
    first, second = (harmed / quads.PARTS.format(number) for number in (0, 1))
    first.write_bytes(second.read_bytes())
    assert run("verify", harmed).exit_code == 1
    manifest.write(harmed)
    told = run("verify", harmed)
    assert told.exit_code == 1
    assert "out of order" in told.output


def test_nothing_differs_from_the_whole_and_a_patch_leads_from_the_older(
    releases: tuple[Path, Path], parts: Path
) -> None:
    assert "say the same" in run("diff", releases[1], parts).stdout
    one, other = (run("diff", releases[0], new, "--format", "patch") for new in (releases[1], parts))
    assert one.stdout == other.stdout != ""


def test_it_is_pushed_and_pushed_again_nothing_is_sent(
    releases: tuple[Path, Path], parts: Path, tmp_path: Path
) -> None:
    stores = [Oxigraph(tmp_path / name) for name in ("one", "other")]
    try:
        for store, release in zip(stores, (releases[1], parts), strict=True):
            pushed = run("push", f"{store.base}/query", "--release", release)
            assert pushed.exit_code == 0, pushed.output
        again = run("push", f"{stores[1].base}/query", "--release", parts)
        assert again.exit_code == 0, again.output
        assert stores[0].quads() == stores[1].quads() != set()
    finally:
        for store in stores:
            store.kill()


def test_a_part_that_is_missing_stops_whoever_opens_the_release(parts: Path, tmp_path: Path) -> None:
    lacking = shutil.copytree(parts, tmp_path / "lacking")
    (lacking / quads.PARTS.format(1)).unlink()
    for arguments in (("query", "pages-by-language", "--release", lacking), ("diff", lacking, parts)):
        stopped = run(*arguments).exception
        assert isinstance(stopped, PublicationError)
        assert "missing" in stopped.what
        assert stopped.step
    with pytest.raises(PublicationError, match="missing"):
        iomgraph.open(lacking)


def test_a_release_on_one_machine_follows_one_in_parts_and_tells_what_changed(
    releases: tuple[Path, Path], publish: Publish, tmp_path: Path
) -> None:
    parts = parted(releases[0], tmp_path / "parts")
    new = publish(tmp_path / "new", "2026.2.0", altered, parts)
    whole, found = (history.read(one / "changes/index.json") for one in (releases[1], new))
    # The time of the previous release, which bounds that of this one, is not known.
    assert found.entries == (replace(whole.entries[1], created=found.entries[0].created),)
    patch = found.entries[0].files["patch"]
    assert (new / "changes" / patch).read_bytes() == (releases[1] / "changes" / patch).read_bytes()
    again = predecessor.find(None, new, "2026.2.0")
    assert again
    assert list(again.statements()) == list(quads.read(parts))
    with pytest.raises(SettingsError, match="already has this version"):
        predecessor.find(parts, tmp_path / "taken", "2026.1.0")


def test_where_a_history_begins_anew_or_ends_the_build_says_so(
    releases: tuple[Path, Path], parts: Path, tiny_data: Path, tmp_path: Path
) -> None:
    out = shutil.copytree(parts, tmp_path / "dist")
    same = ("build", "--data", tiny_data, "--no-site", "--version", "2026.2.0", "--out", out)
    done = run(*same)
    assert done.exit_code == 0, done.output
    assert "The history of changes begins with this release" in done.stderr
    assert "history of changes begins" not in run(*same).stderr
    told = run("build", "--engine", "spark", "--cache", tmp_path / "cache", "--out", releases[1])
    assert f"no history of changes, and the one in {releases[1]} has" in told.stderr


def test_two_releases_in_parts_have_two_digests(
    parts: Path, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    other = parted(releases[0], tmp_path / "other")
    one, another = (quads.digest(manifest.read(release)) for release in (parts, other))
    assert len({one, another, ""}) == 3


def test_readers_take_the_parts_of_a_table_for_the_table(releases: tuple[Path, Path], parts: Path) -> None:
    whole = pandas.read_parquet(releases[1] / "tables/Project.parquet")
    table = pandas.read_parquet(parts / "tables/Project")
    assert sorted(table["id"]) == sorted(whole["id"]) != []
    asked = f"SELECT title, startYear FROM '{parts}/tables/Project/*.parquet'"
    assert len(duckdb.execute(asked).fetchall()) == len(whole)
