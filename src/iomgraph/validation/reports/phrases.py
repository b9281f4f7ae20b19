"""Words of reports that people read, in the languages of the project."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from iomgraph.findings import Finding, Severity, by_severity
from iomgraph.settings import resources

if TYPE_CHECKING:
    from iomgraph.validation.shacl import Coverage

SHACL_WORDS: Mapping[Severity, str] = {
    Severity.MUST: "sh:Violation",
    Severity.SHOULD: "sh:Warning",
    Severity.MAY: "sh:Info",
}
"""The term of SHACL, section 2.1.4, for each severity."""


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """Return every phrase in a language, by its name in `data/vocabulary/phrases.csv`.

    Example:
        >>> phrases("fr")["should"], phrases("es")["should"], phrases("en")["should"]
        ('À corriger', 'Por corregir', 'Fix')
    """
    path = resources() / "data/vocabulary/phrases.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row[lang] for row in csv.DictReader(stream)}


def number(value: float, lang: str) -> str:
    """Write a number as a language does, with two decimal places at most.

    Example:
        >>> number(1200, "en"), number(0.0512, "fr")
        ('1,200', '0,05')
    """
    if lang == "en":
        return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    # Imported only here, because the import takes longer than checking a small file.
    from babel.numbers import format_decimal

    return str(format_decimal(value, "#,##0" if isinstance(value, int) else "#,##0.00", lang))


def severity(level: Severity, lang: str) -> str:
    """Return the name of a severity, which says what to do, with the term of SHACL.

    Example:
        >>> severity(Severity.MUST, "en")
        'Blocking (sh:Violation)'
    """
    return f"{phrases(lang)[level.word]} ({SHACL_WORDS[level]})"


def counts(findings: Iterable[Finding], lang: str) -> str:
    """Count findings by severity, in words.

    Example:
        >>> counts([], "en")
        '0 Blocking (sh:Violation), 0 Fix (sh:Warning), 0 Note (sh:Info)'
    """
    return ", ".join(
        f"{number(count, lang)} {severity(level, lang)}" for level, count in by_severity(findings).items()
    )


def sentence(found: Finding, lang: str) -> str:
    """Return the message of a finding with its value, and its subject if it has no place.

    Example:
        >>> sentence(Finding("r", Severity.MAY, {"en": "no title"}, about="ex:a"), "en")
        'ex:a: no title'
    """
    about = f"{found.about}: " if found.about and not found.place else ""
    return f"{about}{found.text(lang)}{f' ({found.value})' if found.value else ''}"


def pointed(found: Finding, lang: str) -> str:
    """Return the sentence of a finding after its cell or its XPath, for reports that only have lines.

    Example:
        >>> from iomgraph.findings import Place
        >>> place = Place("projects.xlsx", row=17, column="D", sheet="Projects")
        >>> pointed(Finding("r", Severity.MAY, {"en": "no state"}, place=place), "en")
        'Projects!D17: no state'
    """
    spot = found.place.spot if found.place else ""
    return f"{spot}: {sentence(found, lang)}" if spot else sentence(found, lang)


def evaluated(coverage: Coverage, lang: str) -> str:
    """Describe the coverage: shapes, focus nodes, constraints, seconds."""
    values = {name: number(value, lang) for name, value in figures(coverage).items()}
    return phrases(lang)["evaluated"].format(**values)


def figures(coverage: Coverage) -> dict[str, float]:
    """Return the figures of the coverage, under the names that machine-readable reports use."""
    return {
        "shapes": coverage.shapes,
        "focus_nodes": coverage.focus_nodes,
        "constraints": coverage.constraints,
        "seconds": round(coverage.seconds, 3),
    }
