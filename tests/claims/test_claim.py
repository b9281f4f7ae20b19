"""Claims hold values that can be compared, kept on disk, and named by language."""

from __future__ import annotations

from iomgraph.claims.claim import Claim, Page, Part
from iomgraph.claims.pages import spooled
from iomgraph.findings import Place

HERE = Place("a.xml", line=812, path="/iati-activities/iati-activity[3]/budget[2]/value")


def test_parts_with_equal_content_are_equal_anywhere() -> None:
    one, other = Part.of(HERE, value="5", currency="USD"), Part.of(currency="USD", value="5", validFrom="")
    assert (one, hash(one)) == (other, hash(other))
    assert one != Part.of(value="5", currency="EUR")
    assert (one["value"], one.get("validFrom")) == ("5", None)


def test_an_activity_comes_back_from_disk_with_its_parts_and_places() -> None:
    page = Page("a-1", "", "", "", False, HERE, kind="iati", capture="a")
    page.claim(Claim("budget", (Part.of(HERE, value="5", currency="USD"),), HERE, Place("a.xml")))
    page.claim(Claim("iatiIdentifier", "XM-1", HERE, HERE))
    page.claim(Claim("title", "Roads", HERE, HERE, "en"))
    page.claim(Claim("title", "Routes", HERE, HERE, "fr"))
    (held,) = spooled([page])
    assert (held.kind, held.capture_key) == ("iati", "a")
    # Memory holds no more of an activity than its identifiers.
    assert (held.says("budget"), held.says("iatiIdentifier")) == (None, "XM-1")
    assert held.whole == page
    part = held.whole.claims["budget"].value[0]  # type: ignore[index]
    assert isinstance(part, Part)
    assert part.place == HERE
    assert {name: claim.place for name, claim in held.claims.items()} == dict.fromkeys(page.claims, HERE)


def test_a_text_is_claimed_once_for_each_language() -> None:
    page = Page("p", "", "fr", "", False, Place("t.csv", row=1))
    page.claim(Claim("title", "Roads", HERE, HERE, "en"))
    page.claim(Claim("title", "Routes", HERE, HERE, "fr"))
    assert list(page.claims) == ["title@en", "title@fr"]
    assert [claim.value for claim in page.texts("title")] == ["Roads", "Routes"]
    assert (page.first("title"), page.first("status")) == (page.claims["title@en"], None)
    assert (page.text("title@fr"), page.text("title")) == ("Routes", "")
