"""Web archives (MHTML): the page in them is read, and a hostile one is left out alone."""

from __future__ import annotations

import base64
import contextlib
import quopri
import time
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import mhtml
from iomgraph.sources.harvest import Harvest

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

URL = "https://iom.int/fr/node/1"
HTML = (
    "<html lang=fr><h1>Routes à Genève</h1>\n"
    "<dl><dt>Date de début</dt>\n<dd>2015</dd>\n"
    "<dt>Année</dt>\n<dd>2015</dd>\n<dt>Projet ID</dt>\n<dd>LM.9911</dd></dl>"
)
HEAD = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: {}\r\nDate: Tue, 3 Nov 2026 23:00:00 +0100\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
    '\tboundary="b+?"{}\r\n\r\n'
)
FRAME = "--b+?\r\nContent-Type: text/html\r\nContent-ID: <frame>\r\n\r\n<h1>Advertisement</h1>\r\n"
PICTURE = "--b+?\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"


def _part(data: bytes, encoding: str, charset: str = "", more: str = "") -> bytes:
    head = f"--b+?\r\nContent-Type: text/html{charset}\r\nContent-Transfer-Encoding: {encoding}\r\n{more}\r\n"
    return head.encode() + data + b"\r\n"


def _file(*parts: bytes, url: str = URL, start: str = "") -> bytes:
    return HEAD.format(url, start).encode() + b"".join(parts) + b"--b+?--\r\n"


ENCODED = {
    "quoted-printable": _part(quopri.encodestring(HTML.encode()), "quoted-printable"),
    "quoted-printable, in one line": _part(
        HTML.encode("utf-8").replace(b"=", b"=3D").replace(b"\n", b"=0A").replace("à".encode(), b"=C3=A0"),
        "Quoted-Printable",
    ),
    "base64": _part(base64.encodebytes(HTML.encode()), "base64"),
    "8bit": _part(HTML.encode(), "8bit"),
    "binary, Windows-1252": _part(HTML.encode("cp1252"), "binary", "; charset=windows-1252"),
    "a charset beside another in the page": _part(
        b"<meta charset=utf-16>" + quopri.encodestring(HTML.encode("latin-1")),
        "quoted-printable",
        '; charset="ISO-8859-1"',
    ),
}


@pytest.mark.parametrize("suffix", ["mhtml", "mht"])
@pytest.mark.parametrize("encoding", ENCODED)
def test_the_page_is_read_however_it_is_encoded(harvested: Harvested, encoding: str, suffix: str) -> None:
    (row,), done = harvested({f"p.{suffix}": _file(ENCODED[encoding], PICTURE.encode())})
    assert (row["title"], row["start_year"], row["project_id"]) == ("Routes à Genève", "2015", "LM.9911")
    assert (row["url"], row["lang"], row["captured"], done.findings) == (URL, "fr", "2026-11-03", ())


@pytest.mark.parametrize("encoding", ["quoted-printable", "8bit"])
def test_values_know_their_line_in_the_file(harvested: Harvested, encoding: str) -> None:
    data = _file(ENCODED[encoding])
    (row,), _ = harvested({"p.mhtml": data})
    line = next(number for number, text in enumerate(data.split(b"\n"), 1) if b"LM.9911" in text)
    assert f"project_id={line}" in row["lines"].split()


def test_a_page_of_several_frames_is_the_first_or_the_one_that_is_named(harvested: Harvested) -> None:
    page = ENCODED["8bit"]
    (row,), _ = harvested({"p.mhtml": _file(page, FRAME.encode())})
    assert row["title"] == "Routes à Genève"
    named = _part(HTML.encode(), "8bit", more="Content-ID: <page>\r\n")
    (row,), _ = harvested({"p.mhtml": _file(FRAME.encode(), named, start=';\r\n\tstart="<page>"')})
    assert row["title"] == "Routes à Genève"


def test_headers_and_page_that_name_other_addresses_are_reported_and_none_is_taken(
    harvested: Harvested,
) -> None:
    page = _part(HTML.encode(), "8bit", more="Content-Location: https://iom.int/fr/node/2\r\n")
    (row,), done = harvested({"p.mhtml": _file(page)})
    assert (row["url"], [found.rule for found in done.findings]) == ("", ["address-unclear", "no-url"])


def test_a_long_address_is_unfolded_and_decoded(harvested: Harvested) -> None:
    for url in ("\r\n https://iom.int/fr/node/1", "=?utf-8?Q?https://iom.int/fr?=\r\n =?utf-8?Q?/node/1?="):
        (row,), _ = harvested({"p.mhtml": _file(ENCODED["8bit"], url=url)})
        assert row["url"] == URL


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(harvested: Harvested) -> None:
    (row,), _ = harvested({"p.mhtml": HEAD.format(URL, "").encode() + ENCODED["8bit"]})
    assert row["project_id"] == "LM.9911"


BROKEN = {
    "HTML by another name": (HTML.encode(), "no-html-part", 1),
    "no boundary": (b"Content-Type: multipart/related\r\n\r\n--b\r\n", "no-html-part", 1),
    "no page": (_file(PICTURE.encode()), "no-html-part", 1),
    "no headers": (b"\r\n" + HTML.encode(), "no-html-part", 1),
    "broken base64": (_file(_part(b"PGgx*", "base64")), "broken-encoding", 13),
    "an unknown transfer encoding": (_file(_part(b"x", "x-uuencode")), "broken-encoding", 10),
    "an unknown charset": (_file(_part(b"x", "8bit", "; charset=x-none")), "broken-encoding", 13),
    "bytes of another charset": (_file(_part(b"<p>\n\xff", "8bit")), "broken-encoding", 14),
    "many parts": (
        _file(PICTURE.encode() * (mhtml.MAX_PARTS + 1)),
        "too-many-parts",
        5 * mhtml.MAX_PARTS + 10,
    ),
    "a day that no calendar has": (_file(ENCODED["8bit"]).replace(b"3 Nov", b"31 Nov"), "bad-origin", 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_web_archive_is_a_finding_and_the_only_loss(harvested: Harvested, name: str) -> None:
    data, rule, line = BROKEN[name]
    rows, done = harvested({"bad.mhtml": data, "good.mhtml": _file(ENCODED["base64"], url=URL + "2")})
    assert rows[-1]["url"] == URL + "2"
    told = [found for found in done.findings if found.severity.word == "should"]
    assert [(found.rule, str(found.place)) for found in told] == [(rule, f"bad.mhtml:{line}")]
    assert all(found.text(lang) for found in told for lang in ("en", "fr", "es"))


@pytest.mark.parametrize(
    "data",
    [
        HEAD.format(URL, "").encode() + b"--b+?\r\n" * 600_000,
        HEAD.format(URL, "").encode()
        + b"--b+?\r\nContent-Type: multipart/related; boundary=b+?\r\n\r\n" * 80_000,
        b"Content-Type: text/html; " + b'a="\\"' * 12_000 + b"\r\n\r\n" + b"<" * 4_000_000,
        b"Content-Type: " + b"(" * 60_000 + b"\r\n\r\nx",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + b"=\n" * 2_000_000,
        b"Subject: " + b"\r\n " * 1_500_000,
        b"Date: " + b"1 " * 30_000 + b"\r\nContent-Type: text/html\r\n\r\nx",
        b"Content-Location: " + b"=?utf-8?Q?a?= " * 4_000 + b"\r\nContent-Type: text/html\r\n\r\nx",
    ],
)
def test_a_hostile_web_archive_of_megabytes_is_no_more_than_its_size(
    harvested: Harvested, data: bytes
) -> None:
    start = time.process_time()
    rows, _ = harvested({"p.mhtml": data})
    assert rows == []
    # Growth with the square of the size would take minutes.
    assert time.process_time() - start < 20


HEADERS = st.sampled_from(
    [
        *(
            "--b+?",
            "--",
            "\r\n",
            "\r\n\r\n",
            "Content-Type: ",
            "text/html",
            "multipart/related",
            '"',
            "(",
            ",",
        ),
        *(
            "; charset*0*=utf-8'en'%ff",
            "; charset*1=x",
            "; charset*=''",
            "; boundary=",
            "; boundary*0*=x'y'b+?",
        ),
        *(
            "Content-Transfer-Encoding: base64\r\n",
            "Date: ",
            "99 Foo -1",
            "=?utf-8?B?",
            "?=",
            "; start*=a",
            "é",
        ),
    ]
)


@given(st.lists(HEADERS | st.text(max_size=4), max_size=20), st.sampled_from(["", "Content-Type: ", HEAD]))
def test_no_file_raises_anything_but_its_error(pieces: list[str], head: str) -> None:
    data = (head.format(URL, "") + "".join(pieces)).encode("utf-8", "replace")
    with contextlib.suppress(mhtml.MhtmlError):
        assert mhtml.root(data.replace("é".encode(), b"\xff")).lines


@pytest.mark.parametrize(
    "text", ["; charset*1=x; charset*=''", "; boundary*0*=x'y'b; boundary*=''", "; boundary=\xff"]
)
def test_parameters_that_the_standard_library_fails_on_are_not_page(text: str) -> None:
    data = f"Content-Type: multipart/related{text}\r\n\r\n--b\r\n\r\n<p>".encode("latin-1")
    with pytest.raises(mhtml.MhtmlError, match="no-html-part"):
        mhtml.root(data)
