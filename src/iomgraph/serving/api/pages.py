"""The pages of the API: every query, and each with its parameters and its answer. They run no script."""

from __future__ import annotations

import shlex
from typing import Any

import pyoxigraph as ox

from iomgraph.iris import is_web_iri
from iomgraph.publication import templates
from iomgraph.publication.site.translations import AUTONYMS
from iomgraph.queries.metadata import Parameter
from iomgraph.serving import translations
from iomgraph.serving.api import choices, paging
from iomgraph.serving.api.asking import LANGUAGE, Asked
from iomgraph.serving.api.choice import FORMS, PAGE
from iomgraph.serving.api.table import Cell, Table
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES

SHOWN = 100
"""Rows on a page."""


class Pages:
    """A renderer of the pages, which reads all its inputs at the start.

    Args:
        release: the release.
    """

    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    """The Content-Security-Policy of the pages: no scripts, and no resources from other hosts."""

    def __init__(self, release: Release) -> None:
        self._release, self._choices = release, choices.read(release)
        said = translations.read()
        self._words = {lang: {**release.said[lang].words, **said[lang]} for lang in LANGUAGES}
        self._meanings = translations.of_queries()
        made = templates.of("serving")
        self._templates = {name: made.get_template(f"{name}.html") for name in ("api", "query", "base")}

    def index(self, lang: str) -> bytes:
        """The page of all queries."""
        heading = self._words[lang]["api"]
        return self._render("api", lang, "/api/", heading, queries=list(self._release.queries.values()))

    def query(self, asked: Asked, whole: Table, lang: str) -> bytes:
        """The page of a query, with its answer.

        Args:
            asked: the query, with its arguments.
            whole: the answer.
            lang: of the page.
        """
        page = asked.page if asked.page.limit else paging.Page(asked.page.offset, SHOWN)
        path = f"/api/{asked.query.name}"
        address = f"{_folder(lang)}{path}"
        others = {
            name: paging.address(address + PAGE.suffix, {**asked.given, **one.fields})
            for name, one in page.others(whole.total).items()
            if name in ("prev", "next")
        }
        forms = [
            (one.suffix, paging.address(address + one.suffix, asked.given))
            for one in FORMS
            if one is not PAGE
        ]
        given = " ".join(shlex.quote(f"--param={name}={value}") for name, value in asked.given.items())
        shown = whole.page(page.offset, page.limit)
        return self._render(
            "query",
            lang,
            path + PAGE.suffix,
            asked.query.titles[lang],
            query=asked.query,
            fields=[self._field(one, asked.given[one.name], lang) for one in asked.query.parameters],
            columns=[(one.name, self._meanings[lang][one.meaning]) for one in asked.query.columns],
            table=shown,
            rows=[[self._cell(cell) for cell in row] for row in shown.rows],
            others=others,
            forms=forms,
            command=f"iomgraph query {asked.query.name} {given}".strip(),
        )

    def _field(self, one: Parameter, value: str, lang: str) -> dict[str, Any]:
        """A field of a form, with its choices if there are any."""
        offered = [(choice.key, choice.label(lang)) for choice in self._choices.get(one.type, [])]
        if one.type == LANGUAGE:
            offered = list(zip(LANGUAGES, AUTONYMS, strict=True))
        return {
            "name": one.name,
            "meaning": self._meanings[lang][one.meaning],
            "value": value,
            "number": one.type == "integer",
            "choices": offered,
            "listed": len(offered) > choices.FEW,
        }

    def _cell(self, cell: Cell) -> dict[str, str]:
        """A term, as shown on a page: our own things by CURIE."""
        if isinstance(cell, ox.NamedNode):
            link = cell.value if is_web_iri(cell.value) else ""
            base = self._release.base_iri
            own = f"/{link.removeprefix(base)}" if link.startswith(base) else link
            return {"text": self._release.context.compact(cell.value), "link": own, "lang": ""}
        if isinstance(cell, ox.Literal):
            return {"text": cell.value, "link": "", "lang": cell.language or ""}
        return {"text": "" if cell is None else str(cell), "link": "", "lang": ""}

    def _render(self, name: str, lang: str, path: str, heading: str, **shown: Any) -> bytes:
        text = self._templates[name].render(
            w=self._words[lang],
            lang=lang,
            folder=_folder(lang),
            languages=[
                (tag, own, f"{_folder(tag)}{path}") for tag, own in zip(LANGUAGES, AUTONYMS, strict=True)
            ],
            heading=heading,
            **shown,
        )
        return text.encode()


def _folder(lang: str) -> str:
    return "" if lang == LANGUAGES[0] else f"/{lang}"
