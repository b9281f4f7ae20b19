"""Fixtures for all tests: the project's own tables, the reference material, readers of small pages."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication

import hypothesis
import pytest

from iomgraph.build import Build, build
from iomgraph.claims import read as claims_read
from iomgraph.claims.claim import Page
from iomgraph.findings import Finding, Findings
from iomgraph.records import project
from iomgraph.serving.message import Request, Response
from iomgraph.serving.release import Release
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables, vocabulary
from iomgraph.sources import rules as rules_module
from iomgraph.sources.harvest import Harvest, harvest
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import Vocabulary

from . import reconciling
from .benchmarks.portfolio import pages_alone
from .once import once
from .order import longest_first
from .suites import note_suites, suite_lines

TESTS = Path(__file__).parent

# No test fails on a clock: the machine may be busy with others.
hypothesis.settings.register_profile("iomgraph", deadline=None)
hypothesis.settings.load_profile("iomgraph")

Publish = Callable[..., Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    note_suites(items)
    longest_first(items)


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the tests themselves and all that was imported: they stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are cores: some tests wait for a server, a browser or a deadline."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write how many tests of each foreign suite passed."""
    for line in suite_lines(terminalreporter.stats):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The project's own data, ontology, shapes and queries."""
    return Settings()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material: facts, captures, seeds, suites.

    It is not part of the repository. Without it the tests that need it are skipped, and say so; where
    IOMGRAPH_REFERENCE=required stands, as in the gate, they fail.
    """
    folder = Path(os.environ.get("IOMGRAPH_SHARED", TESTS.parents[1] / "shared"))
    if not folder.is_dir():
        missing = f"the reference material is not in {folder}: name its folder with IOMGRAPH_SHARED"
        if os.environ.get("IOMGRAPH_REFERENCE") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return folder


@pytest.fixture(scope="session")
def suites(shared: Path) -> Path:
    """The folder of test suites of the W3C and of communities."""
    return shared / "suites"


@pytest.fixture(scope="session")
def tiny() -> Path:
    """Saved pages of three invented projects, with their catalogue."""
    return TESTS / "fixtures/tiny"


@pytest.fixture(scope="session")
def broken() -> Path:
    """Inputs with one thing wrong in each."""
    return TESTS / "fixtures/broken"


@pytest.fixture(scope="session")
def rules(settings: Settings) -> Rules:
    return rules_module.read(Tables(settings.data))


@pytest.fixture(scope="session")
def words(settings: Settings) -> Vocabulary:
    return vocabulary.read(Tables(settings.data))


@pytest.fixture(scope="session")
def reader(settings: Settings) -> claims_read.Reader:
    return claims_read.reader(Tables(settings.data))


@pytest.fixture(scope="session")
def reconciler(settings: Settings) -> project.Reconciler:
    return project.reconciler(Tables(settings.data), {}, publisher="XM-DAC-47066", fund="idf")


@pytest.fixture
def harvested(tmp_path: Path, settings: Settings) -> Callable[..., tuple[list[Mapping[str, str]], Harvest]]:
    """Harvest files given as name to content, or paths; give the table's rows, and what the harvest did."""

    def run(
        files: Mapping[str, str | bytes] | Sequence[Path],
    ) -> tuple[list[Mapping[str, str]], Harvest]:
        paths: Sequence[Path]
        if isinstance(files, Mapping):
            folder = tmp_path / "pages"
            folder.mkdir(exist_ok=True)
            for name, content in files.items():
                data = content.encode() if isinstance(content, str) else content
                (folder / name).write_bytes(data)
            paths = [folder]
        else:
            paths = files
        table = tmp_path / "pages.csv"
        done = harvest(paths, table, settings)
        return [row.cells for row in tables.read(table, page_table.COLUMNS)], done

    return run


@pytest.fixture
def claimed(reader: claims_read.Reader, rules: Rules) -> Callable[..., tuple[list[Page], list[Finding]]]:
    """Read rows, given as columns to text, into pages; give them, and the findings."""

    def run(*rows: Mapping[str, str]) -> tuple[list[Page], list[Finding]]:
        findings: list[Finding] = []
        whole = [
            tables.Row(dict.fromkeys(page_table.COLUMNS, "") | dict(cells), "pages.csv", number, number + 1)
            for number, cells in enumerate(rows, 1)
        ]
        return list(reader.pages(whole, Reporter(rules, findings))), findings

    return run


@pytest.fixture
def reconciled(
    claimed: Callable[..., tuple[list[Page], list[Finding]]],
    reconciler: project.Reconciler,
    rules: Rules,
) -> Callable[..., tuple[dict[str, project.Project], list[Finding]]]:
    """Read rows all the way into projects by key; give them, and all findings."""

    def run(*rows: Mapping[str, str]) -> tuple[dict[str, project.Project], list[Finding]]:
        pages, findings = claimed(*rows)
        made = list(reconciling.projects(reconciler, pages, Reporter(rules, findings)))
        return {found.record["id"].removeprefix("projects:"): found for found in made}, findings

    return run


@pytest.fixture(scope="session")
def portfolio_rows(settings: Settings) -> list[tables.Row]:
    """The rows of the real portfolio."""
    return tables.read(settings.data / "idf/pages.csv", page_table.COLUMNS, name="data/idf/pages.csv")


@pytest.fixture(scope="session")
def portfolio_pages(
    portfolio_rows: list[tables.Row], reader: claims_read.Reader, rules: Rules
) -> tuple[list[Page], list[Finding]]:
    """The pages of the real portfolio, and what reading them found."""
    findings: list[Finding] = []
    return list(reader.pages(portfolio_rows, Reporter(rules, findings))), findings


@pytest.fixture(scope="session")
def portfolio_projects(
    portfolio_pages: tuple[list[Page], list[Finding]], reconciler: project.Reconciler, rules: Rules
) -> tuple[dict[str, project.Project], list[Finding]]:
    """The projects of the real portfolio by key, and what reading and reconciling them found."""
    pages, found = portfolio_pages
    findings = list(found)
    made = list(reconciling.projects(reconciler, pages, Reporter(rules, findings)))
    return {one.record["id"].removeprefix("projects:"): one for one in made}, findings


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory, tiny: Path, settings: Settings) -> Path:
    """The tables of the tiny portfolio, which no test may change."""

    def make(folder: Path) -> None:
        data = pages_alone(settings.data, folder / "data")
        (data / "idf/pages.csv").unlink()
        harvest([tiny], data / "idf/pages.csv", settings)

    return once(tmp_path_factory, "tiny", make) / "data"


@pytest.fixture(scope="session")
def publish(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, settings: Settings) -> Publish:
    """Publish the tiny portfolio, with rows changed on the way, into a folder; give the folder."""
    data = Path(shutil.copytree(tiny_data, tmp_path_factory.mktemp("tiny") / "data"))
    rows = [dict(row.cells) for row in tables.read(data / "idf/pages.csv", page_table.COLUMNS)]

    def run(
        out: Path,
        version: str = "",
        change: Callable[[list[dict[str, str]]], object] = lambda rows: None,
        previous: Path | None = None,
        site: bool = False,
    ) -> Path:
        changed = [dict(row) for row in rows]
        change(changed)
        tables.write(data / "idf/pages.csv", page_table.COLUMNS, changed)
        made = build(replace(settings, data=data, out=out, version=version, previous=previous, site=site))
        assert made.published, [str(finding) for finding in made.findings]
        return out

    return run


@pytest.fixture(scope="session")
def releases(publish: Publish, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of the tiny portfolio: in the second one project is gone and one has another end year."""

    def make(folder: Path) -> None:
        old = publish(folder / "old", "2026.1.0")
        publish(folder / "new", "2026.2.0", altered, old)

    folder = once(tmp_path_factory, "releases", make)
    return folder / "old", folder / "new"


@pytest.fixture(scope="session")
def site_release(publish: Publish, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny release with its site, second of two: a project of the first has gone."""

    def without(rows: list[dict[str, str]]) -> None:
        rows[:] = [row for row in rows if "900003" not in row["url"]]

    def make(folder: Path) -> None:
        old = publish(folder / "old", "2026.1.0")
        publish(folder / "new", "2026.2.0", without, old, site=True)

    return once(tmp_path_factory, "served", make) / "new"


@pytest.fixture(scope="session")
def another(publish: Publish, site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release after it."""

    def make(folder: Path) -> None:
        publish(folder / "dist", "2026.3.0", previous=site_release, site=True)

    return once(tmp_path_factory, "another", make) / "dist"


def altered(rows: list[dict[str, str]]) -> None:
    """Take a project away, and change the end year of another wherever it is told."""
    rows[:] = [row for row in rows if "900003" not in row["url"]]
    for row in rows:
        if "bridges" in row["url"] and row["end_year"]:
            row["end_year"] = str(int(row["end_year"]) + 1)


@pytest.fixture(scope="session")
def text_page() -> Callable[..., str]:
    """Write a page of the present site as text, as a browser saves it."""

    def lay(title: str, fields: Sequence[tuple[str, str]], prose: str = "Prose follows.") -> str:
        marked = "".join(f"-\n{label}\n{value}\n" for label, value in fields)
        return f"-\nWho we are\nAn organization.\n- Data and Research\n{title}\n{marked}{prose}\n"

    return lay


def _built(factory: pytest.TempPathFactory, name: str, *, site: bool) -> tuple[Build, Path]:
    """The build of the real portfolio, once a run."""

    def make(folder: Path) -> None:
        made = build(Settings(out=folder / "dist", site=site))
        assert made.published
        content = pickle.dumps((dict(made.counts), list(made.findings)))
        (folder / "build.pickle").write_bytes(content)

    folder = once(factory, name, make)
    counts, findings = pickle.loads((folder / "build.pickle").read_bytes())
    return Build(True, counts, Findings(findings)), folder / "dist"


@pytest.fixture(scope="session")
def portfolio_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Path]:
    """The build of the real portfolio, without its site, and the folder of its release."""
    return _built(tmp_path_factory, "portfolio", site=False)


@pytest.fixture(scope="session")
def portfolio_release(portfolio_build: tuple[Build, Path]) -> Path:
    """The release of the real portfolio."""
    return portfolio_build[1]


@pytest.fixture(scope="session")
def site_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Path]:
    """The build of the real portfolio with its site, and the folder of its release."""
    return _built(tmp_path_factory, "site", site=True)


@pytest.fixture(scope="session")
def loaded(portfolio_release: Path) -> Release:
    """The release of the real portfolio, in memory."""
    return Release.open(portfolio_release)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Callable[[Request], Response]], str]]:
    """Carries what answers requests over HTTP, on a port of loopback that the system chooses."""
    running: list[WSGIServer] = []

    def start(answer: Callable[[Request], Response]) -> str:
        server = make_server("127.0.0.1", 0, as_wsgi(answer), handler_class=Silent)
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


class Silent(WSGIRequestHandler):
    """A handler that logs no requests."""

    def log_message(self, *_: object) -> None:
        pass


def as_wsgi(answer: Callable[[Request], Response]) -> WSGIApplication:
    def app(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        headers = {
            key.removeprefix("HTTP_").lower().replace("_", "-"): value
            for key, value in environ.items()
            if key.startswith("HTTP_") or key == "CONTENT_TYPE"
        }
        told = answer(
            Request(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"].encode("latin-1").decode(errors="replace"),
                tuple(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
                headers,
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
            )
        )
        assert isinstance(told.body, bytes)
        status = f"{told.status} {HTTPStatus(told.status).phrase}"
        start_response(status, [*told.headers, ("Content-Length", str(len(told.body)))])
        return [told.body]

    return app
