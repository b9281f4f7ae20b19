"""Files and folders into captures: what can't be read is a finding, and the rest goes on."""

from __future__ import annotations

import encodings
import os
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import SourceError
from iomgraph.findings import Finding
from iomgraph.sources import captures
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.vocabulary import Vocabulary

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

PAGE = "Roads à Genève\n-\nStart Date\n2008\n-\nProjects ID\nLM.0001\n-\nYear\n2008\n"
OTHERS = "".join(
    f"<div class=field__label>{label}</div><div class=field__item>{value}</div>"
    for label, value in (
        ("IDF Region", "Africa"),
        ("Budget Amount (USD)", "64240.00"),
        ("Prima ID", "GE10P0001"),
    )
)
HTML = f"<h1>Roads à Genève</h1><div class=field__label>Year</div><div class=field__item>2008</div>{OTHERS}"
TOLD = {"no-url", "no-day", "no-language"}


def _told(done: Harvest) -> list[str]:
    """The findings of a harvest as `rule place`, without those that every page outside a catalogue has."""
    return [f"{found.rule} {found.place}" for found in done.findings if found.rule not in TOLD]


# Files that can't be read


BROKEN = {
    "empty.txt": "empty-file empty.txt",
    "blank.html": "empty-file blank.html",
    "latin-1.txt": "broken-encoding latin-1.txt:3",
    "not-utf-8.html": "broken-encoding not-utf-8.html:2",
    "no-such-charset.html": "broken-encoding no-such-charset.html:1",
    "odd-utf-16.txt": "broken-encoding odd-utf-16.txt:5",
    "nul.txt": "nul-character nul.txt:3",
    "utf-16-without-mark.txt": "nul-character utf-16-without-mark.txt:1",
    "news.txt": "no-project-page news.txt",
    "news.html": "no-project-page news.html",
    "picture.png": "not-a-page picture.png",
    "no-title.txt": "no-title no-title.txt",
    "two-fields.txt": "doubtful-layout two-fields.txt:1",
    "columns.txt": "label-columns columns.txt:2",
    "other-title.html": "title-disagrees other-title.html:2",
    "two-pages.txt": "several-pages two-pages.txt:20",
    "translated.html": "machine-translated translated.html:2",
    "unknown-label.txt": "unknown-label unknown-label.txt:5 (Donor)",
    "repeated-field.txt": "repeated-field repeated-field.txt:7",
}


@pytest.mark.parametrize(("name", "told"), BROKEN.items())
def test_a_broken_page_is_a_finding_at_its_place(
    broken: Path, harvested: Harvested, name: str, told: str
) -> None:
    _, done = harvested([broken / "captures" / name])
    assert _told(done) == [told]
    assert all(found.text(lang) for found in done.findings for lang in ("en", "fr", "es"))


def test_every_broken_page_has_its_finding_and_none_keeps_another_from_being_read(
    broken: Path, harvested: Harvested
) -> None:
    rows, done = harvested([broken / "captures"])
    assert done.files == len(BROKEN) == len(list((broken / "captures").iterdir()))
    assert _told(done) == sorted(BROKEN.values(), key=lambda told: told.split()[1].partition(":")[0])
    assert [row["file"] for row in rows] == ["repeated-field.txt", "unknown-label.txt"]


def test_a_sparse_file_of_fifty_megabytes_is_not_opened(harvested: Harvested, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    _, done = harvested([large])
    assert _told(done) == ["too-large large.txt"]
    assert "50000000" in done.findings[0].text()


def test_what_does_not_exist_stops_with_its_name(harvested: Harvested, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file or folder: .*nowhere"):
        harvested([tmp_path / "nowhere"])


def test_what_is_not_a_plain_file_is_never_opened(harvested: Harvested, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    _, done = harvested([tmp_path / "pipe.txt"])
    assert _told(done) == ["unreadable pipe.txt"]


def test_folders_within_a_folder_are_not_entered(harvested: Harvested, tmp_path: Path) -> None:
    (tmp_path / "pages/roads_files").mkdir(parents=True)
    (tmp_path / "pages/roads_files/page.txt").write_text(PAGE, encoding="utf-8")
    rows, done = harvested({"roads.txt": PAGE})
    assert [row["file"] for row in rows] == ["roads.txt"]
    assert done.files == 1


# Encodings


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("p.txt", PAGE.encode()),
        ("p.txt", PAGE.encode("utf-8-sig")),
        ("p.txt", PAGE.encode("utf-16")),
        ("p.txt", b"\xfe\xff" + PAGE.encode("utf-16-be")),
        ("p.txt", PAGE.replace("\n", "\r\n").encode()),
        ("p.txt", PAGE.replace("\n", "\r").encode()),
        ("p.TXT", PAGE.encode()),
        ("p.html", HTML.encode()),
        ("p.htm", b"<meta charset='utf-8'>" + HTML.encode("utf-8-sig")),
        ("p.html", b"<meta charset=UTF8>" + HTML.encode()),
        ("p.html", b"<meta charset=iso-8859-1>" + HTML.encode("latin-1")),
        (
            "p.html",
            b"<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"
            + HTML.encode("cp1252"),
        ),
        ("p.html", b"<meta charset=utf-16>" + HTML.encode()),
        ("p.xhtml", HTML.encode("utf-16")),
    ],
)
def test_one_page_is_the_same_in_every_encoding_that_it_declares(
    harvested: Harvested, name: str, data: bytes
) -> None:
    rows, done = harvested({name: data})
    assert [row["title"] for row in rows] == ["Roads à Genève"]
    assert _told(done) == []


def test_latin_1_is_read_as_browsers_read_it(harvested: Harvested) -> None:
    rows, _ = harvested({"p.html": b"<meta charset=latin1>" + HTML.replace("à", "’").encode("cp1252")})
    assert rows[0]["title"] == "Roads ’ Genève"


def test_an_encoding_that_no_browser_knows_costs_its_page_alone(harvested: Harvested) -> None:
    odd = b'<meta charset="raw_unicode_escape">' + HTML.encode() + b"<p>\\ud800</p>"
    rows, done = harvested({"odd.html": odd, "p.html": HTML.encode()})
    assert [row["file"] for row in rows] == ["p.html"]
    assert "broken-encoding" in {finding.rule for finding in done.findings}


@pytest.mark.parametrize("codec", sorted(module.name for module in pkgutil.iter_modules(encodings.__path__)))
def test_no_charset_that_a_page_may_declare_raises(harvested: Harvested, codec: str) -> None:
    _, done = harvested({"p.html": f"<meta charset={codec}>{HTML}\xff\\u12 \\x".encode()})
    assert {found.rule for found in done.findings} <= TOLD | {
        "broken-encoding",
        "nul-character",
        "no-project-page",
    }


@given(
    st.binary(max_size=300),
    st.sampled_from([".txt", ".html"]),
    st.sampled_from([b"", b"\xff\xfe", b"<meta charset="]),
)
def test_no_bytes_raise(
    rules: Rules,
    words: Vocabulary,
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    suffix: str,
    head: bytes,
) -> None:
    path = tmp_path_factory.mktemp("pages") / f"p{suffix}"
    path.write_bytes(head + data)
    findings: list[Finding] = []
    read = list(
        captures.read([captures.Entry(path, path.name)], words, Reporter(rules, findings), max_bytes=1000)
    )
    assert len(read) + len(findings) >= 1


# What a catalogue says


def test_a_catalogue_gives_address_language_and_day(tiny: Path, harvested: Harvested) -> None:
    rows, done = harvested([tiny])
    assert (done.files, done.findings) == (7, ())
    assert {(row["file"], row["url"], row["lang"], row["captured"]) for row in rows} >= {
        ("radio-fr.html", "https://iom.int/fr/node/900003", "fr", "2026-01-12"),
        ("lamps-former.txt", "https://developmentfund.iom.int/project/lamps-border-road", "en", "2026-01-09"),
    }


def test_a_single_file_is_looked_up_in_the_catalogue_beside_it(tiny: Path, harvested: Harvested) -> None:
    rows, done = harvested([tiny / "radio-es.txt"])
    assert (rows[0]["url"], done.files, done.findings) == ("https://iom.int/es/node/900003", 1, ())


def test_without_a_catalogue_the_page_itself_tells_what_it_can(tiny: Path, harvested: Harvested) -> None:
    rows, done = harvested(
        {name: (tiny / name).read_bytes() for name in ("bridges-en.html", "bridges-fr.txt")}
    )
    assert [(row["url"], row["lang"]) for row in rows] == [
        ("", "fr"),
        ("https://iom.int/project/bridges-between-harbour-towns", "en"),
    ]
    assert sorted(f"{found.rule} {found.place}" for found in done.findings) == [
        "no-day bridges-en.html",
        "no-day bridges-fr.txt",
        "no-url bridges-fr.txt",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("p.txt,iom.int/project/x,en,2026-01-01", "bad-url pages/captures.csv:2 (row 1, column url)"),
        ("p.txt,http://[,en,2026-01-01", "bad-url pages/captures.csv:2 (row 1, column url)"),
        ("p.txt,https://iom.int/x y,en,2026-01-01", "bad-url pages/captures.csv:2 (row 1, column url)"),
        (
            "p.txt,https://iom.int/x,de,2026-01-01",
            "unknown-language pages/captures.csv:2 (row 1, column lang)",
        ),
        ("p.txt,https://iom.int/x,en,yesterday", "bad-day pages/captures.csv:2 (row 1, column captured)"),
        ("p.txt,https://iom.int/x,en,2026-02-30", "bad-day pages/captures.csv:2 (row 1, column captured)"),
        ("gone.txt,https://iom.int/x,en,2026-01-01", "missing-capture pages/captures.csv"),
        (
            "../p.txt,https://iom.int/x,en,2026-01-01",
            "bad-catalogue pages/captures.csv:2 (row 1, column file)",
        ),
        (",https://iom.int/x,en,2026-01-01", "bad-catalogue pages/captures.csv:2 (row 1, column file)"),
        (
            "p.txt,https://iom.int/x,en,2026-01-01\np.txt,https://iom.int/y,en,2026-01-01",
            "bad-catalogue pages/captures.csv:3 (row 2, column file)",
        ),
    ],
)
def test_a_catalogue_that_lies_is_reported_at_its_cell_and_the_page_is_read(
    harvested: Harvested, line: str, told: str
) -> None:
    rows, done = harvested({"p.txt": PAGE, "captures.csv": f"file,url,lang,captured\n{line}\n"})
    assert _told(done) == [told]
    assert [row["title"] for row in rows] == ["Roads à Genève"]


def test_a_catalogue_with_a_wrong_header_stops_the_harvest(harvested: Harvested) -> None:
    with pytest.raises(SourceError, match=r"no column captured \(is it 'capture'\?\)"):
        harvested({"p.txt": PAGE, "captures.csv": "file,url,lang,capture\n"})


@pytest.mark.parametrize("name", [b"\xff.txt", b"a\nb.txt", b"a\rb.txt", b'a,b "c".txt', "é’.txt".encode()])
def test_a_file_of_any_name_is_harvested_and_harvested_again(
    tmp_path: Path, harvested: Harvested, name: bytes
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / name.decode("utf-8", "surrogateescape")).write_text(PAGE, encoding="utf-8")
    harvested([folder])
    rows, done = harvested([folder])
    assert (len(rows), done.changes.unchanged) == (1, 1)


# Language and links


@pytest.mark.parametrize(
    ("markup", "lang"),
    [
        ("<html lang=es><h1>Roads</h1><div class=field__label>Date de fin</div>2009", "fr"),
        ("<html lang=es><h1>Roads</h1>", "es"),
        ("<html lang=de><h1>Roads</h1>", ""),
    ],
)
def test_labels_tell_a_pages_language_before_its_markup_does(
    harvested: Harvested, markup: str, lang: str
) -> None:
    rows, _ = harvested({"p.html": markup + OTHERS})
    assert rows[0]["lang"] == lang


@pytest.mark.parametrize(("path", "lang"), [("fr/node/1", "fr"), ("es/node/1", "es"), ("project/x", "en")])
def test_an_address_tells_a_pages_language_where_nothing_else_does(
    harvested: Harvested, path: str, lang: str
) -> None:
    page = "Roads\n-\nPrima ID\nGE10P0001\n-\nIDF Region\nAfrica\n-\nBudget Amount (USD)\n64240.00\n"
    rows, _ = harvested(
        {"p.txt": page, "captures.csv": f"file,url,lang,captured\np.txt,https://iom.int/{path},,\n"}
    )
    assert rows[0]["lang"] == lang


def test_links_are_sorted_each_once_and_only_web_addresses(harvested: Harvested) -> None:
    text = (
        f"{PAGE}See https://b.example/x, (https://a.example/y) and https://b.example/x. Not ftp://c.example."
    )
    rows, _ = harvested({"p.txt": text})
    assert rows[0]["links"] == "https://a.example/y https://b.example/x"
    rows, _ = harvested(
        {"p.txt": PAGE, "q.html": f"{HTML}<a href='javascript:alert(1)'>x</a><a href=https://c.example>y</a>"}
    )
    assert {row["links"] for row in rows} == {"", "https://c.example"}
