"""`iomgraph check`: checks data against shapes, and reports in the formats that CI reads."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from iomgraph import formats
from iomgraph.cli.configuration import ConfiguredCommand
from iomgraph.cli.output import progress
from iomgraph.cli.own_files import OwnFiles
from iomgraph.cli.parameters import LANG, LEAST_MEMORY, MEMORY, PATH, POSITIVE
from iomgraph.errors import SettingsError
from iomgraph.findings import Finding, Severity
from iomgraph.formats import Kind
from iomgraph.processes import Task, run_isolated
from iomgraph.processes.progress import Say
from iomgraph.settings import BASE_IRI, Settings, resources
from iomgraph.validation import profiles
from iomgraph.validation.documents.files import File, expand
from iomgraph.validation.report import Report, validate
from iomgraph.validation.reports import baseline
from iomgraph.validation.reports import formats as writers

_WORDS = [severity.word for severity in sorted(Severity, reverse=True)]
_RDF = [entry.name for entry in formats.FORMATS if entry.kind is Kind.RDF]
_STDIN = "-"
_MANIFEST = "manifest.json"
_UNREAD = ("syntax-error", "unreadable")
_SHOWN = 50
_SHARE = 0.75
_GB = 1_000_000_000
_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """The arguments of one run; the options below explain them."""

    paths: Sequence[str | Path | File]
    shapes: Sequence[Path]
    profile: str | None
    background: Sequence[Path]
    data: Path | None
    data_format: str | None
    shapes_format: str | None
    follow_imports: bool
    allow_unevaluated: bool
    fail_on: str
    name: str
    outputs: Sequence[str]
    known: Path | None
    update_baseline: bool
    against: Path | None
    root: Path | None
    lang: str
    timeout: float
    memory: float | None
    quiet: bool


@click.command(cls=ConfiguredCommand, short_help="Check tables, a release or any RDF files with SHACL.")
@click.argument("paths", nargs=-1, type=PATH)
@click.option(
    "--shapes",
    multiple=True,
    type=PATH,
    help="File, folder or pattern of shapes; repeatable. Our own data needs none.",
)
@click.option(
    "--profile",
    metavar="NAME",
    help=f"Shapes by name: {', '.join(profiles.names(resources() / 'shapes'))}.",
)
@click.option(
    "--with",
    "background",
    multiple=True,
    type=PATH,
    help="Data that shapes can see, but that is not itself checked; repeatable.",
)
@click.option(
    "--data",
    type=PATH,
    show_default="the project's own",
    help="Folder of the tables, if no paths are given.",
)
@click.option(
    "--data-format",
    type=click.Choice(_RDF),
    show_default="as extensions tell",
    help="Format of the data files and of standard input.",
)
@click.option(
    "--shapes-format",
    type=click.Choice(_RDF),
    show_default="as extensions tell",
    help="Format of the shape files.",
)
@click.option("--follow-imports", is_flag=True, help="Read local files that owl:imports names, below --root.")
@click.option(
    "--allow-unevaluated", is_flag=True, help="Report what was not evaluated as notes, without failing."
)
@click.option(
    "--fail-on",
    type=click.Choice(_WORDS),
    default="must",
    show_default=True,
    help="Lowest severity that gives exit code 1.",
)
@click.option(
    "-f", "--format", "name", default="text", show_default=True, help=f"text, {', '.join(writers.WRITERS)}."
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a report to a file, in one of these formats or xlsx; repeatable.",
)
@click.option("--baseline", "known", type=PATH, help="File of known findings, which do not fail the check.")
@click.option("--update-baseline", is_flag=True, help="Write the findings to the file that --baseline names.")
@click.option(
    "--against",
    type=PATH,
    help="Folder of the previous release: report projects that are gone and columns that became empty.",
)
@click.option(
    "--root",
    type=PATH,
    show_default="the repository's",
    help="Folder that file names in reports are relative to.",
)
@LANG
@click.option(
    "--timeout",
    type=POSITIVE,
    default=_SECONDS,
    show_default=True,
    help="Time limit for each constraint, in seconds.",
)
@click.option(
    "--memory",
    type=MEMORY,
    metavar="GB",
    show_default=f"{_SHARE:.0%} of the machine's",
    help=f"Memory limit for the check, at least {LEAST_MEMORY:g}.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only what fails.")
@click.pass_context
def check(ctx: click.Context, /, **given: Any) -> None:
    """Check our tables, a release, or RDF files, and report the place of every finding.

    PATHS are RDF files, folders of RDF files, patterns, `-` for standard input, or the folder of a release;
    without any, our own tables are checked. Options can be set in pyproject.toml ([tool.iomgraph.check])
    or iomgraph.toml ([check]).
    Exits with 0 if nothing fails, 1 if something does, 2 if something could not be checked.
    """
    if given["profile"]:
        given["shapes"] = (*given["shapes"], *profiles.find(resources() / "shapes", given["profile"]))
    request = _Request(**given)
    for text in request.outputs:
        _output(text)
    if request.name != "text":
        writers.writer(request.name)
    if request.update_baseline and request.known is None:
        raise SettingsError("no baseline is named", step="name its file with --baseline")
    with _standard_input(request) as whole:
        memory = int(whole.memory * _GB if whole.memory else max(_machine() * _SHARE, LEAST_MEMORY * _GB))
        ctx.exit(run_isolated(Task("the check", partial(_run, whole)), memory=memory))


def _run(request: _Request) -> int:
    """Check, write the reports, and return the exit code."""
    known = frozenset[str]()
    if request.known is not None and not request.update_baseline:
        known = baseline.read(request.known)
    named = OwnFiles.typed(request.data or resources() / "data")
    with progress("read", quiet=request.quiet) as say, named.in_stops():
        report = _report(request, say)
    if request.allow_unevaluated:
        notes = tuple(_allowed(note) for note in report.notes)
        failing = any(note.severity is Severity.MUST for note in notes)
        report = replace(report, notes=notes, conforms=not report.findings and not failing)
    if request.update_baseline and request.known is not None:
        baseline.write(request.known, report.findings)
        known = baseline.read(request.known)
    fresh = baseline.new(report.findings, known) if known else list(report.findings)
    told = replace(report, findings=tuple(fresh), root=request.root)
    if request.data is not None:
        told = _as_typed(told, request.data)
    _write(told, request, known=len(report.findings) - len(fresh))
    unevaluated = _say(told, request)
    sys.stdout.flush()
    if unevaluated:
        return 2
    return int(any(found.severity >= Severity[request.fail_on.upper()] for found in fresh))


def _as_typed(report: Report, data: Path) -> Report:
    """Name the tables of a portfolio by the typed folder, relative to the one above it."""
    folder = data.resolve()
    found = OwnFiles(folder, folder.name).findings(report.findings)
    return replace(report, findings=tuple(found), folder=folder.parent)


def _allowed(note: Finding) -> Finding:
    """Return a note that does not fail the check, unless it is about a file that was not read."""
    return note if note.rule in _UNREAD else replace(note, severity=Severity.MAY)


def _write(report: Report, request: _Request, known: int) -> None:
    if request.name != "text":
        writers.to_stdout(request.name, report, request.lang)
    else:
        from iomgraph.cli.findings import show

        least = Severity[request.fail_on.upper()] if request.quiet else Severity.MAY
        show(report, request.lang, least, known=known)
    for kind, path in map(_output, request.outputs):
        writers.to_file(kind, report, path, request.lang)


def _say(report: Report, request: _Request) -> bool:
    """Print the parts that were not evaluated or left out, and tell whether they fail."""
    if report.imports:
        click.echo(f"owl:imports is not followed: {', '.join(report.imports)}", err=True)
    failing = [note for note in report.notes if note.severity is Severity.MUST]
    shown = failing if request.quiet else [*failing, *(note for note in report.notes if note not in failing)]
    for note in shown[:_SHOWN]:
        head = f"{note.place}: " if note.place else ""
        click.echo(f"{head}{note.text(request.lang)} [{note.rule}]", err=True)
    if len(shown) > _SHOWN:
        click.echo(f"… and {len(shown) - _SHOWN:,} more", err=True)
    if failing:
        number = f"{len(failing):,} {'note' if len(failing) == 1 else 'notes'}"
        step = "fix the problems listed above"
        if any(note.rule not in _UNREAD for note in failing):
            step += ", or accept it with --allow-unevaluated"
        click.echo(f"iomgraph: not everything was checked: {number}\n  Next: {step}", err=True)
    return bool(failing)


def _output(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise SettingsError("an output is FORMAT=FILE", where=text, step="write --output sarif=report.sarif")
    if not Path(path).parent.is_dir():
        raise SettingsError("the folder does not exist", where=Path(path).parent, step="create it first")
    if name != writers.XLSX:
        writers.writer(name)
    return name, Path(path)


def _report(request: _Request, say: Say) -> Report:
    if not request.paths or request.data is not None:
        return _of_tables(request, say)
    if request.against:
        raise SettingsError(
            "only our own tables can be compared with a release",
            where="--against",
            step="leave out the paths; to compare two releases, use iomgraph diff",
        )
    data_format = request.data_format or ""
    return validate(
        expand(_released(*request.paths), data_format),
        _shapes(request),
        # Claims of single pages contradict each other, as they may, so they are not checked.
        without=f"{BASE_IRI}graph/claims/",
        data_format=data_format,
        shapes_format=request.shapes_format or "",
        background=_released(*request.background),
        imports_root=(request.root or _repository()) if request.follow_imports else None,
        tolerant=True,
        timeout=request.timeout,
        say=say,
    )


def _of_tables(request: _Request, say: Say) -> Report:
    from iomgraph.build import examine

    if len(request.shapes) > 1:
        raise SettingsError(
            "our tables can be checked with only one folder of shapes",
            where=", ".join(map(str, request.shapes)),
            step="name one with --shapes, or name files of data",
        )
    folder = request.shapes[0] if request.shapes else resources() / "shapes"
    return examine(Settings(data=request.data or resources() / "data", shapes=folder), request.against, say)


def _released(*paths: str | Path | File) -> list[str | Path | File]:
    """The files with the statements of a release, if its folder is given."""
    found: list[str | Path | File] = []
    for path in paths:
        if isinstance(path, Path) and (path / _MANIFEST).is_file():
            from iomgraph.release import dumps, quads

            found += quads.paths(path) or [path / dumps.NQUADS]
        else:
            found.append(path)
    return found


def _shapes(request: _Request) -> Sequence[Path]:
    """The given shapes; our own apply to our own releases, and to other data only on demand."""
    ours = all(_released(path) != [path] for path in request.paths)
    if not request.shapes and not ours and not request.allow_unevaluated:
        raise SettingsError(
            "no shapes are named for data that is not ours",
            where=", ".join(path.name if isinstance(path, File) else str(path) for path in request.paths),
            step="name them with --shapes, or ours with --profile (partner, for data of your own)",
        )
    return request.shapes or profiles.find(resources() / "shapes", profiles.OURS)


@contextmanager
def _standard_input(request: _Request) -> Iterator[_Request]:
    """Copy standard input into a file, because places are found by reading it a second time."""
    if _STDIN not in map(str, request.paths):
        yield request
        return
    if not request.data_format:
        raise SettingsError(
            "the format of standard input is unknown", where=_STDIN, step="name it with --data-format"
        )
    with TemporaryDirectory(prefix="iomgraph-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out)
        file = File(path, formats.find(request.data_format, Kind.RDF), "<stdin>")
        paths = [file if str(one) == _STDIN else one for one in request.paths]
        yield replace(request, paths=list(dict.fromkeys(paths)))


def _repository() -> Path:
    here = Path.cwd()
    return next((above for above in (here, *here.parents) if (above / ".git").exists()), here)


def _machine() -> int:
    """The memory of the machine, in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
