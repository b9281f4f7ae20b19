"""HTML elements that a browser does not show, and elements with machine-translated text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iomgraph.sources.markup import Tag
from iomgraph.sources.style_sheets import declarations, without_comments

NOT_TEXT = frozenset(
    re.findall(
        r"\w+",
        "script style noscript template svg head select datalist textarea iframe noframes noembed canvas"
        " audio video",
    )
)
"""Elements whose content is code, a picture, a control or a fallback, and not text of the page."""

_ROOTS = frozenset({"html", "body"})
"""Elements that scripts hide until a page is ready; a page saved at that moment is still the page."""

_DIALOGS = frozenset({"dialog", "alertdialog"})
_UNSEEN = frozenset(
    {
        ("display", "none"),
        ("visibility", "hidden"),
        ("visibility", "collapse"),
        ("content-visibility", "hidden"),
    }
)
_ENDED_BY = {
    "li": frozenset({"li"}),
    **dict.fromkeys(("dt", "dd"), frozenset({"dt", "dd"})),
    **dict.fromkeys(("td", "th"), frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"})),
    "tr": frozenset({"tr", "tbody", "thead", "tfoot"}),
    **dict.fromkeys(("tbody", "thead", "tfoot"), frozenset({"tbody", "thead", "tfoot"})),
    "option": frozenset({"option", "optgroup"}),
    "p": frozenset(
        re.findall(
            r"\w+",
            "address article aside blockquote div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr"
            " main nav ol p pre section table ul li dt dd td th tr tbody thead tfoot",
        )
    ),
}
"""Elements that end without a closing tag, by the tags that end them (HTML, section 13.1.2.4)."""

_TRANSLATED_CLASSES = frozenset({"translated-ltr", "translated-rtl"})
_TRANSLATORS = ("_msttexthash", "_msthash", "_mstmutation", "_istranslated", "data-moz-translations-id")
"""Attributes that Edge and Firefox leave on translated elements."""


def is_hidden(tag: Tag) -> bool:
    """Tell whether an element is hidden with its content, by an attribute, its style or its role.

    This includes dialogs, which appear in front of a page and are not part of its content.

    Example:
        >>> is_hidden(Tag("div", True, False, {"style": "color: red; DISPLAY : none !important"}))
        True
        >>> is_hidden(Tag("div", True, False, {"aria-hidden": "false"}))
        False
    """
    given = tag.attributes
    return tag.name not in _ROOTS and (
        "hidden" in given
        or given.get("aria-hidden", "").strip().lower() == "true"
        or not _DIALOGS.isdisjoint(given.get("role", "").lower().split())
        or tag.name == "dialog"
        or not _UNSEEN.isdisjoint(_declared(tag).items())
    )


def is_translated(tag: Tag) -> bool:
    """Tell whether an element is marked as translated by a machine.

    Google's translator, in Chrome and on pages, names the original language, and wraps texts in `font`
    elements; those of Edge and Firefox leave attributes of their own.

    Example:
        >>> is_translated(Tag("html", True, False, {"lang": "fr-x-mtfrom-en"}))
        True
        >>> is_translated(Tag("font", True, False, {"style": "vertical-align: inherit;"}))
        True
    """
    given = tag.attributes
    return bool(given) and (
        "-x-mtfrom" in given.get("lang", "").lower()
        or not _TRANSLATED_CLASSES.isdisjoint(given.get("class", "").lower().split())
        or (tag.name == "font" and _declared(tag).get("vertical-align") == "inherit")
        or any(name in given for name in _TRANSLATORS)
    )


def ends(name: str, tag: str) -> bool:
    """Tell whether an open element ends when a tag opens, such as a list item when the next begins.

    Example:
        >>> ends("li", "li"), ends("p", "div"), ends("div", "p")
        (True, True, False)
    """
    return tag in _ENDED_BY.get(name, ())


def _declared(tag: Tag) -> Mapping[str, str]:
    style = tag.attributes.get("style", "")
    return declarations(without_comments(style)) if style else {}
