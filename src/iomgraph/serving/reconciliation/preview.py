"""Previews of entities: small pages for frames in other people's tools."""

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
"""Properties that a preview omits, because the name repeats them, or they do not help to choose."""


class Previews:
    """A maker of previews, which reads all its inputs at the start."""

    def __init__(self) -> None:
        folder = resources() / "templates/serving"
        style = (folder / "preview.css").read_text(encoding="utf-8")
        self._style = Markup(style)  # noqa: S704 (our own file)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        # Any page may frame a preview, which is its purpose; it can't load, send or run anything.
        self._policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors *; "
            "base-uri 'none'; form-action 'none'"
        )
        self._template = templates.of("serving").get_template("preview.html")

    def page(self, iri: str, view: View) -> Response:
        """The preview of an entity.

        Args:
            iri: IRI of the entity.
            view: describes it.
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
        """Make a page that says that an identifier is unknown, or ambiguous, with a list of the things.

        Args:
            text: the identifier.
            view: describes the things.
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
