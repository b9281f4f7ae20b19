"""`iomgraph check`: data against shapes, in the formats that CI reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from iomgraph.build import examine
from iomgraph.cli.findings import show
from iomgraph.cli.output import echo, progress, visible
from iomgraph.errors import SettingsError
from iomgraph.findings import Severity
from iomgraph.release import manifest
from iomgraph.release.dumps import NQUADS
from iomgraph.settings import BASE_IRI, LANGUAGES, Settings, resources
from iomgraph.validation.report import Report, validate
from iomgraph.validation.reports import baseline, formats

_WORDS = [severity.word for severity in sorted(Severity, reverse=True)]


def _language() -> str:
    """The language of the environment, if it is one of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--shapes", type=click.Path(path_type=Path), help="File or folder of shapes; ours by default.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=lambda: resources() / "data",
    show_default="the project's own",
    help="Folder of the tables, where no paths are given.",
)
@click.option(
    "--fail-on", type=click.Choice(_WORDS), default="must", show_default=True, help="What ends with 1."
)
@click.option(
    "-f", "--format", "name", default="text", show_default=True, help=f"text, {', '.join(formats.WRITERS)}."
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a report, xlsx as well; repeatable.",
)
@click.option("--baseline", "known", type=click.Path(path_type=Path), help="Fail on nothing that is in here.")
@click.option("--update-baseline", is_flag=True, help="Write what is found to the baseline.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="Folder of the release before: tell which projects have gone since and which columns emptied.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default=_language, show_default="that of LANG")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds that a shape may take.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what fails.")
@click.pass_context
def check(
    ctx: click.Context,
    paths: Sequence[Path],
    shapes: Path | None,
    data: Path,
    fail_on: str,
    name: str,
    outputs: Sequence[str],
    known: Path | None,
    update_baseline: bool,
    against: Path | None,
    lang: str,
    timeout: float | None,
    quiet: bool,
) -> None:
    """Check our tables, a release, or RDF files, and tell the place of everything found.

    PATHS are RDF files, or the folder of one release; without any, our own tables are checked.
    Ends with 0 where nothing fails, 1 where something does, 2 where the check could not run.
    """
    files = [_output(text) for text in outputs]
    if name != "text":
        formats.writer(name)
    if update_baseline and known is None:
        raise SettingsError("no baseline is named", step="name its file with --baseline")
    with progress("read") as say:
        report = _report(paths, shapes, data, against, timeout, say)
    for notice in _notices(report):
        echo(visible(notice), err=True)
    if update_baseline and known is not None:
        baseline.write(known, report.findings)
    fresh = baseline.new(report.findings, baseline.read(known)) if known else list(report.findings)
    told = replace(report, findings=tuple(fresh))
    if name != "text":
        formats.to_stdout(name, told, lang)
    else:
        least = Severity[fail_on.upper()] if quiet else Severity.MAY
        show(told, lang, least, known=len(report.findings) - len(fresh))
    for kind, path in files:
        formats.to_file(kind, told, path, lang)
    if any(found.severity >= Severity[fail_on.upper()] for found in fresh):
        ctx.exit(1)


def _output(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise SettingsError("an output is FORMAT=FILE", where=text, step="write --output sarif=report.sarif")
    if not Path(path).parent.is_dir():
        raise SettingsError("the folder does not exist", where=Path(path).parent, step="create it first")
    if name != formats.XLSX:
        formats.writer(name)
    return name, Path(path)


def _report(
    paths: Sequence[Path],
    shapes: Path | None,
    data: Path,
    against: Path | None,
    timeout: float | None,
    say: Callable[[str], None],
) -> Report:
    rules = shapes or resources() / "shapes"
    if not paths:
        return examine(Settings(data=data, shapes=rules), against)
    if against:
        raise SettingsError(
            "only our own tables are compared with a release",
            where="--against",
            step="name no paths; two releases are compared by their findings and their N-Quads",
        )
    files: list[Path] = []
    for path in paths:
        if path.is_dir() and not (path / manifest.NAME).is_file():
            raise SettingsError(
                "the folder is no release",
                where=path,
                step="name RDF files, or a folder with a manifest.json",
            )
        files.append(path / NQUADS if path.is_dir() else path)
    # What single pages claim contradicts itself, as it should: it is no part of what is checked.
    return validate(files, rules, timeout=timeout, without=f"{BASE_IRI}graph/claims/", say=say)


def _notices(report: Report) -> list[str]:
    """What should be known about how the report came about."""
    notices = [f"owl:imports is not followed: {', '.join(report.imports)}"] if report.imports else []
    if report.handed_over:
        notices.append(
            f"beyond SHACL Core and SHACL-SPARQL, checked by pySHACL: {', '.join(report.handed_over)}"
        )
    return notices
