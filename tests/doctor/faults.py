"""Faults of publishers: for each rule, one that breaks it, and the group of checks that has to notice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from .publisher import OPEN, PAGE, Answer, Ask, Fault

Change = Callable[[Answer], object]


def at(start: str, change: Change, method: str = "", **headers: str) -> Fault:
    """Spoil answers at paths that start so, to a method and headers that hold something."""

    def run(ask: Ask, answer: Answer) -> object:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        fits = all(text in ask.headers.get(name, "") for name, text in named.items())
        if ask.path.startswith(start) and method in ("", ask.method) and fits:
            return change(answer)
        return None

    return run


def status(number: int, body: bytes = b"", **headers: str) -> Change:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda _: Answer(number, {**OPEN, **named}, body)


def without(*names: str) -> Change:
    return lambda answer: [answer.headers.pop(name, None) for name in names]


def having(**headers: str) -> Change:
    return lambda answer: answer.headers.update({n.replace("_", "-"): text for n, text in headers.items()})


def text(old: bytes, new: bytes) -> Change:
    def change(answer: Answer) -> None:
        assert old in answer.body or not answer.body
        answer.body = answer.body.replace(old, new)

    return change


def asked(name: str, change: Change, part: str = "") -> Fault:
    """Spoil answers to requests with a field that holds something."""
    return lambda ask, answer: change(answer) if name in ask.fields and part in ask.fields[name] else None


def _slow(ask: Ask, _: Answer) -> None:
    if "STR(?a)" in ask.fields.get("query", ""):
        time.sleep(2)


def _one_address(ask: Ask, answer: Answer) -> object:
    if ask.path.startswith("/id/") and answer.status == 303:
        return Answer(200, {**OPEN, "Vary": "Accept", "Content-Type": "text/turtle"}, b"</id/1> a </id/x> .")
    return None


def _one_tag(ask: Ask, answer: Answer) -> object:
    if ask.path == "/id/1":
        kind = answer.headers.get("Location", ".ttl").rpartition(".")[2]
        named = {"ttl": "text/turtle", "html": PAGE}.get(kind)
        head = {**OPEN, "Vary": "Accept", "ETag": '"one"', "Content-Type": named or "text/turtle"}
        if ask.headers.get("if-none-match") == '"one"':
            return Answer(304, head)
        return Answer(200, head, b"</id/1> a </id/x> ." if named != PAGE else b"<title>1</title>")
    return None


def _echo(ask: Ask, _: Answer) -> object:
    mark = f"X-Mark: {ask.headers.get('x-mark')}".encode()
    return Answer(200, {"Content-Type": "message/http"}, mark) if ask.method == "TRACE" else None


def _ignore_order(ask: Ask, _: Answer) -> object:
    if ask.path == "/id/1" and "q=0.1, " in ask.accept:
        return Answer(303, {**OPEN, "Vary": "Accept", "Location": "/doc/1.ttl"})
    return None


def _absent(answer: Answer) -> Fault:
    return lambda ask, _: answer if ask.path.startswith("/iomgraph-doctor") else None


def _unanswered(ask: Ask, _: Answer) -> object:
    is_ours = "SELECT (1" in ask.fields.get("query", "") and "json" in ask.accept
    return Answer(500) if is_ours else None


def _update(ask: Ask, answer: Answer) -> object:
    changes = "DELETE" in str(ask.fields) or b"DELETE" in ask.body
    return Answer(204) if ask.path == "/sparql" and changes else None


def _trail(ask: Ask, _: Answer) -> object:
    trace = b"Traceback (most recent call last)\n  File"
    return Answer(400, {}, trace) if "%" in ask.path else None


_FORM = "form"
_GONE = "/.well-known/void"
FAULTS: Mapping[str, tuple[str, Fault]] = {
    "iri-unreachable": ("addresses", at("/doc/", status(404))),
    "no-rdf": ("addresses", at("/doc/", having(Content_Type=PAGE))),
    "bad-rdf": ("addresses", at("/doc/1.ttl", status(200, b"<a> <b", Content_Type="text/turtle"))),
    "not-described": (
        "addresses",
        at("/doc/1.ttl", status(200, b"<x:a> <x:b> 1 .", Content_Type="text/turtle")),
    ),
    "same-address": ("addresses", _one_address),
    "redirect-kind": ("addresses", at("/id/", lambda answer: setattr(answer, "status", 302))),
    "negotiation-fails": ("negotiation", at("/doc/1.rdf", status(500))),
    "unacceptable-fails": ("negotiation", at("/id/1", status(500), accept="x-iomgraph-none")),
    "quality-ignored": ("negotiation", _ignore_order),
    "vary-missing": ("negotiation", at("/id/1", without("Vary"))),
    "content-type-missing": (
        "negotiation",
        at("/doc/1.ttl", without("Content-Type"), accept="text/turtle, "),
    ),
    "head-differs": ("negotiation", at("/doc/1.ttl", status(405), "HEAD")),
    "alternate-differs": (
        "negotiation",
        at("/doc/1.ttl", lambda a: a.headers.update(Link=a.headers["Link"].replace("1.", "9."))),
    ),
    "no-page": ("negotiation", at("/id/1", having(Location="/doc/1.ttl"), accept="text/html,")),
    "cors-missing": ("cross-origin", at("/id/1", without("Access-Control-Allow-Origin"))),
    "cors-credentials": (
        "cross-origin",
        at(
            "/doc/",
            having(
                Access_Control_Allow_Origin="https://reader.example", Access_Control_Allow_Credentials="true"
            ),
        ),
    ),
    "cors-endpoint": ("cross-origin", at("/sparql", without("Access-Control-Allow-Origin"), "GET")),
    "preflight-refused": ("cross-origin", at("/sparql", status(405), "OPTIONS")),
    "no-validator": ("caching", at("/doc/", without("ETag", "Last-Modified"))),
    "not-modified-missed": (
        "caching",
        at("/doc/", lambda a: setattr(a, "status", 200), if_none_match='"one"'),
    ),
    "not-modified-wrong": ("caching", at("/doc/", status(304), if_none_match="other")),
    "etag-shared": ("caching", _one_tag),
    "modified-later": ("caching", at("/doc/", having(Last_Modified="Sun, 29 Nov 2026 10:00:00 GMT"))),
    "no-freshness": ("caching", at("/doc/", without("Cache-Control"))),
    "no-void": ("description", at(_GONE, status(404))),
    "void-elsewhere": ("description", lambda ask, answer: None),
    "no-licence": (
        "description",
        lambda ask, answer: setattr(answer, "body", answer.body.replace(b"dct:license", b"dct:relation")),
    ),
    "wrong-triples": ("description", at(_GONE, text(b"void:triples 6", b"void:triples 7"))),
    "wrong-entities": ("description", at(_GONE, text(b"void:entities 2", b"void:entities 3"))),
    "dump-unreachable": ("description", at("/dump.nt", status(404))),
    "dump-type": ("description", at("/dump.nt", having(Content_Type="text/plain"))),
    "dump-size": ("description", at("/dcat.ttl", text(b"dcat:byteSize ", b"dcat:byteSize 1"))),
    "no-service-description": (
        "description",
        lambda ask, _: Answer(400) if ask.path == "/sparql" and not ask.fields else None,
    ),
    "endpoint-differs": (
        "description",
        at(_GONE, text(b"void:sparqlEndpoint </sparql>", b"void:sparqlEndpoint </query>")),
    ),
    "format-refused": ("description", asked("query", having(Content_Type="text/plain"), "CONSTRUCT")),
    "no-catalogue": ("catalogue", at("/dcat.ttl", status(404))),
    "query-get": ("sparql", _unanswered),
    "query-form": ("sparql", at("/sparql", status(415), "POST", content_type=_FORM)),
    "query-direct": ("sparql", at("/sparql", status(415), "POST", content_type="sparql-query")),
    "wrong-result": ("sparql", at("/sparql", text(b'"2"', b'"3"'), "POST", content_type=_FORM)),
    "result-format": ("sparql", at("/sparql", having(Content_Type="text/plain"), accept="csv")),
    "ask-result": ("sparql", asked("query", status(200, b"1", Content_Type="text/plain"), "ASK {}")),
    "bad-query": ("sparql", asked("query", status(500), "?s ?p")),
    "default-graph-ignored": (
        "sparql",
        asked("default-graph-uri", status(200, b'{"results": {"bindings": [{"s": {"value": "x"}}]}}')),
    ),
    "update-open": ("sparql", _update),
    "query-unbounded": ("sparql", _slow),
    "dead-link": ("links", at("/id/2", status(404))),
    "unknown-answered": ("bad-input", _absent(Answer(200))),
    "unknown-fails": ("bad-input", _absent(Answer(503))),
    "long-address": ("bad-input", at("/" + "a" * 10_000, status(500))),
    "bad-encoding": ("bad-input", at("/%zz", status(0))),
    "unknown-method": ("bad-input", lambda ask, _: Answer(200) if ask.method == "IOMGRAPH" else None),
    "allow-missing": ("bad-input", lambda ask, _: Answer(405) if ask.method == "IOMGRAPH" else None),
    "trace-open": ("bad-input", _echo),
    "error-reveals": ("bad-input", _trail),
    "no-nosniff": ("security", at("/", without("X-Content-Type-Options"))),
    "server-version": ("security", at("/", having(Server="people/1.2"))),
    "no-hsts": ("security", lambda ask, answer: None),
}
"""Name of a rule to the group that checks it, and to a fault that breaks it."""
