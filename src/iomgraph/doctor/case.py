"""A case: the input of a check, and its way to report findings and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iomgraph.doctor.client import Client
from iomgraph.doctor.publisher import Publisher
from iomgraph.findings import Finding, Place
from iomgraph.remote.visitor import Response
from iomgraph.sources.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A publisher under examination.

    Args:
        client: sends requests.
        publisher: the facts about it.
        rules: severity and message of each rule.
        samples: number of links and files to look up.
        heavy: a slow query may be sent.
        shapes: files of shapes for the catalogue; empty for the built-in ones.
        notes: checks that were not made, and the reasons.
    """

    client: Client
    publisher: Publisher
    rules: Rules
    samples: int = 3
    heavy: bool = False
    shapes: tuple[Path, ...] = ()
    notes: list[Finding] = field(default_factory=list)

    def finding(
        self, rule: str, at: Response | str, *, about: str = "", value: object = "", **words: Any
    ) -> Finding:
        """Make the finding of a rule; its place is an address, with the request.

        Args:
            rule: its name.
            at: the response that breaks it, or an address.
            about: the thing that it is about.
            value: the offending value.
            **words: filled into the message.
        """
        place = Place(at) if isinstance(at, str) else Place(at.url, label=_asked(at))
        return self.rules.finding(rule, place, about=about, value=str(value), **words)

    def note(self, rule: str, at: Response | str, *, value: object = "", **words: Any) -> None:
        """Note a check that is not made; the arguments are those of `finding`."""
        self.notes.append(self.finding(rule, at, value=value, **words))


class SkipError(Exception):
    """A check can't be made.

    Args:
        rule: the note with the reason.
        value: filled into its message.
    """

    def __init__(self, rule: str, value: str = "") -> None:
        super().__init__(rule)
        self.rule, self.value = rule, value


Check = Callable[[Case], Iterator[Finding]]
"""A function that yields findings about one aspect, which its docstring names."""


def outcome(response: Response) -> str:
    """Describe the outcome of a request: the status, or the reason why there is none.

    Example:
        >>> from iomgraph.remote.visitor import Visit
        >>> outcome(Response(Visit("http://a.example/"), 404))
        'status 404'
    """
    return f"status {response.status}" if response.status else response.error


def _asked(response: Response) -> str:
    """Describe how a request differs from a plain GET, so that readers can repeat it."""
    visit = response.visit
    method = [visit.method] if visit.method != "GET" else []
    headers = [
        f"{name}: {value}" for name, value in visit.headers.items() if (name, value) != ("Accept", "*/*")
    ]
    return ", ".join([*method, *headers])[:200]
