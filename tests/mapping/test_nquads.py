"""RDF terms are written in the canonical form of RDFC-1.0, or refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from iomgraph.errors import OntologyError
from iomgraph.mapping.nquads import iri, quoted, tag

NAMED = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def expected(char: str) -> str:
    """Write a character of a literal as RDFC-1.0, section 5, does."""
    code = ord(char)
    if char in NAMED:
        return NAMED[char]
    # Controls, DEL, and what is not a Char of XML 1.1 (it leaves out U+FFFE and U+FFFF).
    return f"\\u{code:04X}" if code < 0x20 or code in {0x7F, 0xFFFE, 0xFFFF} else char


def test_every_character_of_unicode_is_written_as_the_canonical_form_has_it() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    wrong = [char for char in characters if quoted(char) != f'"{expected(char)}"']
    assert wrong == []
    assert len(characters) == 1_112_064


def test_every_character_is_written_as_pyoxigraph_writes_it() -> None:
    text = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    triple = ox.Triple(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(text))
    line = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES)
    assert f"<a:s> <a:p> {quoted(text)} .\n".encode() == line


@pytest.mark.parametrize(
    "text", ["", "plain", "L’été à Genève", "👩\u200d👧", "\u202eשלום", "\xa0", "\U0001fffe"]
)
def test_what_needs_no_escape_stands_as_it_is(text: str) -> None:
    assert quoted(text) == f'"{text}"'


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\ud83d and \ude00", '"\udc80'])
def test_half_a_character_is_refused_and_named(text: str) -> None:
    with pytest.raises(OntologyError, match="half a surrogate pair") as stop:
        quoted(text)
    assert ascii(text) in str(stop.value)
    str(stop.value).encode("ascii")


@pytest.mark.parametrize(
    "text", ["https://iom.int/fr/node/1?a=b&c=%20#d", "urn:x:é", "a:", "http://[::1]/", "http://a/b/../c"]
)
def test_an_iri_is_written_as_it_is(text: str) -> None:
    assert iri(text) == f"<{text}>"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "//iom.int/",
        "../x",
        "_:b",
        "1x:y",
        "@id",
        "http://a/ b",
        "http://a/\n",
        "http://a/>",
        "http://a/<",
        'http://a/"',
        "http://a/{b}",
        "http://a/|",
        "http://a/\\",
        "http://a/^",
        "http://a/`",
        "http://a/[b]",
        "http://a/%zz",
        "http://a/#b#c",
        "http://a:port/",
        "http://a/\x00",
        "http://a/\x7f",
        "http://a/\ufffe",
        "http://a/\ud800",
    ],
)
def test_what_is_not_an_iri_is_refused_and_shown_in_ascii(text: str) -> None:
    with pytest.raises(OntologyError, match="this is not an IRI") as stop:
        iri(text)
    assert stop.value.where == ascii(text)
    assert "iris.curie" in stop.value.step


def test_a_language_is_written_in_lower_case() -> None:
    assert [tag("en"), tag("pt-BR"), tag("zh-Hant")] == ["@en", "@pt-br", "@zh-hant"]


@pytest.mark.parametrize(
    "text", ["", "e n", "@none", "en_GB", "123", "toolongtag", "en-", "é", 'en" .', "en\n"]
)
def test_what_is_not_a_language_is_refused(text: str) -> None:
    with pytest.raises(OntologyError, match="not a language tag"):
        tag(text)
