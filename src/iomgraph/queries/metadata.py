"""The head of a query: the comment at the start of its file, with one item per line.

    # title: Projects of a state
    # title@fr: Projets d’un État
    # title@es: Proyectos de un Estado
    # purpose: Lists the projects that a state benefits from, the newest first.
    # purpose@fr: Énumère les projets dont bénéficie un État, les plus récents d’abord.
    # purpose@es: Enumera los proyectos que benefician a un Estado, del más reciente al más antiguo.
    # param state states = GEO: the state, by its ISO 3166-1 alpha-3 code
    # column project: the project

A parameter is `text`, `integer`, `language`, or a kind of thing, named by a prefix of the context;
the default may be missing. Columns come in the order of the SELECT; a CONSTRUCT has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from iomgraph.errors import QueryError
from iomgraph.settings import LANGUAGES

PLAIN_TYPES = {"text": "text", "integer": "an integer", "language": "a language"}
"""Types of parameters that are not classes of things, each with its name in messages."""

_FACT = re.compile(r"((?:title|purpose)(?:@[a-z]{2})?): (\S.*)")
_PARAMETER = re.compile(r"param ([A-Za-z]\w*) ([A-Za-z]\w*)(?: = ([^:]*[^:\s]))?: (\S.*)")
_COLUMN = re.compile(r"column ([A-Za-z]\w*): (\S.*)")
_TITLES, _PURPOSES = (
    {lang: name if lang == "en" else f"{name}@{lang}" for lang in LANGUAGES} for name in ("title", "purpose")
)
_FACTS = (*_TITLES.values(), *_PURPOSES.values())
_FORM = f"write {', '.join(_FACTS)}, param NAME TYPE [= DEFAULT] or column NAME, a colon, a text"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query.

    Args:
        name: of the parameter, and of the variable in the query.
        type: `text`, `integer`, `language`, or a prefix such as `states`.
        default: the argument as a user would type it; None if one must be given.
        meaning: a description for people.
        line: its line in the head.
    """

    name: str
    type: str
    default: str | None
    meaning: str
    line: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer."""

    name: str
    meaning: str


@dataclass(slots=True)
class Head:
    """The comments at the head of a query.

    Args:
        facts: `title`, `purpose`, and the same with `@fr` and `@es`, to text.
        parameters: name to parameter, in the order of the lines.
        columns: name to column, in the order of the lines.
    """

    facts: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def titles(self) -> dict[str, str]:
        """Language to title."""
        return {lang: self.facts[key] for lang, key in _TITLES.items()}

    @property
    def purposes(self) -> dict[str, str]:
        """Language to purpose."""
        return {lang: self.facts[key] for lang, key in _PURPOSES.items()}


def comment(text: str) -> Iterator[tuple[int, str]]:
    """Give the numbered lines of the comment at the start of a text, without their `#`."""
    for line, content in enumerate(text.split("\n"), 1):
        if not content.startswith("#"):
            return
        yield line, content.removeprefix("#").strip()


def read(text: str, where: str) -> Head:
    """Read the head of a query.

    Args:
        text: the whole file.
        where: its name, for messages.

    Raises:
        QueryError: if a line is malformed, unknown, repeated or missing.

    Example:
        >>> read("# title: A", "a.rq")
        Traceback (most recent call last):
        iomgraph.errors.QueryError: the head lacks title@fr, title@es, purpose, purpose@fr, purpose@es: a.rq:1
          Next: write "# title@fr: …"
    """
    head = Head()
    for line, content in comment(text):
        if not _take(line, content, head):
            what = f"a line of the head is malformed, unknown or repeated ({content})"
            raise QueryError(what, where=f"{where}:{line}", step=_FORM)
    missing = [key for key in _FACTS if key not in head.facts]
    if missing:
        what = f"the head lacks {', '.join(missing)}"
        raise QueryError(what, where=f"{where}:1", step=f'write "# {missing[0]}: …"')
    return head


def _take(line: int, content: str, head: Head) -> bool:
    """Add a line to the head, unless it is malformed or repeated."""
    if found := _FACT.fullmatch(content):
        key, value = found.groups()
        return key in _FACTS and head.facts.setdefault(key, value) is value
    if found := _PARAMETER.fullmatch(content):
        name, kind, default, meaning = found.groups()
        parameter = Parameter(name, kind, default, meaning, line)
        return head.parameters.setdefault(parameter.name, parameter) is parameter
    if found := _COLUMN.fullmatch(content):
        column = Column(found[1], found[2])
        return head.columns.setdefault(column.name, column) is column
    return False
