"""The reconciliation service behind its addresses.

Version 0.2, which OpenRefine uses, is at `/reconcile`; the draft of 1.0 is at `/reconcile/1.0-draft`. Both
are also available in French and Spanish below `/fr` and `/es`; the draft also respects Accept-Language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from iomgraph.serving import negotiation, payload, problem, translations
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.reconciliation import scoring, v0_2, v1_0
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.extend import extend
from iomgraph.serving.reconciliation.preview import Previews
from iomgraph.serving.reconciliation.query import Candidate, Query
from iomgraph.serving.reconciliation.suggest import KINDS, proposed, suggest
from iomgraph.serving.reconciliation.view import View
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES

PATH = re.compile(rf"(?:/({'|'.join(LANGUAGES[1:])}))?/reconcile(/{re.escape(v1_0.VERSION)})?(/.*)?")
"""The paths of the service: language, version, and resource."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")

_Answer = Callable[[Request, View], Response]


class Reconciliation:
    """A service that reads and indexes all its inputs at the start.

    Args:
        release: the release.
        origin: scheme and host of the service, such as `https://data.example.org`; without it, those of the
            request.
    """

    def __init__(self, release: Release, origin: str = "") -> None:
        self._catalogue = Catalogue(release)
        self._origin = origin
        self._previews = Previews()
        said = translations.read()
        self._views = {lang: View(self._catalogue, lang, said[lang]) for lang in LANGUAGES}
        self._v0_2: Mapping[tuple[str, str], _Answer] = {
            ("GET", ""): self._root,
            ("POST", ""): self._root,
            ("GET", "/properties"): lambda request, view: _json(proposed(payload.once(request.query), view)),
            ("GET", "/preview"): self._preview,
            ("GET", "/view"): self._redirect,
            **{("GET", f"/suggest/{kind}"): self._suggest(kind, draft=False) for kind in KINDS},
        }
        self._v1_0: Mapping[tuple[str, str], _Answer] = {
            ("GET", ""): lambda _, view: _json(v1_0.manifest(view)),
            ("POST", "/match"): self._match,
            ("POST", "/extend"): self._extend,
            ("GET", "/extend/propose"): lambda request, view: _json(
                proposed(payload.once(request.query), view)
            ),
            ("GET", "/preview"): self._preview,
            **{("GET", f"/suggest/{kind}"): self._suggest(kind, draft=True) for kind in KINDS},
        }

    @problem.told
    def answer(self, request: Request) -> Response:
        """Answer a request whose path fits `PATH`.

        Returns:
            the answer, or an error of the request; exceptions are never the client's fault.
        """
        found = PATH.fullmatch(request.path)
        if not found:
            raise RequestError(
                404, "there is nothing here", where=request.path[:100], step="the service is at /reconcile"
            )
        lang, is_draft, rest = found[1] or "", bool(found[2]), (found[3] or "").rstrip("/")
        known = self._v1_0 if is_draft else self._v0_2
        method = "GET" if request.method == "HEAD" else request.method
        if (method, rest) not in known:
            raise _unknown(rest, request, sorted(known))
        if is_draft and not lang:
            accept = request.headers.get("accept-language", "")
            response = known[method, rest](request, self._views[negotiation.language(accept, LANGUAGES)])
            return Response(response.status, (*response.headers, ("Vary", "Accept-Language")), response.body)
        return known[method, rest](request, self._views[lang or LANGUAGES[0]])

    def _root(self, request: Request, view: View) -> Response:
        """Answer with the manifest, a query batch or a data extension, depending on the fields."""
        fields = payload.form(request)
        if "queries" in fields:
            batch = v0_2.queries(fields["queries"], self._catalogue)
            found = dict(zip(batch, self._batch(batch.values()), strict=True))
            return _json(v0_2.results(found, view))
        if "extend" in fields:
            return _json(
                v0_2.extension(extend(payload.read(fields["extend"], "extend"), self._catalogue), view)
            )
        if request.method == "POST":
            raise RequestError(
                400, "the form has neither queries nor extend", where="body", step="send one of them"
            )
        return _json(v0_2.manifest(view, self._address(request)))

    def _address(self, request: Request) -> str:
        path = request.path.rstrip("/")
        if self._origin:
            return self._origin + path
        host = request.headers.get("host", "localhost")
        if not _HOST.fullmatch(host):
            raise RequestError(
                400, "the Host is not a host name", where="Host", step="send the name of the server"
            )
        scheme = "https" if request.headers.get("x-forwarded-proto", "").lower() == "https" else "http"
        return f"{scheme}://{host}{path}"

    def _match(self, request: Request, view: View) -> Response:
        payload.media_type(request, "application/json")
        batch = v1_0.queries(request.body, self._catalogue)
        return _json(v1_0.results(self._batch(batch), view))

    def _batch(self, queries: Iterable[Query | RequestError]) -> list[list[Candidate] | RequestError]:
        """Find the candidates for a batch of queries, and prefetch their descriptions."""
        found = [self._candidates(query) for query in queries]
        self._catalogue.expect(one.iri for each in found if isinstance(each, list) for one in each)
        return found

    def _candidates(self, query: Query | RequestError) -> list[Candidate] | RequestError:
        """Find the candidates for a query; a malformed query does not fail the batch."""
        return query if isinstance(query, RequestError) else scoring.candidates(self._catalogue, query)

    def _extend(self, request: Request, view: View) -> Response:
        payload.media_type(request, "application/json")
        return _json(v1_0.extension(extend(payload.read(request.body, "body"), self._catalogue), view))

    def _suggest(self, kind: str, *, draft: bool) -> _Answer:
        return lambda request, view: _json(suggest(kind, payload.once(request.query), view, lang=draft))

    def _preview(self, request: Request, view: View) -> Response:
        """Show an entity; errors are pages, too, because tools show them in a frame."""
        name = payload.text(payload.once(request.query).get("id"), "id")
        found = self._catalogue.identified(name)
        return self._previews.page(found[0], view) if len(found) == 1 else self._previews.missing(name, view)

    def _redirect(self, request: Request, _: View) -> Response:
        """Redirect from an entity's identifier to the entity, which is on this server if it is ours."""
        iri, base = self._entity(request), self._catalogue.release.base_iri
        return Response(303, (("Location", f"/{iri.removeprefix(base)}" if iri.startswith(base) else iri),))

    def _entity(self, request: Request) -> str:
        name = payload.text(payload.once(request.query).get("id"), "id")
        entity = self._catalogue.entity(name)
        if entity is None:
            raise RequestError(
                404, "the identifier matches nothing, or several things", where=name[:100], step="give an IRI"
            )
        return entity.iri


def _unknown(rest: str, request: Request, known: list[tuple[str, str]]) -> RequestError:
    allowed = [name for name, path in known if path == rest]
    if allowed:
        problem.only(request, *allowed, *(["HEAD"] if "GET" in allowed else []))
    there_is = ", ".join(sorted({path or "/" for _, path in known}))
    return RequestError(404, "there is nothing here", where=rest[:100], step=f"there is {there_is}")


def _json(document: Any) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(200, (("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")), body)
