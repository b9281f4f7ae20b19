"""The kit for workers: the tables, rules and settings of a build, unpacked once per process."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from iomgraph import checks, stages
from iomgraph.claims import kinds
from iomgraph.cluster.stop import WorkerError
from iomgraph.errors import SourceError
from iomgraph.mapping import context
from iomgraph.mapping.context import Context
from iomgraph.portfolio import Portfolio
from iomgraph.publication.tables import dictionary as dictionaries
from iomgraph.records import doubts as doubting
from iomgraph.records import project
from iomgraph.reference import agenda, codelists
from iomgraph.settings import Settings, resources
from iomgraph.sources import rules
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables
from iomgraph.validation import shapes
from iomgraph.validation.shacl import CompiledShapes
from iomgraph.version import __version__

_FOLDERS = ("data", "ontology", "shapes")
_opened: dict[str, Workshop] = {}


class Contents(Protocol):
    """Anything that holds the files of a kit, such as a broadcast of Spark."""

    @property
    def value(self) -> Mapping[str, bytes]:
        """Name of each file to its bytes."""


@dataclass(frozen=True, slots=True)
class Held:
    """The files of a kit in this process."""

    value: Mapping[str, bytes]


@dataclass(frozen=True)
class Kit:
    """The files that workers need, and the program that they must have.

    Args:
        contents: the files; of `data/`, all except the sources.
        portfolio: the portfolio, under the base IRI in force.
        program: the version of the program, and a digest of it.
        digest: a name that changes with any of these.
    """

    contents: Contents
    portfolio: Portfolio
    program: str
    digest: str

    def workshop(self) -> Workshop:
        """Unpack the kit in this process, or return the kit unpacked earlier.

        Raises:
            WorkerError: if this process has another version of the program.
        """
        if self.digest not in _opened:
            if self.program != program():
                raise WorkerError(
                    f"a worker has another iomgraph ({program()}) than the driver ({self.program})",
                    step="install the same one on all machines",
                )
            folder = Path(tempfile.mkdtemp(prefix="iomgraph-kit-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            for name, content in self.contents.value.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            _opened[self.digest] = Workshop(folder, self.portfolio)
        return _opened[self.digest]


@dataclass(frozen=True)
class Workshop:
    """The tools of a process: tables, words and rules, each made at its first use.

    Args:
        folder: folder of the kit.
        given: the portfolio.
    """

    folder: Path
    given: Portfolio
    _compiled: dict[frozenset[str], CompiledShapes] = field(default_factory=dict)

    @cached_property
    def portfolio(self) -> Portfolio:
        """The portfolio, in the folder of this process."""
        return replace(self.given, folder=self.folder / "data")

    @cached_property
    def reference(self) -> Tables:
        """The reference tables."""
        return Tables(self.folder / "data")

    @cached_property
    def rules(self) -> rules.Rules:
        """The rules that are checked while reading."""
        return rules.read(self.reference)

    @cached_property
    def context(self) -> Context:
        """The mapping."""
        return context.read(self.folder / "ontology", self.portfolio.base_iri)

    @cached_property
    def rulebook(self) -> shapes.Shapes:
        """The shapes."""
        return shapes.load(self.folder / "shapes")

    def compiled(self, rules: frozenset[str]) -> CompiledShapes:
        """Return some of the shapes, compiled once."""
        if rules not in self._compiled:
            self._compiled[rules] = checks.compiled_shapes(self.rulebook, rules)
        return self._compiled[rules]

    @cached_property
    def linked(self) -> agenda.Agenda:
        """The agenda; the driver reports its faults."""
        return stages.linked(self.reference, Reporter(self.rules, []))

    @cached_property
    def reconciler(self) -> project.Reconciler:
        """The reconciler, which makes projects from pages."""
        return stages.reconciler(self.reference, self.portfolio, self.linked)

    @cached_property
    def coded(self) -> codelists.Codelists:
        """The code lists."""
        return codelists.read(self.reference)

    @cached_property
    def doubts(self) -> doubting.Doubts:
        """Checks that have not seen projects; each part makes fresh ones from them."""
        return doubting.read(self.reference)

    @cached_property
    def dictionary(self) -> dictionaries.Dictionary:
        """The meaning of columns of tables."""
        return dictionaries.dictionary(self.folder / "data", self.folder / "ontology", self.context)

    def warm(self) -> None:
        """Read every table that provides words for reading, so that the works they cite are known."""
        empty = replace(
            self.portfolio,
            sources=tuple(replace(one, paths=(), remote=()) for one in self.portfolio.sources),
        )
        for _ in kinds.read(self.reference, empty, Reporter(self.rules, []), {}):
            pass
        _ = self.reconciler, self.doubts


def packed(settings: Settings, portfolio: Portfolio) -> Kit:
    """Pack the kit of a build.

    Args:
        settings: name the folders.
        portfolio: the portfolio; its sources are left out, because Spark reads them.

    Raises:
        SourceError: if a file can't be read.
    """
    sources = {path for source in portfolio.sources for path in source.paths}
    contents = {}
    for name in _FOLDERS:
        folder: Path = getattr(settings, name)
        for path in _files(folder):
            if path not in sources:
                contents[f"{name}/{path.relative_to(folder).as_posix()}"] = _content(path)
    text = hashlib.sha256(repr(portfolio).encode())
    for name, content in contents.items():
        text.update(f"{name}\0{len(content)}\0".encode() + content)
    return Kit(Held(contents), portfolio, program(), text.hexdigest())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"a file can't be read ({error.strerror})", where=path, step="check the path, or restore the file"
        ) from error


def program() -> str:
    """Name the program that this process runs: its version, and a digest of its code and tables.

    Example:
        >>> program().startswith(__version__)
        True
    """
    if not _program:
        text = hashlib.sha256()
        package = Path(str(files("iomgraph")))
        for folder, pattern in ((package, "*.py"), (resources() / "data", "*.*")):
            for path in sorted(folder.rglob(pattern)):
                text.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
        _program.append(f"{__version__}+{text.hexdigest()[:12]}")
    return _program[0]


_program: list[str] = []
