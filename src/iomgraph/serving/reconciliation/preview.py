"""Previews of entities: small pages that stand in the frames of other people's tools."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from iomgraph.publication import templates
from iomgraph.serving.message import Response
from iomgraph.serving.reconciliation.view import View
from iomgraph.settings import resources

_ROWS = 10
_VALUES = 4
_LONGEST = 200
_LEFT_OUT = frozenset(
    {
        "prefLabel",
        "title",
        "altLabel",
        "hiddenLabel",
        "source",
        "capture",
        "page",
        "exactMatch",
        "sameAs",
        "seeAlso",
        "startDate",
        "endDate",
        "iatiIdentifier",
        "inferredIatiIdentifier",
        "coverage",
        "fundedBy",
    }
)
"""Properties that a preview leaves out: the name says them, or they do not help to choose."""


class Previews:
    """Makes previews; everything that they are made of is read at once."""

    def __init__(self) -> None:
        folder = resources() / "templates/serving"
        style = (folder / "preview.css").read_text(encoding="utf-8")
        self._style = Markup(style)  # noqa: S704 (our own file)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        # Any page may frame it: that is what it is for. Nothing else can be loaded, sent or run.
        self._policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors *; "
            "base-uri 'none'; form-action 'none'"
        )
        self._template = templates.of("serving").get_template("preview.html")

    def page(self, iri: str, view: View) -> Response:
        """The preview of an entity.

        Args:
            iri: of the entity.
            view: tells of it.
        """
        name, tag = view.catalogue.name(iri, view.lang)
        kind = view.types(iri)[-1]["name"]
        body = self._template.render(
            lang=view.lang,
            style=self._style,
            iri=iri,
            name=name,
            tag=tag,
            kind=kind,
            rows=list(self._rows(iri, view)),
        )
        return self._response(200, body, view)

    def missing(self, text: str, view: View) -> Response:
        """Say on a page that an identifier names nothing, or several things: they are listed.

        Args:
            text: the identifier.
            view: tells of the things.
        """
        several = view.catalogue.identified(text)
        body = self._template.render(
            lang=view.lang,
            style=self._style,
            iri="",
            kind="404",
            name=text[:_LONGEST],
            note=view.word("preview_several" if several else "preview_missing"),
            rows=[(view.types(iri)[-1]["name"], [view.catalogue.name(iri, view.lang)[0]]) for iri in several],
        )
        return self._response(404, body, view)

    def _response(self, status: int, body: str, view: View) -> Response:
        headers = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Language", view.lang),
            ("Content-Security-Policy", self._policy),
        )
        return Response(status, headers, body.encode())

    def _rows(self, iri: str, view: View) -> list[tuple[str, list[str]]]:
        rows: list[tuple[str, list[str]]] = []
        for one in view.catalogue.properties.values():
            if len(rows) < _ROWS and one.name not in _LEFT_OUT and not one.backwards:
                found = view.catalogue.values(iri, one)
                shown = [view.catalogue.text(value, view.lang) for value in found[:_VALUES]]
                if shown:
                    rows.append((view.label(one), [*shown, "…"] if len(found) > _VALUES else shown))
        return rows
