"""JUnit XML: well-formed whatever is in the data, failures and errors told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report


@pytest.mark.parametrize("letter", ["\uffff", "\ufffe", "\x00", "\x1b", "\x0b", "\ud800"])
def test_a_character_that_xml_has_not_is_replaced(written: Callable[..., str], letter: str) -> None:
    found = Finding(f"r{letter}", Severity.MUST, {"en": f"m{letter}"}, value=f"v{letter}<&>\"'")
    suite = ElementTree.fromstring(written("junit", Report(False, (found,), ())))
    (failure,) = suite.iter("failure")
    assert failure.text == "m� (v�<&>\"')"


@given(text=st.text())
def test_any_text_is_well_formed(written: Callable[..., str], text: str) -> None:
    found = Finding(text, Severity.MUST, {"en": text}, text, text, Place(text, line=1))
    ElementTree.fromstring(written("junit", Report(False, (found,), (), notes=(found,))))


def test_what_was_not_evaluated_is_an_error_and_the_counts_are_right(
    validated: Callable[..., Report], written: Callable[..., str]
) -> None:
    notes = (
        Finding("unknown-term", Severity.MUST, {"en": "unknown"}, place=Place("data/shapes.ttl", line=5)),
        Finding("assumed", Severity.MAY, {"en": "a prefix"}),
    )
    suite = ElementTree.fromstring(written("junit", replace(validated(), notes=notes))).find("testsuite")
    assert suite is not None
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["4", "2", "1"]
    assert [len(list(suite.iter(tag))) for tag in ("testcase", "failure", "error")] == [4, 2, 1]
    (error,) = suite.iter("error")
    assert error.text == "data/shapes.ttl:5: unknown"


def test_people_read_what_to_do_in_their_language(
    validated: Callable[..., Report], written: Callable[..., str]
) -> None:
    suite = ElementTree.fromstring(written("junit", validated(), "fr"))
    titles = {str(failure.get("message")).partition(":")[0] for failure in suite.iter("failure")}
    assert titles == {"1 À corriger (sh", "2 Bloquant (sh"}
