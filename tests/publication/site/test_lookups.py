"""The lookups that a page is made from: none is missed, and a changed result is noticed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from iomgraph.publication.site.lookups import Watch, Watched

READS: Mapping[str, Callable[[Watched[int]], object]] = {
    "a name": lambda names: names["a"],
    "a name that may not be there": lambda names: names.get("a"),
    "a name that is not there": lambda names: names.get("c", 0),
    "whether there is a name": lambda names: "c" in names,
    "the names": list,
    "a copy": lambda names: {**names},
    "another copy": dict,
    "the values": lambda names: list(names.values()),
    "the pairs": lambda names: list(names.items()),
    "the keys": lambda names: sorted(names.keys()),
    "how many": len,
    "whether there are any": bool,
    "a loop": lambda names: [names[name] for name in names],
}


def seen(
    read: Callable[[Watched[int]], object], items: dict[str, int]
) -> tuple[object, dict[str, list[str]]]:
    watch = Watch()
    names: Watched[int] = Watched("names", items, watch)
    with watch.noting() as found:
        gave = read(names)
    return gave, {"names": sorted(name for _, name in found)}


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(
    "changed", [{"a": 2, "b": 1}, {"a": 1}, {"a": 1, "b": 1, "c": 0}, {"b": 1}, {"a": 1, "b": 3}]
)
def test_a_changed_record_changes_the_digest_of_its_lookups(name: str, changed: dict[str, int]) -> None:
    before, lookups = seen(READS[name], {"a": 1, "b": 1})
    one, other = Watch(), Watch()
    Watched("names", {"a": 1, "b": 1}, one)
    Watched("names", changed, other)
    try:
        after, _ = seen(READS[name], changed)
    except KeyError:
        after = KeyError
    assert lookups["names"]
    if after != before:
        assert one.digest(lookups) != other.digest(lookups)


def test_a_lookup_of_another_kind_is_not_known() -> None:
    assert Watch().digest({"names": ["a"]}) is None


def test_nothing_is_noted_where_no_page_is_made() -> None:
    watch = Watch()
    names: Watched[int] = Watched("names", {"a": 1}, watch)
    assert names["a"] == 1
    assert watch.seen is None
