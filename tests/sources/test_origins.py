"""A page's address and day, from what browsers and archives write into the files that they save."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import html, origins
from iomgraph.sources.harvest import Harvest
from iomgraph.sources.origins import Mark

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

HEAD, BODY = (
    "<!DOCTYPE html>{}<html lang=en><head>{}</head><body>",
    "<h1>Roads</h1><dl>{}</dl>{}</body></html>",
)
FIELDS = "<dt>Start Date</dt><dd>2015</dd><dt>Year</dt><dd>2015</dd><dt>Projects ID</dt><dd>LM.9911</dd>"
URL = "https://iom.int/project/roads"
CANONICAL = f"<link rel=canonical href={URL}>"
ARCHIVE = "https://web.archive.org/web/20190312101112"
OLD = "https://developmentfund.iom.int/projects/roads"
SINGLE = "<!--\n Page saved with SingleFile \n url: {} \n saved date: {} (Pacific Standard Time)\n-->"
SAVED = "Thu Mar 10 2022 19:12:36 GMT-0800"
ARCHIVED = "<!-- FILE ARCHIVED ON 10:11:12 Mar 12, 2019 AND RETRIEVED FROM THE ARCHIVE -->"
FROM = "<!-- saved from url=({:04})" + "{} -->"
TOOLBAR = (
    "<!-- BEGIN WAYBACK TOOLBAR INSERT --><h1>11 captures</h1><a href=https://archive.org/donate>Donate</a>"
    '<script>__wm.bt(750,27,25,2,"web","http://developmentfund.iom.int/projects/roads","20190312101112",1996)'
    "</script><p>Start Date</p><p>1999</p><!-- END WAYBACK TOOLBAR INSERT -->"
)


def _page(before: str = "", head: str = "", prose: str = "", top: str = "") -> str:
    return HEAD.format(before, head) + top + BODY.format(FIELDS, prose)


CASES = {
    "canonical link": (_page(head=CANONICAL), URL, ""),
    "SingleFile": (_page(head=SINGLE.format(URL, SAVED)), URL, "2022-03-10"),
    "SingleFile and canonical": (
        _page(head=SINGLE.format(URL + "?utm_source=x", SAVED) + CANONICAL),
        URL,
        "2022-03-10",
    ),
    "a relative canonical link": (
        _page(head=SINGLE.format(URL, SAVED) + "<link rel='canonical shortlink' href=/project/roads>"),
        URL,
        "2022-03-10",
    ),
    "SingleFile of a local file": (_page(head=SINGLE.format("file:///home/x.html", SAVED)), "", "2022-03-10"),
    "Chrome": (_page(FROM.format(len(URL), URL)), URL, ""),
    "Chrome, of no page": (_page("<!-- saved from url=(0014)about:internet -->"), "", ""),
    "an archived canonical link": (
        _page(head=f"<link rel=canonical href={ARCHIVE}/{OLD}>"),
        OLD,
        "2019-03-12",
    ),
    "an archived page, saved by SingleFile": (
        _page(head=SINGLE.format(f"{ARCHIVE}/{OLD}", SAVED) + f"<link rel=canonical href={OLD}>"),
        OLD,
        "2019-03-12",
    ),
    "an archived page, saved by Chrome": (
        _page(FROM.format(len(f"{ARCHIVE}/{OLD}"), f"{ARCHIVE}/{OLD}"), prose=ARCHIVED),
        OLD,
        "2019-03-12",
    ),
    "an archived page with its toolbar": (
        _page(top=TOOLBAR),
        "http://developmentfund.iom.int/projects/roads",
        "2019-03-12",
    ),
    "an archived page whose comment alone is left": (
        _page(head=CANONICAL, prose=ARCHIVED),
        URL,
        "2019-03-12",
    ),
    "an archive's address of a year": (
        _page(head=SINGLE.format(f"https://web.archive.org/web/2019/{OLD}", SAVED)),
        OLD,
        "",
    ),
    "an archive's address with a port and a flag": (
        _page(
            head=f"<link rel=canonical href={ARCHIVE}id_/http://developmentfund.iom.int:80/projects/roads>"
        ),
        "http://developmentfund.iom.int/projects/roads",
        "2019-03-12",
    ),
    "nothing": (_page(), "", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_saved_page_tells_its_address_and_its_day(harvested: Harvested, name: str) -> None:
    page, url, day = CASES[name]
    (row,), done = harvested({"p.html": page})
    assert (row["url"], row["captured"], row["title"], row["start_year"]) == (url, day, "Roads", "2015")
    expected = [*(["no-url"] if not url else []), *(["no-day"] if not day else [])]
    assert [found.rule for found in done.findings] == expected


def test_an_archived_page_links_to_what_the_page_linked_to(harvested: Harvested) -> None:
    links = f"<a href={ARCHIVE}/https://example.org/a>a</a><a href=https://example.org/b>b</a>"
    (row,), _ = harvested({"p.html": _page(prose=links + ARCHIVED, top=TOOLBAR)})
    assert row["links"] == "https://example.org/a https://example.org/b"
    (row,), _ = harvested({"q.html": _page(prose=links)})[0][1:], None
    assert row["links"] == f"https://example.org/b {ARCHIVE}/https://example.org/a"


def test_an_archived_page_that_was_printed_as_text_tells_its_origin(harvested: Harvested) -> None:
    text = f"The Wayback Machine - {ARCHIVE}/{OLD}\nRoads\n"
    text += "-\nYear\n2015\n-\nStart Date\n2015\n-\nProjects ID\nLM.9911\n"
    (row,), _ = harvested({"p.txt": text})
    assert (row["url"], row["captured"]) == (OLD, "2019-03-12")


DOUBTS = {
    "two canonical links": (_page(head=CANONICAL + f"<link rel=canonical href={OLD}>"), "address-unclear", 1),
    "another page's canonical link": (
        _page(FROM.format(len(OLD), OLD), "\n" + CANONICAL),
        "address-unclear",
        1,
    ),
    "an address that was changed": (_page(FROM.format(len(URL) + 1, URL)), "bad-origin", 1),
    "a day that no calendar has": (
        _page(head=SINGLE.format(URL, "Thu Feb 30 2022 19:12:36 GMT-0800")),
        "bad-origin",
        1,
    ),
    "an address that can't be taken apart": (
        _page(head="\n<link rel=canonical href='http://['>"),
        "bad-origin",
        2,
    ),
    "an archive's day that no calendar has": (
        _page(head=f"\n\n<link rel=canonical href=https://web.archive.org/web/20191399000000/{OLD}>"),
        "bad-origin",
        3,
    ),
    "two days of an archive": (
        _page(
            head=f"<link rel=canonical href={ARCHIVE[:-6]}000000/{OLD}>",
            prose="\n" + ARCHIVED.replace("12, 2019", "15, 2019"),
        ),
        "day-unclear",
        2,
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_marks_that_disagree_or_can_not_be_read_are_reported_at_their_line(
    harvested: Harvested, name: str
) -> None:
    page, rule, line = DOUBTS[name]
    (row,), done = harvested({"p.html": page})
    told = [found for found in done.findings if found.severity.word == "should"]
    assert [(found.rule, str(found.place)) for found in told] == [(rule, f"p.html:{line}")]
    assert (row["url"] == "") == (rule == "address-unclear" or "changed" in name or "taken apart" in name)
    assert all(found.text(lang) for found in told for lang in ("en", "fr", "es"))


@pytest.mark.parametrize(
    ("catalogue", "rules", "url", "day"),
    [
        (f"{URL},en,2022-03-11", [], URL, "2022-03-11"),
        (f"{OLD},en,2022-03-10", ["address-differs"], OLD, "2022-03-10"),
        (f"{URL},en,2026-01-01", ["day-differs"], URL, "2026-01-01"),
        (f"{ARCHIVE}/{URL},en,", [], URL, "2019-03-12"),
        (",en,", [], URL, "2022-03-10"),
    ],
)
def test_what_the_catalogue_says_counts_and_a_file_that_says_otherwise_is_reported(
    harvested: Harvested, catalogue: str, rules: list[str], url: str, day: str
) -> None:
    page = _page(head=SINGLE.format(URL, SAVED))
    (row,), done = harvested(
        {"p.html": page, "captures.csv": f"file,url,lang,captured\np.html,{catalogue}\n"}
    )
    assert [found.rule for found in done.findings] == rules
    assert (row["url"], row["captured"]) == (url, day)


@pytest.mark.parametrize(
    ("case", "url", "day"),
    [
        ("chrome", "https://iom.int/project/roads-invented-towns", ""),
        ("sf", "https://iom.int/project/roads-invented-towns", "2022-03-10"),
        ("mhtml", "https://iom.int/project/roads-invented-towns", "2026-11-03"),
        ("wayback", OLD, "2019-03-12"),
    ],
)
def test_the_collected_cases_tell_their_origin(
    harvested: Harvested, shared: Path, case: str, url: str, day: str
) -> None:
    (row,), _ = harvested([shared / "cases/pages" / case])
    assert (row["url"], row["captured"], row["project_id"], row["states"]) == (url, day, "LM.9911", "Kenya")


PIECES = st.sampled_from(
    [
        "<!--",
        "-->",
        " Page saved with SingleFile\n url: ",
        "saved date: ",
        SAVED,
        URL,
        f"{ARCHIVE}/",
        "http://[",
        "saved from url=(",
        "0029",
        ")",
        "<script>",
        "</script>",
        '__wm.wombat("',
        '","20190312101112"',
        "\n",
        "FILE ARCHIVED ON ",
        "BEGIN WAYBACK TOOLBAR INSERT",
        "<link rel=canonical href='",
        "'>",
        "https:////",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=30))
def test_no_mark_raises(pieces: list[str]) -> None:
    page = html.read("".join(pieces))
    links = [mark for text, line in page.canonicals for mark in origins.canonical(text, line, page.marks)]
    found = origins.origin([*links, *page.marks])
    assert not found.url or origins.is_address(found.url)


def test_marks_of_one_page_agree_whatever_a_visitor_added() -> None:
    one, other = (
        Mark("a", 1, address=URL),
        Mark("b", 2, address="http://www.iom.int/project/roads/?fbclid=1#top"),
    )
    assert origins.origin([one, other]).rivals == ()
    assert [rival.rule for rival in origins.origin([one, Mark("b", 2, address=URL + "?id=2")]).rivals] == [
        "address-unclear"
    ]
