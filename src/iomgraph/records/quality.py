"""The quality of a release as records: facts with their grounds, discrepancies, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, Part, Value
from iomgraph.claims.pages import PageRef
from iomgraph.findings import LINES, Finding
from iomgraph.immutable import immutable
from iomgraph.processes import JSON, Form
from iomgraph.records import properties, topics
from iomgraph.records.reconcile import UNDECIDED, Decision
from iomgraph.records.record import Record
from iomgraph.records.rules import Rival
from iomgraph.records.titles import Title
from iomgraph.sources.rules import Reporter
from iomgraph.sources.wording import each

_PAGES = 64
"""Choices of pages whose captures are remembered, because most facts of a project rest on the same."""


@immutable
class Subject:
    """A property of a project.

    Args:
        key: the project's key.
        about: the project's CURIE.
        name: the property, `endYear`; for a title with its language, `title@fr`.
    """

    key: str
    about: str
    name: str

    @property
    def term(self) -> str:
        """The property without its language, as it is claimed."""
        return self.name.partition("@")[0]

    @property
    def published(self) -> str:
        """The property without its language, as the context names it."""
        return properties.RENAMED.get(self.term, self.term)

    @property
    def slug(self) -> str:
        """Return the end of the IRIs of records about this property of this project."""
        return f"{self.key}-{self.name.replace('@', '-')}"


def fact(subject: Subject, decision: Decision) -> Record:
    """The fact of a published value: the pages that gave it, and the rule that chose it."""
    return {
        "id": iris.curie("facts", subject.slug),
        "type": ["Fact"],
        "project": [subject.about],
        "property": subject.published,
        "decidedBy": iris.curie("rules", decision.rule),
        "wasDerivedFrom": captures(decision.accepted),
    }


def read_off(subject: Subject, pages: Iterable[Page]) -> Record:
    """A fact that no page states, with the pages whose titles tell it."""
    return {
        "id": iris.curie("facts", subject.slug),
        "type": ["Fact"],
        "project": [subject.about],
        "property": subject.published,
        "decidedBy": iris.curie("rules", topics.RULE),
        "basis": iris.curie("bases", "title"),
        "wasDerivedFrom": captures(pages),
    }


def captures(pages: Iterable[Page | PageRef]) -> list[str]:
    """The CURIEs of the captures of pages, each once, in order of the pages."""
    return list(_captures(tuple([page.capture_key for page in pages])))


@lru_cache(_PAGES)
def _captures(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(iris.curie("captures", key) for key in keys))


def discrepancy(subject: Subject, decision: Decision) -> Record:
    """The rival values that pages claim, and the rule that decided between them."""
    name = iris.curie("discrepancies", subject.slug)
    return {
        "id": name,
        "type": ["Discrepancy", "QualityAnnotation"],
        "project": [subject.about],
        "hasTarget": [subject.about],
        "motivatedBy": "dqv:qualityAssessment",
        "property": subject.published,
        "decidedBy": iris.curie("rules", decision.rule),
        "rival": [_rival(f"{name}/{n}", rival, decision) for n, rival in enumerate(decision.rivals, 1)],
    }


def _rival(name: str, rival: Rival, decision: Decision) -> Record:
    values = [str(item) for item in rival.value] if isinstance(rival.value, tuple) else [str(rival.value)]
    resources = rival.claims[0].term in properties.LINKED
    return {
        "id": name,
        "type": ["Claim"],
        "claimedResource" if resources else "claimedValue": values,
        "wasDerivedFrom": captures(rival.pages),
        "accepted": rival.value == decision.value and not rival.aside,
    }


def report(subject: Subject, decision: Decision, reporter: Reporter) -> None:
    """Report claims that were set aside, and disagreements, at the cell of the rejected value."""
    words, kept = reporter.rules.words, decision.value
    sound = [rival for rival in decision.rivals if not rival.aside]
    for rival in decision.rivals:
        for claim in rival.claims if rival.aside and rival.value != decision.value else ():
            rule = "set-aside" if kept is None else "rejected"
            reporter.report(
                rule,
                claim.place,
                about=subject.about,
                value=shown(rival.value),
                source=claim.source,
                term=words.term(subject.name),
                said=words.value(rival.value),
                by=words.rule(rival.aside),
                kept="" if kept is None else words.value(kept),
            )
    if len(sound) > 1:
        worst = sound[-1].claims[0]
        reporter.report(
            "undecided" if decision.rule == UNDECIDED else "disagreement",
            worst.place,
            about=subject.about,
            value=shown(sound[-1].value),
            source=worst.source,
            term=words.term(subject.name),
            by=words.rule(decision.rule),
            values=each(lambda lang: " | ".join(words.value(rival.value)[lang] for rival in sound)),
        )


def report_untidy(title: Title, claim: Claim, about: str, reporter: Reporter) -> None:
    """Report the corrections of a title."""
    raw = str(claim.value)
    if title.changes:
        words = reporter.rules.words
        how = each(lambda lang: ", ".join(words.remark(f"title: {one}")[lang] for one in title.changes))
        reporter.report("untidy-title", claim.place, about=about, value=raw, source=claim.source, how=how)
    if title.cut:
        reporter.report("title-cut", claim.place, about=about, value=raw, source=claim.source)


_SHORT = frozenset(
    {"states", "statuses", "themes", "coverages", "regions", "sectors", "activity-scopes", "sdg"}
)


def shown(value: Value | Part) -> str:
    """A value as a message shows it: names without their prefix.

    Example:
        >>> shown(("states:GEO", "states:ARM")), shown(2009)
        ('GEO ARM', '2009')
    """
    if isinstance(value, tuple):
        return " ".join(shown(item) for item in value)
    text = str(value)
    head, colon, rest = text.partition(":")
    return rest if colon and head in _SHORT else text


def finding(found: Finding, key: str = "") -> Record:
    """A finding as a record, without its row, so that moving rows does not change any quad.

    Args:
        found: the finding.
        key: its key, if the caller has it.
    """
    record: Record = {
        "id": iris.curie("findings", key or found.key),
        "type": ["Finding", "QualityAnnotation"],
        "severity": iris.curie("severities", found.severity.word),
        "rule": found.rule if ":" in found.rule else iris.curie("rules", found.rule),
        "message": {lang: [text] for lang, text in sorted(found.message.items())},
        "motivatedBy": "dqv:qualityAssessment",
    }
    if found.about:
        record["hasTarget"] = [found.about]
    if found.place:
        parts = [found.place.sheet, f"column {found.place.column}" if found.place.column else ""]
        within = ", ".join(part for part in parts if part)
        record["place"] = f"{found.place.file} ({within})" if within else found.place.file
    if found.value:
        record["offendingValue"] = found.value
    return record


Noted = tuple[bytes, bytes, bytes]
"""The name and the record of a finding, and the finding as `LINES` writes it."""
NOTED = Form(b"\t".join, lambda data: tuple(data.split(b"\t", 2)))
"""The form of findings with their records."""


def noted(found: Iterable[Finding]) -> Iterator[Noted]:
    """Yield findings with their records, as `NOTED` writes them.

    Example:
        >>> from iomgraph.findings import Place, Severity
        >>> found = Finding("r", Severity.MAY, {"en": "m"}, place=Place("t.csv", row=1))
        >>> [name for name, _, _ in noted([found])] == [finding(found)["id"].encode()]
        True
    """
    for one in found:
        record = finding(one)
        yield record["id"].encode(), JSON.write(record), LINES.write(one)
