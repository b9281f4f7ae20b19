"""Portfolios of any size, made after the real one: `python tests/benchmarks/portfolio.py --projects 1200 D`.

Each project is a real one with another identity: its pages, their sites and languages, what they
leave out, how they print budgets and lists of states, and their false end years stay as they are,
so that every distribution is that of the real table. Names, numbers, years, amounts and states are
drawn anew. The same seed gives the same rows.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iomgraph.claims import read as claims
from iomgraph.claims import states as state_names
from iomgraph.claims.pages import spooled
from iomgraph.findings import Findings
from iomgraph.records.grouping import group
from iomgraph.reference import membership, state
from iomgraph.settings import LANGUAGES, Settings
from iomgraph.sources import page_table, rules, tables
from iomgraph.sources.captures import FORMER_SITE
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

Cells = Mapping[str, str]

FALSE_YEAR = "2024"
"""The text that pages print for an end year that they lack."""

_SOURCE = "[[sources]]\n"
_RUN_TOGETHER = re.compile(r"[^\W\d_A-Z][A-Z]")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def rows(projects: int, seed: int = 0, data: Path | None = None) -> Iterator[Cells]:
    """Make the rows of a portfolio, the pages of one project after those of another.

    Args:
        projects: how many projects.
        seed: another seed gives another portfolio.
        data: the folder of the real tables.
    """
    folder = data or Settings().data
    chance, models, world, given = random.Random(seed), _models(folder), _world(folder), Counter[str]()
    for number in range(projects):
        yield from _Twin(number, chance, world, given).rows(chance.choice(models))


def write(folder: Path, projects: int, seed: int = 0, data: Path | None = None) -> None:
    """Write a whole data folder: the real one, its table of pages replaced.

    Args:
        folder: where to; it must not exist.
        projects: how many projects.
        seed: another seed gives another portfolio.
        data: the folder of the real tables.
    """
    source = data or Settings().data
    made = sorted(rows(projects, seed, source), key=lambda cells: cells["url"])
    pages_alone(source, folder)
    tables.write(folder / "idf/pages.csv", page_table.COLUMNS, made)


def pages_alone(source: Path, folder: Path) -> Path:
    """Copy the folder of the real portfolio, with saved pages as the only source."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("iom"))
    path = folder / "portfolio.toml"
    head, *sources = path.read_text(encoding="utf-8").split(_SOURCE)
    pages = [one for one in sources if 'kind = "pages"' in one]
    path.write_text(_SOURCE.join([head, *pages]), encoding="utf-8", newline="\n")
    return folder


def _models(data: Path) -> Sequence[Sequence[Cells]]:
    """The rows of each real project, grouped as a build groups them."""
    reporter = Reporter(rules.read(Tables(data)), Findings())
    table = tables.read(data / "idf/pages.csv", page_table.COLUMNS)
    cells = {row.number: row.cells for row in table}
    groups = group(spooled(claims.reader(Tables(data)).pages(table, reporter)), reporter)
    return [[cells[page.whole.place.row or 0] for page in found.pages] for found in groups]


@dataclass(frozen=True)
class _World:
    """The states there are: how each is called, and how the real table's lists are read."""

    names: Sequence[Mapping[str, str]]
    reader: state_names.StateNames


def _world(data: Path) -> _World:
    members = {row["iso3"] for row in tables.read(data / "states/memberships.csv", membership.MEMBERSHIPS)}
    table = [row for row in tables.read(data / "states/states.csv", state.COLUMNS) if row["iso3"] in members]
    return _World(
        [{lang: row[f"name_{lang}"] for lang in LANGUAGES} for row in table], state_names.read(Tables(data))
    )


@dataclass
class _Twin:
    """The other identity of a real project: what its pages share there they share here.

    Args:
        number: tells it from the others.
        chance: draws.
        world: the states.
        given: how many project IDs of each prefix have been given.
        drawn: what was drawn for each thing that the real pages name.
    """

    number: int
    chance: random.Random
    world: _World
    given: Counter[str]
    drawn: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, model: Sequence[Cells]) -> Iterator[Cells]:
        """The rows of its pages."""
        shift = self.chance.randrange(-3, 1)
        states = self.chance.sample(self.world.names, 40)
        for page, cells in enumerate(model):
            head, _, last = cells["url"].rpartition("/")
            yield {
                **cells,
                "title": f"{states[0]['en']}: {cells['title']}",
                "url": f"{head}/{self._once(last, self._node if last.isdigit() else self._slug)}",
                "file": f"{self.number:06}-{page}.txt",
                "project_id": self._once(cells["project_id"], self._identifier),
                "prima_id": self._once(cells["prima_id"], self._prima),
                "budget": self._budget(cells["budget"]),
                **{name: _moved(cells[name], shift) for name in ("start_year", "funding_year")},
                "end_year": _moved(cells["end_year"], shift, but=FALSE_YEAR),
                **{name: self._states(cells, name, states) for name in ("states", "other_states")},
            }

    def _once(self, old: str, make: Callable[[str], str]) -> str:
        kind = make.__name__
        if old and (kind, old) not in self.drawn:
            self.drawn[kind, old] = make(old)
        return self.drawn[kind, old] if old else ""

    def _node(self, old: str) -> str:
        return f"{1_000_000 + 100 * self.number + len(self.drawn)}"

    def _slug(self, old: str) -> str:
        return f"{old[:80]}-{self.number}-{len(self.drawn)}"

    def _identifier(self, old: str) -> str:
        """Another ID in the form of the old one; the form of old times where the other is used up."""
        prefix = old[:2]
        form = f"{prefix}." if old[2:3] == "." and self.given[f"{prefix}."] < 10_000 else f"{prefix}-"
        number = self.given[form]
        self.given[form] += 1
        if form.endswith("."):
            return f"{form}{number:04}"
        return f"{prefix}{_DIGITS[number // 1000]}-{number % 1000:03}"

    def _prima(self, old: str) -> str:
        return f"{old[:5]}{self.number:06}{len(self.drawn)}"

    def _budget(self, old: str) -> str:
        """Another amount, printed as the old one is; the same for the same, however it is printed."""
        plain = old.replace(",", "").removesuffix(".00")
        if not plain.isdigit():
            return old
        amount = int(self._once(plain, self._amount))
        return f"{amount:,}" if "," in old else f"{amount}.00" if "." in old else f"{amount}"

    def _amount(self, old: str) -> str:
        return str(1000 * self.chance.randrange(20, 301))

    def _states(self, cells: Cells, name: str, states: Sequence[Mapping[str, str]]) -> str:
        """As many other states, in the page's language and between the same separators."""
        text = cells[name]
        lang = "en" if FORMER_SITE in cells["url"] else cells["lang"] or "en"
        number = len(self.world.reader.split(text, cells["lang"]).states)
        among = states[:number] if name == "states" else states[-number:]
        between = "\n" if "\n" in text else "" if _RUN_TOGETHER.search(text) else " "
        return between.join(names[lang] for names in among) if number else text


def _moved(year: str, shift: int, but: str = "") -> str:
    return str(int(year) + shift) if year.isdigit() and year != but else year


def main() -> None:
    """Write the folder that the command line asks for."""
    parser = argparse.ArgumentParser(description="Write a data folder with a generated portfolio.")
    parser.add_argument("folder", type=Path, help="where to; it must not exist")
    parser.add_argument("--projects", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    write(asked.folder, asked.projects, asked.seed)


if __name__ == "__main__":
    main()
