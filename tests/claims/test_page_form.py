"""The form of pages on disk gives back whatever a page says, and does not change if the page moves."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.claims.claim import Claim, Page, Part
from iomgraph.claims.page_form import PAGES, absolute, relative, said
from iomgraph.findings import Place

NUMBERS = st.none() | st.integers(1, 40)
NAMES = st.sampled_from(["", "a.csv", "b.xml"])
PATHS = st.sampled_from(["", "/a[1]", "/a[1]/b", "/a[2]/b"])
PLACES = st.builds(Place, NAMES, NUMBERS, NAMES, NUMBERS, NAMES, NUMBERS, PATHS, NAMES)
PARTS = st.builds(
    lambda text, number, texts, place: Part.of(
        place, name=text, value=number, states=texts, text=(("en", text),)
    ),
    st.text(),
    st.integers(),
    st.lists(st.text()).map(tuple),
    st.none() | PLACES,
)
VALUES = st.text() | st.integers() | st.lists(st.text()).map(tuple) | st.lists(PARTS).map(tuple)
CLAIMS = st.lists(st.builds(Claim, st.text(), VALUES, PLACES, PLACES, NAMES))
PAGE = st.builds(
    Page, st.text(), st.text(), NAMES, NAMES, st.booleans(), PLACES, kind=NAMES, capture=st.text()
)


def _places(page: Page) -> Iterator[Place | None]:
    for claim in page:
        yield from (
            (part.place for part in claim.value if isinstance(part, Part))
            if isinstance(claim.value, tuple)
            else ()
        )


@given(PAGE, CLAIMS)
def test_a_page_comes_back_with_all_its_claims_and_places(page: Page, claims: list[Claim]) -> None:
    for claim in claims:
        page.claim(claim)
    again = PAGES.read(PAGES.write(page))
    assert again == page
    assert list(_places(again)) == list(_places(page))


@given(PLACES, PLACES)
def test_a_place_comes_back_relative_to_any_other(place: Place, base: Place) -> None:
    assert absolute(relative(place, base), base) == place


def test_a_page_that_moves_with_its_claims_says_the_same() -> None:
    def activity(number: int) -> bytes:
        place = Place("a.xml", line=10 * number, path=f"/iati-activities/iati-activity[{number}]")
        title = Place("a.xml", line=10 * number + 3, path=f"{place.path}/title")
        page = Page("a", "", "", "", False, place, kind="iati")
        page.claim(Claim("title", "Roads", title, title, "en"))
        return PAGES.write(page)

    assert said(activity(1)) == said(activity(12))
    assert activity(1) != activity(12)
