"""The difference of two sorted lists of lines is that of the sets, and can be undone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.release import patch
from iomgraph.release.difference import difference, undone

LINES = st.sets(st.text("ab€", max_size=3).map(lambda text: f'<urn:s> <urn:p> "{text}" .\n'), max_size=12)


@given(LINES, LINES)
def test_it_is_the_difference_of_the_sets_in_order(old: set[str], new: set[str]) -> None:
    changes = list(difference(sorted(old), sorted(new)))
    assert {line for sign, line in changes if sign == "A"} == new - old
    assert {line for sign, line in changes if sign == "D"} == old - new
    assert [line for _, line in changes] == sorted(old ^ new)


@given(LINES, LINES)
def test_undone_it_gives_the_old_lines_back(old: set[str], new: set[str]) -> None:
    rows = list(patch.rows(difference(sorted(old), sorted(new)), "urn:new", "urn:old"))
    assert list(undone(sorted(new), patch.changes(rows))) == sorted(old)


def test_it_reads_no_further_than_it_must() -> None:
    read: list[int] = []

    def lines(step: int) -> list[str]:
        return [f"{number:06}\n" for number in range(0, 1000, step)]

    def watched() -> object:
        for number, line in enumerate(lines(1)):
            read.append(number)
            yield line

    changes = difference(watched(), lines(2))  # type: ignore[arg-type]
    next(changes)
    assert len(read) < 5
