"""The summary of a change for people: new, removed and changed things, and new and fixed findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.mapping.context import Context
from iomgraph.publication.changes.lookup import Lookup, Names, look
from iomgraph.records.nested import KINDS
from iomgraph.release.difference import ADDED, Change, difference
from iomgraph.release.lines import graph_of

Statements = Callable[[], Iterator[str]]
"""A function that yields the statements of a release, in order, each time it is called."""

NEW, GONE, CHANGED = "new", "gone", "changed"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing, a property or a value.

    Args:
        id: CURIE, IRI or text.
        label: language to label; empty without one, as for values.
    """

    id: str
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alteration:
    """The change of one property of a thing.

    Args:
        property: the property.
        removed: values that it no longer has.
        added: values that are new.
        before: addresses of the pages of the old value.
        after: addresses of the pages of the new value.
        cells: cells of the new value in the tables.
    """

    property: Named
    removed: tuple[Named, ...]
    added: tuple[Named, ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """A new, removed or changed thing, such as a project, a state or a concept.

    Args:
        name: its CURIE and labels.
        kind: prefix of its CURIE (`projects`).
        fate: `new`, `gone` or `changed`.
        alterations: its changes; empty if it is new or gone.
    """

    name: Named
    kind: str
    fate: str
    alterations: tuple[Alteration, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A new or fixed finding."""

    id: str
    fate: str
    severity: str
    rule: str
    message: Mapping[str, str]
    about: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The changes of a release.

    Args:
        old: name of the old release.
        new: name of the new release.
        added: number of added statements.
        removed: number of removed statements.
        graphs: kind of graph to the numbers of statements added and removed.
        things: projects first, then by kind and name.
        findings: new ones, then fixed ones.
    """

    old: str
    new: str
    added: int
    removed: int
    graphs: Mapping[str, Mapping[str, int]]
    things: tuple[Thing, ...]
    findings: tuple[Note, ...]

    def document(self) -> dict[str, Any]:
        """The summary as JSON."""
        return asdict(self)

    def chosen(self, fate: str, *, projects: bool) -> list[Thing]:
        """The things of one fate, projects or all others."""
        return [t for t in self.things if t.fate == fate and (t.kind == "projects") is projects]


@dataclass(slots=True)
class _Seen:
    """Results of one pass over the difference: numbers, and the lines for people."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: list[Change] = field(default_factory=list)
    quality: list[Change] = field(default_factory=list)


def summarize(
    old: Statements,
    new: Statements,
    context: Context,
    names: Names,
    between: tuple[str, str] = ("", ""),
) -> Summary:
    """Summarise the changes from one release to the next.

    Statements are read three times; only the changes are in memory.

    Args:
        old: statements of the old release.
        new: statements of the new release.
        context: context of the new release.
        names: labels of properties, and the places of cells.
        between: the names of the two releases.

    Raises:
        PublicationError: if a release is damaged.
    """
    seen = _sorted_out(difference(old(), new()), context)
    owners = _by_owner(seen.facts, context)
    objects = (quad.object for quad in _quads(seen.facts))
    mentioned = {term.value for term in objects if isinstance(term, ox.NamedNode)}
    sides = [look(side, context, set(owners), mentioned) for side in (old, new)]
    things = [_thing(owner, owners[owner], sides, context, names) for owner in owners]
    signs = {sign: sum(n for (_, s), n in seen.counts.items() if s == sign) for sign in "AD"}
    kinds = sorted({kind for kind, _ in seen.counts})
    return Summary(
        *between,
        signs["A"],
        signs["D"],
        {kind: {"added": seen.counts[kind, "A"], "removed": seen.counts[kind, "D"]} for kind in kinds},
        tuple(sorted(things, key=lambda t: (t.kind != "projects", t.kind, t.name.id))),
        tuple(_notes(seen.quality, context)),
    )


def _sorted_out(changes: Iterable[Change], context: Context) -> _Seen:
    seen = _Seen()
    kinds = {"": "default"}
    for change in changes:
        sign, line = change
        graph = graph_of(line)
        if graph not in kinds:
            kinds[graph] = _kind(context.compact(graph[1:-1]))
        seen.counts[kinds[graph], sign] += 1
        if not graph:
            seen.facts.append(change)
        elif kinds[graph] == "quality":
            seen.quality.append(change)
    return seen


def _kind(graph: str) -> str:
    """The kind of a named graph; graphs of claims are of one kind."""
    prefix, _, name = graph.partition(":")
    return name if prefix == "graphs" else prefix


def _quads(changes: Iterable[Change]) -> Iterator[ox.Quad]:
    return ox.parse("".join(line for _, line in changes).encode(), format=ox.RdfFormat.N_QUADS)


def _by_owner(changes: list[Change], context: Context) -> dict[str, list[tuple[str, ox.Quad]]]:
    """Group changes by the thing that they are about; those of a budget belong to its project."""
    space = context.prefixes["projects"].removesuffix("project/")
    found: dict[str, list[tuple[str, ox.Quad]]] = defaultdict(list)
    for (sign, _), quad in zip(changes, _quads(changes), strict=True):
        found[owner_of(_value(quad.subject), space)].append((sign, quad))
    return found


_DEEP = {"sector": 3, "iati-region": 3}
"""First step of a thing's path to the number of its steps, if its code follows a vocabulary."""
_PROPERTIES = {kind.path: term for term, kind in KINDS.items()}
"""Path below the IRI of a project to the property that leads there."""


def owner_of(iri: str, space: str) -> str:
    """The thing that an IRI belongs to.

    Example:
        >>> owner_of("https://x.org/id/project/LM.0024/budget", "https://x.org/id/")
        'https://x.org/id/project/LM.0024'
        >>> owner_of("https://x.org/id/sector/dac/72050", "https://x.org/id/")
        'https://x.org/id/sector/dac/72050'
    """
    if not iri.startswith(space):
        return iri
    steps = iri.removeprefix(space).split("/")
    return space + "/".join(steps[: _DEEP.get(steps[0], 2)])


def _value(term: object) -> str:
    return getattr(term, "value", str(term))


def _thing(
    owner: str, changes: list[tuple[str, ox.Quad]], sides: list[Lookup], context: Context, names: Names
) -> Thing:
    before, after = (owner in side.things for side in sides)
    fate = CHANGED if before and after else NEW if after else GONE
    curie = context.compact(owner)
    name = Named(curie, sides[1].labels.get(owner) or sides[0].labels.get(owner, {}))
    parts = _alterations(owner, changes, sides, context, names) if fate == CHANGED else ()
    return Thing(name, curie.partition(":")[0], fate, tuple(parts))


def _alterations(
    owner: str, changes: list[tuple[str, ox.Quad]], sides: list[Lookup], context: Context, names: Names
) -> Iterator[Alteration]:
    groups: dict[tuple[str, str], dict[str, list[ox.Quad]]] = defaultdict(lambda: defaultdict(list))
    for sign, quad in changes:
        groups[_value(quad.subject), quad.predicate.value][sign].append(quad)
    for (subject, predicate), by_sign in sorted(groups.items()):
        nested = subject.removeprefix(owner).strip("/")
        if not names.is_shown(predicate) or _is_plumbing(owner, nested, predicate, by_sign):
            continue
        # A fact is identified by the property of its project, so the amount of a budget by the budget.
        step = nested.partition("/")[0]
        stated = f"{context.prefixes['iom']}{_PROPERTIES.get(step, step)}" if nested else predicate
        before, after = (side.grounds.get((owner, stated), ()) for side in sides)
        yield Alteration(
            Named(context.compact(predicate), names.property(stated, predicate)),
            tuple(_named(quad.object, sides, context) for quad in by_sign["D"]),
            tuple(_named(quad.object, sides, context) for quad in by_sign["A"]),
            before=_pages(before, sides[0]),
            after=_pages(after, sides[1]),
            cells=tuple(names.cells(context.compact(owner), stated, map(context.compact, after))),
        )


def _is_plumbing(owner: str, nested: str, predicate: str, by_sign: Mapping[str, list[ox.Quad]]) -> bool:
    """Tell whether a property only links a thing to its part, such as a project to its budget."""
    values = [_value(quad.object) for quads in by_sign.values() for quad in quads]
    return (bool(nested) and predicate == terms.RDF_TYPE) or all(
        value.startswith(f"{owner}/") for value in values
    )


def _pages(captures: Iterable[str], side: Lookup) -> tuple[str, ...]:
    return tuple(sorted({side.pages.get(capture, capture) for capture in captures}))


def _named(term: object, sides: list[Lookup], context: Context) -> Named:
    if isinstance(term, ox.NamedNode):
        labels = sides[1].labels.get(term.value) or sides[0].labels.get(term.value, {})
        return Named(context.compact(term.value), labels)
    language = getattr(term, "language", None)
    return Named(f"{_value(term)} ({language})" if language else _value(term))


def _notes(changes: list[Change], context: Context) -> Iterator[Note]:
    space, iom = context.prefixes["findings"], context.prefixes["iom"]
    found: dict[tuple[bool, str], list[ox.Quad]] = defaultdict(list)
    for (sign, _), quad in zip(changes, _quads(changes), strict=True):
        if _value(quad.subject).startswith(space):
            found[sign != ADDED, _value(quad.subject)].append(quad)
    for (fixed, subject), quads in sorted(found.items()):
        said = {quad.predicate.value: context.compact(_value(quad.object)) for quad in quads}
        if terms.RDF_TYPE not in said:
            continue
        yield Note(
            subject.removeprefix(space),
            "fixed" if fixed else NEW,
            said.get(f"{iom}severity", "").partition(":")[2],
            said.get(f"{iom}rule", "").partition(":")[2],
            _messages(quads, f"{iom}message"),
            next((v for k, v in said.items() if k.endswith("#hasTarget")), ""),
            said.get(f"{iom}place", ""),
        )


def _messages(quads: Iterable[ox.Quad], predicate: str) -> dict[str, str]:
    texts = [quad.object for quad in quads if quad.predicate.value == predicate]
    return {text.language or "en": text.value for text in texts if isinstance(text, ox.Literal)}
