"""The project's English, by the rules of `prose.csv`."""

from __future__ import annotations

from functools import cache

import pytest

from .prose import Passage, Rule, passages, rules

WRONG = {
    "docstring-start": "Whether a page is one of a project.",
    "is-not-a": "this is no release of iomgraph",
    "that-is-why": "Pages disagree: that is why there are findings.",
    "anyone-who": "a hint for who asks by a plain label",
    "per-process": "writes one a line",
    "but-for": "all of it, but for the claims",
    "not-so": "a query is not sent so, but by POST",
    "trailing-so": "the name is written so.",
    "twice": "this is there twice",
    "participle-noun": "returns the found",
    "mended": "the row was mended",
    "it-is-none": "if there is no day, or it is none",
    "outside-of": "a file outside of the folder",
    "costs-itself": "a malformed row costs itself",
    "letters": "a code of two letters",
    "release-before": "a comparison with the release before",
    "told": "say: told how many files are read",
}


@cache
def _passages() -> tuple[Passage, ...]:
    return tuple(found for found in passages() if "prose" not in found.path)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_the_project_keeps_each_rule_of_its_english(rule: Rule) -> None:
    assert not list(rule.breaches(_passages()))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_each_rule_finds_what_it_forbids(rule: Rule) -> None:
    wrong = Passage("page.md", 7, WRONG[rule.name], docstring=rule.docstrings)
    (breach,) = rule.breaches([wrong])
    assert breach.startswith("page.md:7: ")
    assert breach.endswith(rule.instead)


def test_english_is_read_from_every_kind_of_file() -> None:
    read = {found.path.rpartition(".")[2] for found in _passages()}
    assert read == {"py", "md", "rq", "ttl", "csv", "yml"}
