"""`iomgraph doctor`: examines a publisher of linked data from outside."""

from __future__ import annotations

from typing import Any

import click

from iomgraph.cli.output import echo, progress, table
from iomgraph.cli.parameters import LANG, PATH, POSITIVE, WholeRange
from iomgraph.doctor.examination import Diagnosis, Options, examine
from iomgraph.doctor.groups import GROUPS
from iomgraph.doctor.limits import Limits
from iomgraph.findings import Severity
from iomgraph.validation.reports import formats as writers

_LIMITS = Limits()
_FORMATS = ["text", *(name for name in writers.WRITERS if name != "ttl")]
"""Formats of reports, without that of SHACL, which can only describe results of shapes."""


@click.command(short_help="Examine any publisher of linked data from outside.")
@click.argument("url")
@click.option(
    "--endpoint", default="", metavar="URL", help="Its SPARQL endpoint, if no description names it."
)
@click.option(
    "--iri",
    "iris",
    multiple=True,
    metavar="IRI",
    help="IRI of a thing to look up; repeatable.  [default: some from the descriptions]",
)
@click.option(
    "--shapes", multiple=True, type=PATH, help="Shapes for its catalogue, such as DCAT-AP's; repeatable."
)
@click.option(
    "--without",
    multiple=True,
    type=click.Choice(list(GROUPS)),
    help="Leave out a group of checks; repeatable.",
)
@click.option("--follow", is_flag=True, help="Follow links and redirects to other hosts, too.")
@click.option("--heavy", is_flag=True, help="Send one very long query, to see whether the server stops it.")
@click.option(
    "--requests",
    type=WholeRange(1),
    default=_LIMITS.requests,
    show_default=True,
    help="Maximum number of requests.",
)
@click.option(
    "--rate",
    type=POSITIVE,
    default=_LIMITS.rate,
    show_default=True,
    help="Maximum number of requests per second.",
)
@click.option(
    "--timeout",
    "seconds",
    type=POSITIVE,
    default=_LIMITS.seconds,
    show_default=True,
    help="Time limit for each request, in seconds.",
)
@click.option(
    "--time",
    "total",
    type=POSITIVE,
    default=_LIMITS.total,
    show_default=True,
    help="Time limit for the whole examination, in seconds.",
)
@click.option(
    "--samples",
    type=WholeRange(1),
    default=_LIMITS.samples,
    show_default=True,
    help="How many things, files and links to look up, each.",
)
@click.option(
    "-f",
    "--format",
    "name",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@LANG
@click.option("-q", "--quiet", is_flag=True, help="Print only what fails.")
@click.pass_context
def doctor(ctx: click.Context, /, url: str, name: str, lang: str, quiet: bool, **given: Any) -> None:
    """Examine a publisher of linked data from outside, and say what to fix.

    URL is the address of its site, of one of its things, of a description or of its SPARQL endpoint.
    Nothing it sends can change data; it contacts no other host unless --follow is given.
    Exits with 0 if nothing fails, 1 if something does, 2 if something could not be checked.

    \b
    iomgraph doctor https://data.example.org/
    iomgraph doctor http://localhost:8000/ --rate 1000 --format sarif > doctor.sarif
    """
    bounds = {one: given.pop(one) for one in ("requests", "rate", "seconds", "total", "samples")}
    options = Options(limits=Limits(**bounds), **given)
    with progress("survey", quiet=quiet) as say:
        diagnosis = examine(url, options, say)
    _show(diagnosis, name, lang, quiet=quiet)
    if any(note.severity is Severity.MUST for note in diagnosis.notes):
        ctx.exit(2)
    if any(found.severity is Severity.MUST for found in diagnosis.findings):
        ctx.exit(1)


def _show(diagnosis: Diagnosis, name: str, lang: str, *, quiet: bool) -> None:
    if name != "text":
        writers.to_stdout(name, diagnosis.report, lang)
    else:
        from iomgraph.cli.findings import show

        show(diagnosis.report, lang, Severity.MUST if quiet else Severity.MAY)
    for note in diagnosis.notes:
        if not quiet or note.severity is Severity.MUST:
            echo(f"{note.place}: {note.text(lang)} [{note.rule}]", err=True)
    if not quiet:
        figures = {
            group: f"checks: {tally.made}, left out: {tally.left}, findings: {tally.findings}"
            for group, tally in diagnosis.groups.items()
        }
        table({**figures, "requests": diagnosis.requests}, f"Examined: {diagnosis.publisher.url}")
