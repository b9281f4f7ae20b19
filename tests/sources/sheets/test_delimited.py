"""Delimited text: encodings and delimiters declared, or proven by the bytes and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.sources.sheets import book, delimited

TABLE = 'id;title\nA.1;Côte d’Ivoire, routes\n\n ; \nA.2;"two\nlines"\n'


def _read(path: Path, **declared: str) -> list[list[str]]:
    with book.opened(path, "t.csv", **declared) as opened:
        return [[cell.text for cell in row.cells.values()] for row in opened.rows(opened.sheets[0])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_the_bytes_prove_need_not_be_declared(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding=encoding)
    assert _read(path) == [["id", "title"], ["A.1", "Côte d’Ivoire, routes"], ["A.2", "two\nlines"]]
    assert dict(delimited.dialect(path, "t.csv").detected) == {
        "encoding": encoding.removesuffix("-sig"),
        "delimiter": ";",
    }


@pytest.mark.parametrize("encoding", ["windows-1252", "macintosh", "iso-8859-15", "cp850"])
def test_other_encodings_are_read_when_declared_and_never_guessed(tmp_path: Path, encoding: str) -> None:
    codec = {"macintosh": "mac_roman"}.get(encoding, encoding)
    path = tmp_path / "t.csv"
    path.write_bytes("id,title\nA.1,Pérou\n".encode(codec))
    assert _read(path, encoding=encoding)[1] == ["A.1", "Pérou"]
    with pytest.raises(SourceError, match="not UTF-8") as stop:
        _read(path)
    assert "windows-1252" in stop.value.step
    assert "'A.1,P" in stop.value.step


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3;4\n", ";"),
        ("a\tb\n1, 2 and 3; 4\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("List of projects\n\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ("title\nRoads; Bridges\nRivers\n", ","),
        ("a,b\n1; 2,3; 4\n5; 6,7; 8\n", ","),
    ],
)
def test_the_delimiter_is_detected_from_rows_that_agree(tmp_path: Path, text: str, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    assert delimited.dialect(path, "t.csv").delimiter == delimiter


def test_two_delimiters_that_fit_have_to_be_decided_by_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b;c\n1,2;3\n", encoding="utf-8")
    with pytest.raises(SourceError, match="is unclear") as stop:
        delimited.dialect(path, "t.csv")
    assert "delimiter" in stop.value.step
    assert delimited.dialect(path, "t.csv", delimiter=";").delimiter == ";"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'a,b\n"1,2\n', "can't be parsed"),
        (b"a,b\n1,\0\n", "NUL"),
        (b"a" + b",b" * 20_000, "20,001 cells"),
        (b"a,b\n1," + b"x" * 120_000, "100,000 characters"),
        (b"x" * 5_000_000, "no end"),
    ],
)
def test_text_that_no_table_has_is_refused_with_its_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message) as stop:
        _read(path, encoding="utf-8", delimiter=",")
    assert stop.value.where.startswith("t.csv:")


def test_unknown_encodings_and_delimiters_are_named_with_those_that_exist(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(SourceError, match="unknown encoding 'latin-9000'"):
        _read(path, encoding="latin-9000")
    with pytest.raises(SourceError, match="unknown delimiter"):
        _read(path, delimiter=":")
