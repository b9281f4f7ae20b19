"""The API: the service behind its addresses.

`/api/` is a page with every query, `/api/openapi.json` their description, and `/api/{name}` the answer of
one, in the form that a suffix or the Accept header names. All of them also exist below `/fr` and `/es`.
"""

from __future__ import annotations

import hashlib
import json
import re

from iomgraph.serving import payload, problem
from iomgraph.serving.api import asking, choice, openapi, paging, writers
from iomgraph.serving.api.asking import Asked
from iomgraph.serving.api.choice import JSON, PAGE, Form
from iomgraph.serving.api.pages import Pages
from iomgraph.serving.api.table import Table
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES
from iomgraph.version import __version__

PATH = re.compile(rf"(?:/({'|'.join(LANGUAGES[1:])}))?/api(/[^/]*)?")
"""The paths of the API: language, and name."""

_FRESH = 300
"""Seconds for which a cache may keep an answer before revalidating it."""


class Api:
    """A service that answers requests to the API, and reads all its inputs at the start.

    Args:
        release: the release.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._pages = Pages(release)
        self._description = openapi.body(release)
        self._program = __version__

    @problem.told
    def answer(self, request: Request) -> Response:
        """Answer a request whose path fits `PATH`.

        Returns:
            the answer, or an error of the request; exceptions are never the client's fault.
        """
        found = PATH.fullmatch(request.path)
        if not found:
            raise RequestError(404, "there is nothing here", where=request.path[:100], step="see /api/")
        problem.only(request, "GET", "HEAD")
        lang, rest = found[1] or LANGUAGES[0], found[2]
        if rest is None:
            return Response(308, (("Location", f"{request.path}/"),))
        name, dot, suffix = rest[1:].partition(".")
        if rest == "/":
            return self._fixed(self._pages.index(lang), PAGE)
        if rest == "/openapi.json":
            return self._fixed(self._description, JSON)
        query = asking.find(self._release, name)
        form = choice.by_suffix(dot + suffix) if dot else choice.by_accept(request.headers.get("accept", ""))
        asked = asking.read(self._release, query, payload.once(request.query), lang)
        return self._asked(request, asked, form, lang, negotiated=not dot)

    def _fixed(self, body: bytes, form: Form) -> Response:
        headers = self._headers(hashlib.sha256(body).hexdigest(), form)
        return Response(200, headers, body)

    def _asked(self, request: Request, asked: Asked, form: Form, lang: str, *, negotiated: bool) -> Response:
        path = request.path if not negotiated else request.path + form.suffix
        told = json.dumps(
            [
                self._release.version,
                self._release.digest,
                self._program,
                path,
                lang,
                sorted(asked.fields.items()),
            ]
        )
        headers = self._headers(hashlib.sha256(told.encode()).hexdigest(), form)
        if negotiated:
            headers = (*headers, ("Vary", "Accept"), ("Content-Location", paging.address(path, asked.fields)))
        whole = asking.ask(self._release, asked)
        links = self._links(request.path, asked, whole.total)
        extra = (
            ("X-Total-Count", str(whole.total)),
            ("Link", links),
            ("Content-Disposition", _disposition(asked, form)),
        )
        return Response(200, (*headers, *extra), self._body(asked, whole, form, lang, path))

    def _body(self, asked: Asked, whole: Table, form: Form, lang: str, path: str) -> bytes:
        page = whole.page(asked.page.offset, asked.page.limit)
        if form is PAGE:
            return self._pages.query(asked, whole, lang)
        if form.format is None:
            return self._json(asked, page, path)
        address = self._release.base_iri.rstrip("/") + paging.address(path, asked.fields)
        return writers.write(page, form.format, self._release.context.prefixes, address)

    def _json(self, asked: Asked, page: Table, path: str) -> bytes:
        others = asked.page.others(page.total)
        told = {
            "question": asked.query.name,
            "release": self._release.version,
            "parameters": asked.given,
            "columns": page.columns,
            "total": page.total,
            "offset": asked.page.offset,
            "limit": asked.page.limit,
            "next": paging.address(path, {**asked.given, **others["next"].fields})
            if "next" in others
            else None,
            "rows": writers.rows(page),
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def _links(self, path: str, asked: Asked, total: int) -> str:
        others = asked.page.others(total)
        found = {name: paging.address(path, {**asked.given, **page.fields}) for name, page in others.items()}
        found["service-desc"] = "/api/openapi.json"
        return ", ".join(f'<{address}>; rel="{name}"' for name, address in found.items())

    def _headers(self, digest: str, form: Form) -> tuple[tuple[str, str], ...]:
        is_text = form.media_type.startswith("text/")
        policy = (("Content-Security-Policy", self._pages.policy),) if form is PAGE else ()
        return (
            ("Content-Type", f"{form.media_type}; charset=utf-8" if is_text else form.media_type),
            ("ETag", f'"{digest[:32]}"'),
            ("Cache-Control", f"public, max-age={_FRESH}"),
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Expose-Headers", "ETag, Link, X-Release, X-Total-Count"),
            *policy,
        )


def _disposition(asked: Asked, form: Form) -> str:
    return f'inline; filename="{asked.query.name}{form.suffix}"'
