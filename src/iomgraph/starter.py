"""A new portfolio that builds at once: known facts about the source are filled in, and guesses are marked."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2

from iomgraph import iris
from iomgraph.claims import outline
from iomgraph.errors import SettingsError, SourceError
from iomgraph.findings import Finding
from iomgraph.settings import Settings, resources
from iomgraph.sources import harvest
from iomgraph.sources.iati import stream
from iomgraph.sources.rules import Reporter
from iomgraph.sources.rules import read as read_rules
from iomgraph.sources.tables import Tables

_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_FILES = {
    "portfolio.toml": "portfolio.toml",
    "README.md": "README.md",
    "workflow.yml": ".github/workflows/release.yml",
}
"""Template to the file that is made from it."""


@dataclass(frozen=True, slots=True)
class Start:
    """The files that `begin` made.

    Args:
        files: the files, as paths below the folder.
        guessed: columns whose meaning was guessed and should be checked.
        unknown: columns whose meaning is not known.
        findings: saved pages that were rejected, or taken with doubt.
    """

    files: tuple[str, ...]
    guessed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Draft:
    title: str
    kind: str
    file: str
    publisher: str = "Publisher"
    iati: str = ""
    currency: str = ""
    captured: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    guesses: dict[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def begin(folder: Path, source: Path | None = None) -> Start:
    r"""Make a portfolio from a spreadsheet, a file of IATI activities, or a folder of saved pages.

    Args:
        folder: its folder, which must be empty or not exist yet. A portfolio that can't be completed is not
            made.
        source: the spreadsheet (CSV or XLSX), the XML file, or the folder; it is copied or harvested. Without
            it, the portfolio gets a table `projects.csv` with headers to fill in.

    Raises:
        SettingsError: if the folder is not empty or can't be written, or the source is of another kind.
        SourceError: if the source can't be read, or no page in the folder can be taken.

    Example:
        >>> import tempfile
        >>> there = Path(tempfile.mkdtemp())
        >>> _ = (there / "p.csv").write_text("Project ID,Title,Mood\nA.1,Roads,fine\n", encoding="utf-8")
        >>> start = begin(there / "ours", there / "p.csv")
        >>> start.files, start.unknown
        (('portfolio.toml', 'README.md', '.github/workflows/release.yml', 'p.csv'), ('Mood',))
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = "the folder is not empty" if folder.is_dir() else "there is a file of this name"
        raise SettingsError(what, where=folder, step="name a folder that does not exist yet")
    source = source or resources() / "templates/portfolio/projects.csv"
    if not source.exists():
        raise SourceError("there is no such file or folder", where=source, step="check the path")
    draft = _draft(folder, source)
    existed = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.resolve().parent, prefix=".iomgraph-") as staged:
            whole = Path(staged) / "portfolio"
            findings = _fill(whole, folder.resolve().name, source, draft)
            for made in whole.iterdir():
                made.replace(folder / made.name)
    except SourceError:
        if not existed:
            folder.rmdir()
        raise
    except OSError as error:
        raise SettingsError(
            f"the folder can't be created ({error.strerror})",
            where=folder,
            step="name a place that you can write to",
        ) from error
    guessed = tuple(name for name, guess in draft.guesses.items() if guess.certainty != "certain")
    return Start((*_FILES.values(), draft.file), guessed, draft.unknown, findings)


def _fill(folder: Path, name: str, source: Path, draft: _Draft) -> tuple[Finding, ...]:
    folder.mkdir()
    findings: tuple[Finding, ...] = ()
    if source.is_dir():
        findings = _harvested(source, folder / draft.file)
    else:
        shutil.copyfile(source, folder / draft.file)
    words = {"base_iri": f"https://example.org/{iris.slug(name) or 'portfolio'}/"}
    words |= {slot: getattr(draft, slot) for slot in draft.__slots__}
    for template, file in _FILES.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        text = _templates().get_template(template).render(words)
        target.write_text(text, encoding="utf-8", newline="\n")
    return findings


def _harvested(source: Path, table: Path) -> tuple[Finding, ...]:
    done = harvest.harvest([source], table, Settings())
    if not done.changes.new:
        reasons = sorted({found.rule for found in done.findings})
        raise SourceError(
            f"no page in the folder can be taken ({', '.join(reasons) or 'there is none'})",
            where=source,
            step=f"iomgraph harvest {source} -o pages.csv gives the reason for each file",
        )
    return done.findings


def _draft(folder: Path, source: Path) -> _Draft:
    title = f"Projects of {folder.resolve().name}"
    suffix = source.suffix.lower()
    if source.is_dir():
        return _Draft(title, "pages", "pages.csv")
    if suffix in (".xml", ".gz"):
        return _activities(title, source)
    if suffix in _TABLES:
        return _table(title, source)
    raise SettingsError(
        f"files that end in {suffix!r} are not supported",
        where=source,
        step="name a CSV or XLSX table, an IATI file (.xml), or a folder of saved pages",
    )


def _table(title: str, source: Path) -> _Draft:
    found = outline.read(source, Tables(resources() / "data"))
    draft = _Draft(title, "table", source.name, guesses=dict(found.guesses), unknown=found.unknown)
    draft.options = dict(found.options)
    draft.captured = datetime.fromtimestamp(source.stat().st_mtime, UTC).date().isoformat()
    return draft


def _activities(title: str, source: Path) -> _Draft:
    """Name the organisation that reports the first activity as the publisher."""
    draft = _Draft(title, "iati", source.name)
    reporter = Reporter(read_rules(Tables(resources() / "data")), [])
    for activity in stream.activities(source, source.name, reporter):
        element = activity.element.find("reporting-org")
        if element is not None:
            draft.publisher = (element.findtext("narrative") or "").strip() or draft.publisher
            draft.iati = (element.get("ref") or "").strip()
        break
    return draft


def _templates() -> jinja2.Environment:
    # The templates make TOML, Markdown and YAML, where the filter `toml` quotes text; escaping it as markup
    # would be wrong.
    made = jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(resources() / "templates" / "portfolio"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["toml"] = _quoted
    made.filters["option"] = lambda value: value if str(value).isdigit() else _quoted(value)
    return made


def _quoted(text: object) -> str:
    """Quote a text as TOML does (TOML 1.0.0, basic strings): as JSON, except DEL."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
