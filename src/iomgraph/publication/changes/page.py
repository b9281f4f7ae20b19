"""The page of a change, for people: text, Markdown or HTML, in one of three languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import jinja2

from iomgraph.publication.changes.lookup import COLUMNS
from iomgraph.publication.changes.summary import Named, Note, Summary
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import tables

TEMPLATES = {"text": "page.txt", "markdown": "page.md", "html": "page.html"}
"""Format to template, in `templates/changes`."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")


def render(summary: Summary, form: str, lang: str, data: Path) -> str:
    """Write the page of a change.

    Args:
        summary: the changes.
        form: `text`, `markdown` or `html`.
        lang: `en`, `fr` or `es`.
        data: folder of the tables, which have the words.

    Raises:
        SourceError: if the words can't be read.
    """
    words = words_of(data, lang)
    template = _environment(form, lang).get_template(TEMPLATES[form])
    return template.render(summary=summary, words=words, lang=lang)


def words_of(data: Path, lang: str) -> dict[str, str]:
    """Read the words of pages in a language.

    Raises:
        SourceError: if they can't be read.
    """
    rows = tables.read(tables.located(data, "vocabulary/changes.csv"), COLUMNS)
    return {row["key"]: row[lang] for row in rows if ":" not in row["key"]}


def _environment(form: str, lang: str) -> jinja2.Environment:
    # Text and Markdown must not be escaped as HTML; `plain` and `md` handle their own dangers.
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources() / "templates/changes"),
        autoescape=form == "html",  # noqa: S701
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def label(named: Named) -> str:
        return worded(named.label, lang) or named.id

    def message(note: Note) -> str:
        return worded(note.message, lang)

    made.filters.update(label=label, message=message, plain=plain, md=markdown)
    return made


def worded(texts: Mapping[str, str], lang: str) -> str:
    """The text in a language, else in the first of ours, else in any.

    Example:
        >>> worded({"fr": "Géorgie", "en": "Georgia"}, "es")
        'Georgia'
    """
    return next((texts[one] for one in (lang, *LANGUAGES, *sorted(texts)) if texts.get(one)), "")


def plain(text: str) -> str:
    r"""A text on one line, with control characters escaped.

    Example:
        >>> plain("a\x1b[2Jb")
        'a\\x1b[2Jb'
    """
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def markdown(text: str) -> str:
    r"""A text escaped so that Markdown does not find markup in it.

    Example:
        >>> markdown("a *b* <script>")
        'a \\*b\\* \\<script\\>'
    """
    return _MARKUP.sub(r"\\\1", plain(text))
