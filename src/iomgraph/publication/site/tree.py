"""The tree of a concept scheme that has levels, such as the regions of UN M49, with its projects."""

from __future__ import annotations

from dataclasses import dataclass

from iomgraph.publication.site.things import Things, natural
from iomgraph.publication.site.view import Item, View
from iomgraph.records.record import Record

_PLACED = "inM49Region"
"""The term that relates a state to its region."""

_BENEFIT = ("benefitingState", "otherBenefitingState")


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept with those below it.

    Args:
        item: the concept.
        code: its notation.
        here: whether the page is about it.
        projects: number of projects that benefit states in it, at any level.
        branches: the concepts below, in order of name.
    """

    item: Item
    code: str
    here: bool
    projects: str
    branches: tuple[Branch, ...]


def branches(record: Record, view: View) -> tuple[Branch, ...]:
    """Draw the whole tree of a concept or a scheme; nothing if it has only one level.

    Args:
        record: of the concept, or of the scheme.
        view: in the language of the page.
    """
    scheme = view.things.records.get(record.get("inScheme", ""), record)
    tops = scheme.get("hasTopConcept", ())
    if not any("narrower" in view.things.records[top] for top in tops if top in view.things.records):
        return ()
    return _drawn(tops, record["id"], view)


def projects(name: str, things: Things) -> set[str]:
    """Find the projects that benefit the states in a concept, or in one below it.

    Args:
        name: CURIE of the concept.
        things: every record.
    """
    found = {
        project
        for state in things.pointing(name).get(_PLACED, ())
        for term in _BENEFIT
        for project in things.pointing(state).get(term, ())
        if project.startswith("projects:")
    }
    return found.union(*(projects(below, things) for below in things.records[name].get("narrower", ())))


def _drawn(names: list[str], here: str, view: View) -> tuple[Branch, ...]:
    things, found = view.things, []
    for name in names:
        record = things.records[name]
        found.append(
            Branch(
                view.thing(name),
                record["notation"],
                name == here,
                view.number(len(projects(name, things))),
                _drawn(record.get("narrower", []), here, view),
            )
        )
    return tuple(sorted(found, key=lambda branch: natural(branch.item.text)))
