"""Options of a source that is a table: the notation of its files, and the meaning of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches

from iomgraph.claims import dates
from iomgraph.claims.cell_words import CellWords
from iomgraph.errors import SourceError
from iomgraph.settings import LANGUAGES
from iomgraph.sources.vocabulary import fold

TERMS = (
    "identifier",
    "iatiIdentifier",
    "title",
    "description",
    "status",
    "theme",
    "coverage",
    "startDate",
    "endDate",
    "plannedStartDate",
    "plannedEndDate",
    "benefitingState",
    "percentage",
    "budget",
    "currency",
    "statedGoal",
    "statedTarget",
    "participation",
    "sourceLink",
    "ignore",
)
"""The terms that a column may be mapped to."""
TEXTS = ("title", "description", "participation")
"""The terms that may have a language: `title@fr`."""

SEVERAL = (
    "benefitingState",
    "percentage",
    "budget",
    "statedGoal",
    "statedTarget",
    "participation",
    "sourceLink",
    "ignore",
)
"""The terms that several columns may be mapped to."""


@dataclass(frozen=True, slots=True)
class Target:
    """The term that a column is mapped to.

    Args:
        term: one of `TERMS`.
        lang: language of a text; empty to judge it by its words.
        detail: the currency of a budget, or the code of an organisation's role.
    """

    term: str
    lang: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """The notation of the files of a source.

    Args:
        sheets: names of the sheets to read; empty for all that are not hidden.
        header: number of the header's row; 0 to find it.
        encoding: of delimited text; empty to detect it.
        delimiter: of delimited text; empty to detect it.
        decimal: decimal mark of numbers that are texts, `.` or `,`.
        dates: form of dates that are texts, such as `dd/mm/yyyy`.
        separator: the separator of values in a cell; empty for the usual ones.
        currency: of budgets without one; empty for the portfolio's.
        merged: `first` (only the first of merged cells has the value) or `repeat` (all of them have it).
        hidden: `skip` or `read`, for hidden rows.
        columns: header to target.
    """

    sheets: tuple[str, ...] = ()
    header: int = 0
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    dates: str = ""
    separator: str = ""
    currency: str = ""
    merged: str = "first"
    hidden: str = "skip"
    columns: Mapping[str, Target] = field(default_factory=dict)


_CHOICES = {"merged": ("first", "repeat"), "hidden": ("skip", "read"), "decimal": (".", ",")}
NAMES = tuple(one.name for one in fields(TableOptions) if one.name != "columns")


def read(
    options: Mapping[str, object], columns: Mapping[str, object], words: CellWords, where: str
) -> TableOptions:
    """Read the options of a source.

    Args:
        options: option to value, as in the portfolio's file.
        columns: header to target, such as `title@fr`, `budget:EUR` or `participation:implementing`.
        words: the words of roles.
        where: the source, for messages.

    Raises:
        SourceError: if an option, a value or a target is unknown.

    Example:
        >>> from iomgraph.claims import cell_words
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources.tables import Tables
        >>> words = cell_words.read(Tables(Settings().data))
        >>> read({"decimal": ","}, {"Budget (EUR)": "budget:EUR"}, words, "portfolio.toml").columns
        {'Budget (EUR)': Target(term='budget', lang='', detail='EUR')}
    """
    values: dict[str, object] = {}
    for name, value in options.items():
        if name not in NAMES:
            raise _unknown("option", name, NAMES, where)
        values[name] = _value(name, value, where)
    if pattern := str(values.get("dates", "")):
        dates.expression(pattern, where)
    if not columns:
        raise SourceError(
            "the columns of a table are not mapped",
            where=where,
            step='add [sources.columns] with a line per column, such as "Country" = "benefitingState"; '
            "iomgraph init --from FILE writes them",
        )
    targets = {header: target(text, words, f"{where}, column {header!r}") for header, text in columns.items()}
    _check_several(targets, where)
    return TableOptions(**values, columns=targets)  # type: ignore[arg-type]


def _check_several(targets: Mapping[str, Target], where: str) -> None:
    first: dict[tuple[str, str], str] = {}
    headers: dict[str, str] = {}
    for header, one in targets.items():
        if (same := headers.setdefault(fold(header), header)) != header:
            raise SourceError(
                f"{same!r} and {header!r} are the same header", where=where, step="keep one of them"
            )
        other = first.setdefault((one.term, one.lang), header)
        if other != header and one.term not in SEVERAL:
            raise SourceError(
                f"two columns stand for {one.term}: {other!r} and {header!r}",
                where=where,
                step='map one of them to "ignore"',
            )


def target(text: object, words: CellWords, where: str = "") -> Target:
    """Read the target of a column.

    Raises:
        SourceError: if its term, language, currency or role is unknown.

    Example:
        >>> from iomgraph.claims import cell_words
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources.tables import Tables
        >>> words = cell_words.read(Tables(Settings().data))
        >>> target("participation:implementing", words)
        Target(term='participation', lang='', detail='4')
    """
    if not isinstance(text, str):
        raise SourceError(
            f"the term of a column is not a text: {text!r}",
            where=where,
            step='write it as in "Country" = "benefitingState"',
        )
    head, _, detail = text.strip().partition(":")
    term, _, lang = head.partition("@")
    if term in {"", "ignore"}:
        return Target("ignore")
    if term not in TERMS:
        raise _unknown("term", term, TERMS, where)
    if lang and (term not in TEXTS or lang not in LANGUAGES):
        raise SourceError(
            f"{head!r} is not a text in a known language",
            where=where,
            step=f"put @{', @'.join(LANGUAGES)} after one of: {', '.join(TEXTS)}",
        )
    if term == "participation":
        return Target(term, lang, _role(detail, words, where))
    if detail and (term != "budget" or len(detail) != 3 or not detail.isalpha()):
        raise SourceError(
            f"{text!r} says more than its term allows", where=where, step="write a currency as in budget:EUR"
        )
    return Target(term, lang, detail.upper())


def _role(detail: str, words: CellWords, where: str) -> str:
    if role := words.role(detail):
        return role
    raise _unknown("role", detail, ("funding", "accountable", "extending", "implementing"), where)


def _value(name: str, value: object, where: str) -> object:
    """Check the value of an option against the type of its default."""
    default = getattr(TableOptions(), name)
    if name == "sheets":
        value = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value
    if type(value) is not type(default) or (name == "header" and isinstance(value, int) and value < 0):
        kind = {"tuple": "a list of texts", "int": "a number", "str": "a text"}[type(default).__name__]
        raise SourceError(f"the option {name} is not {kind}: {value!r}", where=where, step=f"give {kind}")
    if value and name in _CHOICES and value not in _CHOICES[name]:
        raise SourceError(
            f"the option {name} can't be {value!r}",
            where=where,
            step=f"use one of: {', '.join(map(repr, _CHOICES[name]))}",
        )
    return value


def _unknown(kind: str, name: str, known: tuple[str, ...], where: str) -> SourceError:
    close = get_close_matches(name, known, 1)
    hint = f" (is it {close[0]!r}?)" if close else ""
    return SourceError(f"unknown {kind} {name!r}{hint}", where=where, step=f"use one of: {', '.join(known)}")
