"""Elements that a page's own style sheets hide by tag, class or ID.

Only CSS rules for one element are evaluated (`.gone`, `div.gone`, `#banner`), outside at-rules or within
those for screens without conditions; the last rule for the same selector counts. Selectors that depend on
other elements, states or attributes are ignored, because they do not show what a reader of the page sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from iomgraph.sources.markup import Tag

_BLOCK = re.compile(r"([^{}]*)([{}])")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
_SCREENS = frozenset({"@media screen", "@media all", "@media only screen"})
_MOST = 100
"""Most selectors that start from one name; a page with more is hostile."""

_DISPLAYED = {"display": "none", "visibility": "hidden", "content-visibility": "hidden"}


@dataclass(slots=True)
class StyleSheets:
    """The style sheets of one page, as far as they hide elements.

    Args:
        rules: for each tag, class or ID that a selector starts from, the selectors, each with the number of
            its last rule, and True if that rule hides.
    """

    rules: dict[str, dict[frozenset[str], tuple[int, bool]]] = field(default_factory=dict)
    count: int = 0

    def add(self, sheet: str) -> None:
        """Add the rules of a style sheet, which take precedence over earlier ones.

        Args:
            sheet: the content of an element `style`.
        """
        for selector, declared in _rules(without_comments(sheet)):
            told = [declared[name] == value for name, value in _DISPLAYED.items() if name in declared]
            for one in selector.split(",") if told else ():
                found = _SELECTOR.fullmatch(one.strip())
                if found and found[0]:
                    names = [*_NAME.findall(found[2]), *([found[1].lower()] if found[1] else [])]
                    self._set(names[0], frozenset(names), hides=any(told))

    def _set(self, start: str, selector: frozenset[str], *, hides: bool) -> None:
        rules = self.rules.setdefault(start, {})
        self.count += 1
        if selector in rules or len(rules) < _MOST:
            rules[selector] = (self.count, hides)

    def hide(self, tag: Tag) -> bool:
        """Tell whether the style sheets hide an element; the most specific selector wins, then the last.

        Example:
            >>> sheets = StyleSheets()
            >>> sheets.add("/* a */ .gone, #x { display: none } @media print { p { display: none } }")
            >>> [sheets.hide(Tag("p", True, False, {"class": name})) for name in ("a gone", "here")]
            [True, False]
        """
        if not self.rules:
            return False
        classes = (f".{name}" for name in tag.attributes.get("class", "").split())
        names = {tag.name, *classes, *([f"#{tag.attributes['id']}"] if "id" in tag.attributes else [])}
        every = [
            (_specificity(selector), number, hides)
            for name in names & self.rules.keys()
            for selector, (number, hides) in self.rules[name].items()
            if selector <= names
        ]
        return bool(every) and max(every)[-1]


def _specificity(selector: frozenset[str]) -> tuple[int, int, int]:
    """Weigh a selector: IDs before classes, and classes before tags (Selectors, level 4, section 17)."""
    ids = sum(name.startswith("#") for name in selector)
    classes = sum(name.startswith(".") for name in selector)
    return ids, classes, len(selector) - ids - classes


def without_comments(css: str) -> str:
    """Return style rules without comments; an unfinished comment extends to the end.

    Example:
        >>> without_comments("a: b; /* c: d; */ e: f /* g")
        'a: b;  e: f '
    """
    first, *others = css.split("/*")
    return first + "".join(part.partition("*/")[2] for part in others)


def declarations(style: str) -> Mapping[str, str]:
    """Return the declarations of a style in lower case; the last one of a name counts.

    Example:
        >>> declarations("Color: red; DISPLAY : none !important")
        {'color': 'red', 'display': 'none'}
    """
    pairs = (part.partition(":") for part in style.lower().split(";") if ":" in part)
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in pairs}


def _rules(css: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the selectors and the declarations of each rule that applies on every screen."""
    outer: list[str] = []
    for found in _BLOCK.finditer(css):
        if found[2] == "{":
            outer.append(" ".join(found[1].rpartition(";")[2].split()))
        elif outer:
            selector = outer.pop()
            if not selector.startswith("@") and all(one.lower() in _SCREENS for one in outer):
                yield selector, declarations(found[1])
