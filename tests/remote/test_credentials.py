"""Credentials go to the store that they are for, in the way it asks for, and into no message."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

import pytest

from iomgraph.errors import RemoteError, SettingsError
from iomgraph.remote.credentials import Authorization, Credentials
from iomgraph.remote.endpoint import Addresses, Endpoint

from .conftest import QUICK, Proxy

MakeProxy = Callable[..., Proxy]
TOKEN = Credentials(secret="t0ken/of~someone==")
PASSWORD = Credentials("ada", 'p"ss <w&rd>/+é')
XML = "Content-Type: application/sparql-results+xml\r\n"
BASIC = 'WWW-Authenticate: Basic realm="store"\r\n'
ECHOES: dict[str, Callable[[str], tuple[int, str, str]]] = {
    "a refusal": lambda said: (400, "", f"bad request: {said}"),
    "an error": lambda said: (500, "", f"no: {said}"),
    "many spaces": lambda said: (400, "", " " * 16_370 + said),
    "a redirect to a host": lambda said: (307, f"Location: http://a.example/{said}\r\n", ""),
    "a redirect to a path": lambda said: (307, f"Location: /{said}\r\n", ""),
    "a redirect to a host of that name": lambda said: (307, f"Location: http://{said}/\r\n", ""),
    "a media type": lambda said: (200, f"Content-Type: {said}\r\n", "a"),
    "XML": lambda said: (200, XML, f"<{said}>"),
    "Turtle": lambda said: (200, "Content-Type: text/turtle\r\n", f"{said} <a> <b>"),
    "a scheme": lambda said: (401, f"WWW-Authenticate: {said} realm=a\r\n", ""),
    "no HTTP": lambda said: (200, f"{said}\r\n", ""),
}


@pytest.mark.parametrize("name", ECHOES)
@pytest.mark.parametrize("who", [TOKEN, PASSWORD], ids=["token", "password"])
def test_a_store_that_echoes_the_credentials_puts_them_into_no_message(
    proxy: MakeProxy, caplog: pytest.LogCaptureFixture, name: str, who: Credentials
) -> None:
    caplog.set_level(logging.DEBUG)
    store = proxy()

    def echo(number: int) -> object:
        given = store.requests[number][2].get("Authorization")
        return ECHOES[name](given.partition(" ")[2]) if given else (401, BASIC, "who are you")

    store.trick = echo
    endpoint = Endpoint(Addresses(f"{store.url}/query"), who, QUICK)
    with pytest.raises(RemoteError) as stop:
        endpoint.rows("ASK {}")
    sent = store.requests[-1][2]["Authorization"].partition(" ")[2]
    assert sent == (who.basic if who.user else who.secret)
    told = "".join(traceback.format_exception(stop.value)) + repr(stop.value) + repr(endpoint) + caplog.text
    for at in range(len(sent) - 7):
        assert sent[at : at + 8] not in told
    assert who.secret not in told


@pytest.mark.parametrize("secret", ["a/b c", 'a"b', "a<b&c", "a\\b", "a+b%c"])
def test_credentials_are_hidden_however_they_are_written(secret: str) -> None:
    from html import escape
    from json import dumps
    from urllib.parse import quote, quote_plus

    for who in (Credentials(secret=secret), Credentials("ada", secret)):
        for write in (str, escape, dumps, quote, quote_plus, repr, lambda text: quote(text, safe="")):
            assert secret not in who.redact(f"x {write(secret)} y")
            assert write(secret).strip("\"'") not in who.redact(f"x {write(secret)} y")
        assert who.basic not in who.redact(f"Basic {who.basic}")
        assert who.redact(f"x {who.secret}") == "x [credentials]"
    assert Credentials().redact("abc") == "abc"
    assert Credentials(secret="0123456789abcdef").redact("<6789abcde>") == "<[credentials]>"


PLAIN = [
    "http://example.org/query",
    "http://10.0.0.1:7878/query",
    "http://[2001:db8::1]/q",
    "http://localhost.a/q",
]
SAFE = ["https://example.org/q", "http://localhost/q", "http://127.9.9.9/q", "http://[::1]:1/q"]


@pytest.mark.parametrize("url", PLAIN)
@pytest.mark.parametrize("who", [TOKEN, PASSWORD], ids=["token", "password"])
def test_credentials_are_not_sent_over_plain_http_but_where_that_is_allowed(
    url: str, who: Credentials
) -> None:
    for addresses in (Addresses(url), Addresses(SAFE[0], update=url), Addresses(SAFE[0], graph_store=url)):
        with pytest.raises(SettingsError, match=r"(?s)plain HTTP.*--insecure-auth"):
            Endpoint(addresses, who)
        Endpoint(addresses)
        Endpoint(addresses, Credentials(who.user, who.secret, insecure=True))


@pytest.mark.parametrize("url", SAFE)
def test_credentials_are_sent_over_tls_and_to_this_machine(url: str) -> None:
    assert Endpoint(Addresses(url), TOKEN).addresses.query == url


@pytest.mark.parametrize(
    ("fields", "scheme"),
    [
        (['Basic realm="a"'], "Basic"),
        (['Digest realm="a, b", nonce="c", qop="auth"'], "Digest"),
        (['Negotiate, Basic realm="a"'], "Basic"),
        (['Basic realm="a"', 'Digest realm="a", nonce="c"'], "Digest"),
        (['Basic realm="a", Digest realm="a", nonce="c"'], "Digest"),
    ],
)
def test_a_password_is_sent_in_the_safest_way_that_the_store_asks_for(fields: list[str], scheme: str) -> None:
    authorization = Authorization(Credentials("ada", "s3cret"))
    assert authorization.headers("http://localhost/q") == {}
    assert authorization.learn(fields)
    assert authorization.headers("http://localhost/q")["Authorization"].startswith(f"{scheme} ")


UNKNOWN = ["Negotiate", 'Digest realm="a", nonce="c", algorithm=NONE', 'Digest realm="a", nonce="c"']


@pytest.mark.parametrize("fields", UNKNOWN, ids=["another scheme", "another hash", "letters beyond ASCII"])
def test_an_unknown_way_to_ask_for_credentials_is_named(proxy: MakeProxy, fields: str) -> None:
    store = proxy(trick=lambda _: (401, f"WWW-Authenticate: {fields}\r\n", ""))
    with pytest.raises(RemoteError, match=r"(?s)in an unknown way.*Basic or Digest"):
        Endpoint(Addresses(f"{store.url}/query"), PASSWORD, QUICK).rows("ASK {}")


@pytest.mark.slow
def test_virtuoso_knows_a_password_by_digest(virtuoso: str) -> None:
    addresses = Addresses(f"{virtuoso}-auth")
    endpoint = Endpoint(addresses, Credentials("dba", "dba"), QUICK)
    endpoint.update("INSERT DATA { GRAPH <urn:digest> { <urn:s> <urn:p> <urn:o> } }")
    for _ in range(2):
        assert endpoint.count("GRAPH <urn:digest> { ?s ?p ?o }") == 1
    endpoint.update("DROP SILENT GRAPH <urn:digest>")
    for who in (None, Credentials("dba", "wr0ng-one")):
        with pytest.raises(RemoteError, match=r"refuses access \(401\)"):
            Endpoint(addresses, who, QUICK).count("?s ?p ?o")
