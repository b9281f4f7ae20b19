"""Bad ends of a request: each named, with the next step, and no secret shown."""

from __future__ import annotations

import gc
import socket
import ssl
import subprocess
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from iomgraph.errors import RemoteError, SettingsError
from iomgraph.remote import credentials
from iomgraph.remote.credentials import Credentials
from iomgraph.remote.endpoint import Addresses, Endpoint

from .conftest import QUICK, Oxigraph, Proxy, free_port

MakeProxy = Callable[..., Proxy]
HTML = "Content-Type: text/html\r\n"
ENDS: dict[str, tuple[tuple[int, str, str], str]] = {
    "a page of HTML with status 200": ((200, HTML, "<html>Welcome</html>"), "web page"),
    "no content type": ((200, "", "hello"), "not an answer to a query"),
    "rows that are cut off": (
        (
            200,
            "Content-Type: application/sparql-results+xml\r\n",
            "<sparql xmlns='http://www.w3.org/2005/spa",
        ),
        "not an answer to a query",
    ),
    "a redirect to another host": (
        (307, "Location: http://elsewhere.example/sparql\r\n", ""),
        "redirects to another host, http://elsewhere.example|another host, elsewhere.example",
    ),
    "a redirect to another address": ((301, "Location: /sparql2\r\n", ""), "redirects to another address"),
    "not found": ((404, HTML, "<html>"), r"nothing of this kind \(404\)"),
    "credentials are wanted": ((401, "", "who are you"), r"(?s)refuses access \(401\).*--auth-env"),
    "forbidden": ((403, "", ""), "refuses access"),
    "a refusal": ((400, "", "bad query"), r"refuses \(400, bad query\)"),
    "no life": ((500, "", "boom"), r"not well \(500, boom\)"),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_bad_end_is_named_with_a_next_step(proxy: MakeProxy, name: str) -> None:
    what, expected = ENDS[name]
    with pytest.raises(RemoteError, match=expected) as stop:
        proxy(trick=lambda _: what).endpoint.rows("SELECT * { ?s ?p ?o }")
    assert stop.value.step


def test_nothing_is_sent_to_where_a_redirect_leads(proxy: MakeProxy) -> None:
    elsewhere = proxy()
    here = proxy(trick=lambda _: (307, f"Location: {elsewhere.url}/query\r\n", ""))
    with pytest.raises(RemoteError, match="redirects"):
        here.endpoint.rows("SELECT * { ?s ?p ?o }")
    assert elsewhere.requests == []


def test_what_is_not_http_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for _ in range(QUICK.attempts):
                connection, _ = server.accept()
                connection.recv(100)
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(RemoteError, match=r"can't be reached|not HTTP"):
            Endpoint(Addresses(url), policy=QUICK).rows("ASK {}")


def test_nobody_there_is_named() -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    with pytest.raises(RemoteError, match="can't be reached"):
        Endpoint(Addresses(url), policy=QUICK).rows("ASK {}")


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server whose certificate ended yesterday, and that certificate."""
    key, asked, certificate = (str(tmp_path / name) for name in ("key.pem", "asked.pem", "certificate.pem"))
    common = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    run: dict[str, Any] = {"check": True, "capture_output": True}
    subprocess.run(
        ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", asked, *common],
        **run,
    )
    signing = ["openssl", "x509", "-req", "-in", asked, "-signkey", key, "-days", "-1", "-out", certificate]
    subprocess.run(signing, **run)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("localhost", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                    context.wrap_socket(connection, server_side=True).close()
                except (ssl.SSLError, ConnectionError):
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{server.getsockname()[1]}/query", Path(certificate)


def test_an_expired_certificate_is_named(expired: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    url, certificate = expired
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(RemoteError, match=r"certificate of the server can't be trusted.*expired"):
        Endpoint(Addresses(url), policy=QUICK).rows("ASK {}")


def test_a_password_is_sent_where_it_belongs_and_shown_nowhere(proxy: MakeProxy) -> None:
    asks = (401, 'WWW-Authenticate: Basic realm="store"\r\n', "who are you")
    store = proxy(trick=lambda n: (403, "", "no") if n else asks)
    who = Credentials("ada", "s3cret")
    endpoint = Endpoint(Addresses(f"{store.url}/query"), who, QUICK)
    with pytest.raises(RemoteError) as stop:
        endpoint.rows("ASK {}")
    assert "s3cret" not in str(stop.value) + repr(who)
    assert store.requests[1][2]["Authorization"] == "Basic YWRhOnMzY3JldA=="


def test_a_token_is_sent_as_one(proxy: MakeProxy) -> None:
    store = proxy(trick=lambda _: (403, "", "no"))
    with pytest.raises(RemoteError):
        Endpoint(Addresses(f"{store.url}/query"), Credentials(secret="t0ken"), QUICK).rows("ASK {}")
    assert store.requests[0][2]["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("text", ["", "nobody", ":", "Bearer", "Bearer  ", "Bearer a\nb"])
def test_a_variable_without_credentials_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("STORE", text)
    with pytest.raises(SettingsError, match="STORE") as stop:
        credentials.of_environment("STORE")
    assert "a\nb" not in str(stop.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "ftp://a/",
        "http://",
        "http://a b/",
        "http://é/",
        "http://a:x/",
        f"http://{'a' * 64}/",
    ],
)
def test_what_is_not_an_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="not an address of a store"):
        Endpoint(Addresses(url))


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="--auth-env") as stop:
        Endpoint(Addresses("http://ada:s3cret@localhost/query"))
    assert "s3cret" not in str(stop.value)


def test_an_answer_without_end_is_not_read(oxigraph: Oxigraph) -> None:
    lines = " ".join(f'<urn:a> <urn:p> "{number:0100}" .' for number in range(200))
    oxigraph.endpoint.update(f"INSERT DATA {{ {lines} }}")
    small = Endpoint(Addresses(f"{oxigraph.base}/query"), policy=QUICK, largest=1000)
    with pytest.raises(RemoteError, match="larger than 1,000 bytes"):
        small.rows("SELECT * { ?s ?p ?o }")


def test_tls_spoken_to_a_server_without_it_is_named(proxy: MakeProxy) -> None:
    url = proxy().url.replace("http:", "https:")
    with pytest.raises(RemoteError, match=r"(?s)does not speak TLS.*http://"):
        Endpoint(Addresses(f"{url}/query"), policy=QUICK).rows("ASK {}")


def test_a_certificate_that_nobody_vouches_for_is_named(expired: tuple[str, Path]) -> None:
    with pytest.raises(RemoteError, match=r"(?s)can't be trusted \(self.signed.*SSL_CERT_FILE"):
        Endpoint(Addresses(expired[0]), policy=QUICK).rows("ASK {}")


def test_an_ipv6_address_is_reached() -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        heads: list[bytes] = []

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heads.append(connection.recv(2**16))
                connection.sendall(b"HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"http://[::1]:{server.getsockname()[1]}/query"
        with pytest.raises(RemoteError, match=r"refuses \(400, no\)"):
            Endpoint(Addresses(url), Credentials(secret="t0ken"), QUICK).rows("ASK {}")
        thread.join(20)
    assert f"Host: {url[7:-6]}\r\n".encode() in heads[0]


def test_a_proxy_of_the_environment_is_not_used_and_named_where_nobody_is_reached(
    proxy: MakeProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    curious, store = proxy(), proxy(trick=lambda _: (400, "", "no"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, curious.url)
    with pytest.raises(RemoteError, match="refuses"):
        store.endpoint.rows("ASK {}")
    with pytest.raises(RemoteError, match=r"(?s)can't be reached.*http_proxy.* is set.*directly"):
        Endpoint(Addresses(f"http://127.0.0.1:{free_port()}/query"), policy=QUICK).rows("ASK {}")
    assert curious.requests == []


def test_an_error_does_not_steer_the_terminal(proxy: MakeProxy) -> None:
    store = proxy(trick=lambda _: (200, "Content-Type: text/turtle\r\n", "<a\x1b[2J> <b> <c>"))
    with pytest.raises(RemoteError) as stop:
        store.endpoint.rows("ASK {}")
    assert "\x1b" not in str(stop.value)


def test_a_failed_attempt_holds_nothing_of_its_callers(proxy: MakeProxy) -> None:
    """Rows of a query may die in their own thread alone, and the collector of garbage runs in any."""

    class Thing:
        pass

    def ask() -> weakref.ref[Thing]:
        thing = Thing()
        with pytest.raises(RemoteError):
            proxy(free_port(), lambda _: 0).endpoint.rows("SELECT (1 AS ?n) {}")
        return weakref.ref(thing)

    gc.disable()
    try:
        assert ask()() is None
    finally:
        gc.enable()
