"""`iomgraph diff`: shows the changes from one release to another."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from iomgraph.cli.output import progress
from iomgraph.cli.parameters import PATH
from iomgraph.errors import PublicationError
from iomgraph.outputs import replacing
from iomgraph.publication.changes import comparison, page
from iomgraph.settings import LANGUAGES, resources

_PATCH, _JSON = "patch", "json"


@click.command(short_help="Show what changed between two releases.")
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([*page.TEMPLATES, _JSON, _PATCH]),
    default="text",
    show_default=True,
    help="For people (text, markdown, html), for programs (json), or RDF Patch.",
)
@click.option("-o", "--output", type=PATH, help="File to write.  [default: standard output]")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the page."
)
def diff(old: Path, new: Path, form: str, output: Path | None, lang: str) -> None:
    """Show what changed from the release OLD to the release NEW (folders).

    \b
    iomgraph diff old dist
    iomgraph diff old dist --format html --output changes.html
    iomgraph diff old dist --format patch --output changes.rdfp
    """
    parts = comparison.patch_of(old, new) if form == _PATCH else _page(old, new, form, lang)
    if output is None:
        for part in parts:
            sys.stdout.buffer.write(part.encode())
    else:
        _write(output, parts)


def _page(old: Path, new: Path, form: str, lang: str) -> Iterator[str]:
    data = resources() / "data"
    with progress("compare"):
        summary = comparison.summary_of(old, new, data)
    if form == _JSON:
        yield json.dumps(summary.document(), indent=1, ensure_ascii=False) + "\n"
    else:
        yield page.render(summary, form, lang, data)


def _write(path: Path, parts: Iterable[str]) -> None:
    try:
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(parts)
    except OSError as error:
        raise PublicationError(
            f"the file can't be written ({error.strerror})", where=path, step="name another one with --output"
        ) from error
