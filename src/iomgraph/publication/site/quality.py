"""The page of quality: findings by rule, now and in earlier versions, and the disagreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from iomgraph.findings import Finding, Findings, Severity
from iomgraph.publication.site.project import SHAPES, placed
from iomgraph.publication.site.things import Text, told
from iomgraph.publication.site.view import Item, View
from iomgraph.release.history import Version


@dataclass(frozen=True, slots=True)
class Kind:
    """The findings of a rule.

    Args:
        rule: of them; for a shape, its name.
        page: of the rules that the shape stands on; empty for a rule that is not a shape.
        anchor: its place on that page: its name in IRIs.
        severity: of the worst; None where the version has no finding of the rule.
        message: of one of them.
        place: of that one, in words.
        counts: in each version compared, the newest last; None where a version tells none.
    """

    rule: Item
    page: str
    anchor: str
    severity: Item | None
    message: Text | None
    place: str
    counts: tuple[int | None, ...]


Names = Mapping[str, Mapping[str, str]]


def shown(
    view: View, findings: Findings, versions: Sequence[Version], names: Names = MappingProxyType({})
) -> dict[str, Any]:
    """Gather what the page shows.

    Args:
        view: in the language of the page.
        findings: of the build.
        versions: the last ones, this one at their end.
        names: rule that is a shape to its name, by language.
    """
    examples: dict[str, Finding] = {}
    for finding in findings:
        worst = examples.setdefault(finding.rule, finding)
        if finding.severity > worst.severity:
            examples[finding.rule] = finding
    gone = {rule for version in versions for rule in version.findings} - examples.keys()
    ordered = sorted(examples, key=lambda rule: (-examples[rule].severity, rule))
    return {
        "totals": [
            (view.thing(f"severities:{severity.word}"), findings.severities[severity])
            for severity in sorted(Severity, reverse=True)
        ],
        "versions": [version.version for version in versions],
        "kinds": [
            _kind(
                _called(rule, view, names.get(rule, {})),
                view,
                examples.get(rule),
                [_before(one, rule) for one in versions[:-1]] + [findings.rules[rule]],
            )
            for rule in (*ordered, *sorted(gone))
        ],
        "discrepancies": len(view.things.of_class("Discrepancy")),
    }


def _before(version: Version, rule: str) -> int | None:
    return version.findings.get(rule, 0) if version.findings else None


def _called(rule: str, view: View, names: Mapping[str, str]) -> tuple[str, Item]:
    """A rule and its name."""
    if f"rules:{rule}" in view.things.records:
        return rule, view.thing(f"rules:{rule}")
    text = told(names, view.lang) if names else Text(rule.removeprefix(SHAPES))
    return rule, Item(text.text, text.lang)


def _kind(
    called: tuple[str, Item], view: View, example: Finding | None, counts: Sequence[int | None]
) -> Kind:
    rule, item = called
    if example is None:
        return Kind(item, "", "", None, None, "", tuple(counts))
    word = example.severity.word
    return Kind(
        item,
        f"rules/{word}" if rule.startswith(SHAPES) else "",
        rule.removeprefix(SHAPES),
        view.thing(f"severities:{word}"),
        Text(example.text(view.lang), "" if view.lang in example.message else "en"),
        placed(example.place, view),
        tuple(counts),
    )
