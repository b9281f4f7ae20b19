"""An examination: the survey of a publisher, then one group of checks after another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iomgraph.doctor.case import Case, Check, SkipError
from iomgraph.doctor.client import Client, ElsewhereError, ExhaustedError
from iomgraph.doctor.groups import GROUPS
from iomgraph.doctor.limits import Limits
from iomgraph.doctor.publisher import Publisher
from iomgraph.doctor.survey import survey
from iomgraph.errors import RemoteError, SettingsError
from iomgraph.findings import Finding, Severity
from iomgraph.remote import address
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import rules
from iomgraph.sources.rules import COLUMNS
from iomgraph.sources.tables import Tables
from iomgraph.validation.report import Report
from iomgraph.validation.rulebook import Rule

TABLE = "doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of an examination.

    Args:
        limits: limits of requests to the server.
        endpoint: address of the SPARQL endpoint, if descriptions do not give it.
        iris: IRIs of things to look up; by default, the survey finds some.
        shapes: files of shapes for the catalogue; by default, our own.
        without: groups to leave out.
        follow: other hosts may be asked, too.
        heavy: one very slow query may be sent.
    """

    limits: Limits = field(default_factory=Limits)
    endpoint: str = ""
    iris: Sequence[str] = ()
    shapes: Sequence[Path] = ()
    without: Collection[str] = ()
    follow: bool = False
    heavy: bool = False


@dataclass
class Tally:
    """Figures of one group.

    Args:
        made: number of checks that were made.
        left: number of checks that were not.
        findings: number of findings.
    """

    made: int = 0
    left: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of an examination.

    Args:
        publisher: the examined publisher.
        findings: the findings.
        notes: checks that were not made, and the reasons.
        groups: name of a group to its figures.
        requests: number of requests sent.
    """

    publisher: Publisher
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    groups: dict[str, Tally]
    requests: int

    @property
    def report(self) -> Report:
        """The report, for the writers of all formats of reports."""
        counts: dict[str, float] = {"requests": self.requests}
        for name, tally in self.groups.items():
            counts |= {f"{name}_checks": tally.made, f"{name}_not_made": tally.left}
        return Report(
            conforms=not self.findings and not any(one.severity is Severity.MUST for one in self.notes),
            findings=self.findings,
            results=(),
            notes=self.notes,
            files=(self.publisher.url,),
            rules=_names({one.rule for one in self.findings}),
            counts=counts,
        )


def examine(
    url: str, options: Options | None = None, say: Callable[[str, int, int], object] = lambda *_: None
) -> Diagnosis:
    """Check a publisher of linked data from outside. No request can change anything there.

    Args:
        url: address of its site, of a thing, of a description, or of its endpoint.
        options: the checks to make, and the limits of requests.
        say: takes the group that begins, the number of groups done, and their total.

    Raises:
        SettingsError: if the address can't be requested, or a group is unknown.
        RemoteError: if nothing answers there.

    Example:
        >>> examine("http://localhost:1/")
        Traceback (most recent call last):
        iomgraph.errors.RemoteError: nothing answers here (the server can't be reached (Connection \
refused)): http://localhost:1/
          Next: check the address, and whether the server runs
    """
    given = options or Options()
    address.check(url, "a server", "leave them out: what is published needs none")
    unknown = sorted(set(given.without) - set(GROUPS))
    if unknown:
        step = f"the groups are: {', '.join(GROUPS)}"
        raise SettingsError("there is no such group of checks", where=", ".join(unknown), step=step)
    client = Client(url, given.limits, follow=given.follow)
    say("survey", 0, len(GROUPS))
    try:
        publisher = survey(client, url, given.endpoint, given.iris, given.limits.samples)
    except ExhaustedError as error:
        step = "allow more, with --requests or --time"
        raise RemoteError(f"the survey alone needs more than {error}", where=url, step=step) from None
    case = Case(
        client=client,
        publisher=publisher,
        rules=rules.read(Tables(resources() / "data"), TABLE),
        samples=given.limits.samples,
        heavy=given.heavy,
        shapes=tuple(given.shapes),
    )
    return _run(case, given.without, say)


def _run(case: Case, without: Collection[str], say: Callable[[str, int, int], object]) -> Diagnosis:
    if case.publisher.space.published:
        case.note("other-space", case.publisher.space.served, value=case.publisher.space.published)
    findings: list[Finding] = []
    groups = {name: Tally() for name in GROUPS}
    for done, (name, checks) in enumerate(GROUPS.items()):
        say(name, done, len(GROUPS))
        if name in without:
            groups[name].left = len(checks)
            case.note("left-out", case.publisher.url, value=name)
            continue
        for check in checks:
            found = _made(case, check)
            if found is None:
                groups[name].left += 1
                continue
            groups[name].made += 1
            groups[name].findings += len(found)
            findings += found
    say("", len(GROUPS), len(GROUPS))
    ordered = sorted(
        dict.fromkeys(findings), key=lambda one: (-one.severity, one.rule, str(one.place), one.about)
    )
    notes = tuple(sorted(dict.fromkeys(case.notes), key=lambda one: (-one.severity, one.rule, one.text())))
    return Diagnosis(case.publisher, tuple(ordered), notes, groups, case.client.requests)


def _made(case: Case, check: Check) -> list[Finding] | None:
    """Make a check; return None, and add a note, if it can't be completed."""
    try:
        return list(check(case))
    except SkipError as skip:
        case.note(skip.rule, case.publisher.url, value=skip.value)
    except ElsewhereError as error:
        case.note("elsewhere", case.publisher.url, value=error)
    except ExhaustedError as error:
        case.note("used-up", case.publisher.url, value=error)
    return None


def _names(used: Collection[str]) -> dict[str, Rule]:
    rows = Tables(resources() / "data").read(f"vocabulary/{TABLE}.csv", COLUMNS)
    return {
        row["rule"]: Rule({lang: row[f"name_{lang}"] for lang in LANGUAGES})
        for row in rows
        if row["rule"] in used
    }
