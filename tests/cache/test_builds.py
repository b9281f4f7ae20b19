"""Builds with a cache: after any edit, the same bytes as without one.

`IOMGRAPH_EDITS=50` tries more edits than the few of the gate.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from iomgraph import words
from iomgraph.build import Build, build
from iomgraph.cache.store import FILE
from iomgraph.cli import commands
from iomgraph.publication import templates
from iomgraph.publication.site import write as site
from iomgraph.settings import Settings, resources
from iomgraph.sources import page_table, tables

from ..benchmarks import portfolio

PROJECTS = 10
FEW = 50
"""Things whose pages are taken over after any edit that is not on every page."""
REUSED = "things with reused pages"
SETTINGS = """title = "Projects"
base_iri = "https://data.example.org/"
currency = "USD"
[publisher]
name = "A house"
[[sources]]
kind = "pages"
files = ["idf/pages.csv"]
[[sources]]
kind = "iati"
files = ["activities.xml"]
"""
ACTIVITY = """<iati-activity default-currency="USD" xml:lang="en">
<iati-identifier>XX-1-{0}</iati-identifier>
<reporting-org ref="XX-1" type="40"><narrative>A house</narrative></reporting-org>
<title><narrative>{1} wells of village {0}</narrative></title>
<activity-date type="1" iso-date="2020-01-01"/><recipient-country code="KE" percentage="100"/>
<related-activity ref="XX-1-2" type="3"/>
<budget><period-start iso-date="2020-01-01"/><period-end iso-date="2020-12-31"/>
<value value-date="2020-01-01">{1}000</value></budget>
</iati-activity>
"""


TABLES = (
    "vocabulary/site.csv",
    "vocabulary/findings.csv",
    "vocabulary/terms.csv",
    "vocabulary/state_names.csv",
    "agenda/topic_terms.csv",
)
"""Tables that the portfolio has of its own."""


class Portfolio:
    """A small portfolio, a release of it with a cache, and one without.

    Args:
        folder: of all.
        other: package resources of its own, whose templates can be changed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.templates = folder, folder / "resources"
        self.rows = [dict(row) for row in portfolio.rows(PROJECTS)]
        self.wells = {0: 3, 1: 5}
        for name in ("data/idf", "data/vocabulary", "data/agenda", "queries", "shapes"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.cached = Settings(
            data=folder / "data",
            shapes=folder / "shapes",
            queries=folder / "queries",
            out=folder / "cached",
            cache=folder / "cache",
        )
        self.plain = replace(self.cached, out=folder / "plain", cache=None)

    def begin(self) -> None:
        for table in TABLES:
            shutil.copy(resources() / "data" / table, self.folder / "data" / table)
        for query in ("start-years-of-state", "projects-of-state"):
            shutil.copy(resources() / f"queries/{query}.rq", self.folder / "queries")
        shutil.copytree(resources() / "shapes", self.folder / "shapes", dirs_exist_ok=True)
        shutil.copytree(resources() / "templates", self.templates / "templates")
        (self.folder / "data/portfolio.toml").write_text(SETTINGS)
        self.write()
        build(self.cached)
        shutil.copytree(self.cached.out, self.plain.out)

    def write(self) -> None:
        tables.write(self.folder / "data/idf/pages.csv", page_table.COLUMNS, self.rows)
        activities = "".join(ACTIVITY.format(*one) for one in self.wells.items())
        (self.folder / "data/activities.xml").write_text(
            f'<iati-activities version="2.03">{activities}</iati-activities>'
        )

    def restored(self, kept: Path) -> Portfolio:
        """The same in the same place, as it was kept: pages are taken over where they stand."""
        shutil.rmtree(self.folder)
        shutil.copytree(kept, self.folder)
        return Portfolio(self.folder)


def add(one: Portfolio, at: int) -> None:
    row = one.rows[at % len(one.rows)]
    ending = f"{at}-{len(one.rows)}"
    one.rows.insert(at % len(one.rows), {**row, "url": f"{row['url']}-{ending}", "file": f"{ending}.txt"})


def remove(one: Portfolio, at: int) -> None:
    del one.rows[at % len(one.rows)]


def move(one: Portfolio, at: int) -> None:
    one.rows.append(one.rows.pop(at % len(one.rows)))


def change(one: Portfolio, at: int, column: str, text: str) -> None:
    one.rows[at % len(one.rows)][column] = text


def change_activity(one: Portfolio, at: int) -> None:
    one.wells[at % 2] += at + 1


def toggle_activity(one: Portfolio, _: int) -> None:
    """Add the activity that all others name, or remove it."""
    if one.wells.pop(2, None) is None:
        one.wells[2] = 4


def teach(one: Portfolio, _: int) -> None:
    path = one.folder / "data/additions/vocabulary/words.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = ("theme", "labour-migration", "en", "Something else", "the office")
    tables.write(path, words.COLUMNS, [dict(zip(words.COLUMNS, cells, strict=True))])


def turn_activities(one: Portfolio, _: int) -> None:
    one.wells = dict(reversed(one.wells.items()))


def replace_in(path: str, old: str, new: str, one: Portfolio, _: int) -> None:
    file = one.folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


Edit = Callable[[Portfolio, int], None]
EDITS: Mapping[str, Edit] = {
    "a row more": add,
    "a row less": remove,
    "a row elsewhere": move,
    "another title": partial(change, column="title", text="Roads and wells for Kenya"),
    "a title in French": partial(change, column="title", text="Des routes et des puits pour les villages"),
    "another year": partial(change, column="end_year", text="2019"),
    "an end before the start": partial(change, column="end_year", text="1999"),
    "another budget": partial(change, column="budget", text="77,000"),
    "a word that is not known": partial(change, column="theme", text="Something else"),
    "the ID of another project": lambda one, at: change(one, at, "project_id", one.rows[0]["project_id"]),
    "no ID": partial(change, column="project_id", text=""),
    "another day": partial(change, column="captured", text="2026-11-27"),
    "other states": partial(change, column="states", text="Kenya"),
    "another activity": change_activity,
    "activities in another order": turn_activities,
    "an activity more or less": toggle_activity,
    "a word more": teach,
    "another name of a property": partial(
        replace_in, "data/vocabulary/terms.csv", "endYear,", "endYear,the "
    ),
    "another name of a state": partial(
        replace_in, "data/vocabulary/state_names.csv", "KEN,en,", "KEN,en,New "
    ),
    "another title of the portfolio": partial(
        replace_in, "data/portfolio.toml", 'title = "', 'title = "Our '
    ),
    "another message of a shape": partial(replace_in, "shapes/may/project.ttl", '."@en', ' indeed."@en'),
    "another message of a rule": partial(
        replace_in, "data/vocabulary/findings.csv", "sources disagree", "sources disagree here"
    ),
    "another term of a topic": partial(
        replace_in, "data/agenda/topic_terms.csv", "border*", "border*,iomgraph\nborders,en,well*"
    ),
    "another word": partial(replace_in, "data/vocabulary/site.csv", "Projects", "Our projects"),
    "another template": partial(
        replace_in, "resources/templates/site/base.html", "<footer", '<footer id="x"'
    ),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """A portfolio whose release was built with a cache, and a copy of all of it beside."""
    made = Portfolio(tmp_path_factory.mktemp("cached") / "base")
    made.begin()
    shutil.copytree(made.folder, made.folder.with_name("kept"))
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rebuilt(one: Portfolio) -> Build:
    """Build with the cache and without, and compare."""
    one.write()
    result, plain = build(one.cached), build(one.plain)
    assert (result.published, list(result.findings)) == (plain.published, list(plain.findings))
    made, expected = contents(one.cached.out), contents(one.plain.out)
    assert {name for name in made.keys() | expected if made.get(name) != expected.get(name)} == set()
    return result


def first(one: Portfolio) -> Path:
    return min(one.cached.out.glob("site/id/project/*.html"))


def no_cache(one: Portfolio, _: int) -> None:
    shutil.rmtree(one.folder / "cache")


def damaged_cache(one: Portfolio, at: int) -> None:
    with sqlite3.connect(one.folder / "cache" / FILE) as connection:
        text = "value = substr(value, 1, length(value) - 1) || X'20'"
        connection.execute(f"UPDATE entry SET {text} WHERE rowid % 3 = ?", (at % 3,))


def no_file_of_a_cache(one: Portfolio, _: int) -> None:
    (one.folder / "cache" / FILE).write_bytes(b"SQLite format 3\0 and nothing that is")


def damaged_page(one: Portfolio, _: int) -> None:
    page = first(one)
    page.write_bytes(page.read_bytes().replace(b"e", b"f"))


HARMS: Mapping[str, Edit] = {
    "no cache": no_cache,
    "a damaged cache": damaged_cache,
    "a file that is not a cache": no_file_of_a_cache,
    "a damaged page": damaged_page,
    "a page less": lambda one, _: first(one).unlink(),
}
ALL = {**EDITS, **HARMS}
EVERYWHERE = {
    *("another word", "another template", "another day", "another title of the portfolio"),
    *(HARMS.keys() - {"a damaged page", "a page less"}),
}
"""Edits after which every page is made anew: the version, too, is on every page, and is the newest day."""


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(sorted(ALL)), st.integers(0, 40)), min_size=1, max_size=5))
@example([("another title", 3), ("a row elsewhere", 1), ("a row more", 4), ("a damaged page", 0)])
@example([("a damaged cache", 1), ("another template", 0), ("a row less", 2), ("another activity", 1)])
@example([("an activity more or less", 0), ("another name of a property", 0), ("another year", 2)])
@example([("a word that is not known", 1), ("a word more", 0), ("another name of a state", 0)])
@example([("a row less", 0), ("activities in another order", 0), ("another term of a topic", 0)])
@examples(
    max_examples=int(os.environ.get("IOMGRAPH_EDITS", "1")),
    # A build is too slow to look for the smallest edits that fail.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_after_any_edit_a_build_with_a_cache_has_the_bytes_of_one_without(
    base: Portfolio, monkeypatch: pytest.MonkeyPatch, edits: list[tuple[str, int]]
) -> None:
    one = base.restored(base.folder.with_name("kept"))
    for module in (site, templates):
        monkeypatch.setattr(module, "resources", lambda: one.templates)
    for name, at in edits:
        ALL[name](one, at)
    result = rebuilt(one)
    if result.published and EVERYWHERE.isdisjoint(name for name, _ in edits):
        assert result.counts[REUSED] > FEW


@pytest.mark.slow
def test_a_damaged_cache_is_reported_once_at_the_end(base: Portfolio) -> None:
    one = base.restored(base.folder.with_name("kept"))
    cache = one.folder / "damaged"
    cache.mkdir()
    (cache / FILE).write_bytes(b"no database")
    command = ["build", "--data", str(one.folder / "data"), "--out", str(one.folder / "other"), "--no-site"]
    said = CliRunner().invoke(commands, [*command, "--cache", str(cache)])
    assert said.exit_code == 0, said.output
    assert said.stderr.count("The cache could not be used in full (file is not a database)") == 1


@pytest.mark.slow
def test_projects_are_not_made_again_if_a_table_that_they_are_not_made_from_changes(
    base: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(*_: object) -> None:
        raise AssertionError("it is made again")

    one = base.restored(base.folder.with_name("kept"))
    for made in ("shards.Maker.fill", "claims.read.Reader.pages"):
        monkeypatch.setattr(f"iomgraph.{made}", again)
    replace_in("data/vocabulary/site.csv", "Projects", "Our projects", one, 0)
    assert build(one.cached).published


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    ["publication.pieces.packed", "rechecks.batch.judged", "shards.Maker.fill", "claims.read.Reader.pages"],
)
def test_unchanged_results_are_not_made_again(
    base: Portfolio, monkeypatch: pytest.MonkeyPatch, made: str
) -> None:
    def again(*_: object) -> None:
        raise AssertionError("it is made again")

    one = base.restored(base.folder.with_name("kept"))
    monkeypatch.setattr(f"iomgraph.{made}", again)
    assert build(one.cached).published
    change(one, 3, "title", "Roads and wells for Kenya")
    one.write()
    with pytest.raises(AssertionError, match="it is made again"):
        build(one.cached)
