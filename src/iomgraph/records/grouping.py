"""The grouping of pages into projects: finds the pages of the same grant, and gives it a key."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from iomgraph import iris
from iomgraph.claims.claim import Page
from iomgraph.claims.pages import PageRef
from iomgraph.sources.rules import Reporter

_NODE = re.compile(r"/node/(\d+)$")


@dataclass(slots=True)
class Group:
    """The pages of one project.

    Args:
        key: the end of the project's IRI: its project ID, else its IATI identifier, else its PRIMA ID, else
            its page's slug; if another project has that name already, the key of its first page.
        pages: its pages, those of the present site first, then in order of address.
        clash: the other keys with its project ID; empty unless that ID names two grants.
    """

    key: str
    pages: list[PageRef]
    clash: tuple[str, ...] = ()


def group(pages: Iterable[PageRef], reporter: Reporter, publisher: str = "") -> list[Group]:
    """Group pages into projects, in order of key.

    A page without a project ID joins the project that has its IATI identifier (stated, or inferred from the
    publisher's identifier and a project ID), else the project that has its PRIMA ID, else the project with a
    page of the same node in another language. Otherwise it makes a new project with the pages that share its
    IATI identifier, PRIMA ID, node or slug.

    Args:
        pages: in any order.
        reporter: takes findings on identifiers that several projects share.
        publisher: IATI organisation identifier that starts the identifiers of the portfolio's projects.
    """
    ordered = sorted(pages, key=_order)
    by_id: dict[str, list[PageRef]] = {}
    for page in ordered:
        if page.text("identifier"):
            by_id.setdefault(page.text("identifier"), []).append(page)
    _report_shared(by_id, reporter)
    rest: dict[str, list[PageRef]] = {}
    ordered = _by_activity(ordered, by_id, rest, publisher)
    by_prima = _owners(by_id | rest, lambda page: page.text("primaId"))
    by_node = _owners(by_id, _node)
    for page in ordered:
        if page.text("primaId") and not page.text("identifier"):
            owner = by_prima.get(page.text("primaId")) or by_node.get(_node(page))
            taken = by_id if owner in by_id else rest
            taken.setdefault(owner or page.text("primaId"), []).append(page)
    by_node = _owners(rest, _node) | by_node
    for page in ordered:
        if not (page.text("primaId") or page.text("identifier")):
            owner = by_node.get(_node(page)) or _name(page)
            (by_id[owner] if owner in by_id else rest.setdefault(owner, [])).append(page)
    grants = {key: _grants(sorted(members, key=_order)) for key, members in by_id.items()}
    groups = [Group(key, sorted(members, key=_order)) for key, members in rest.items()]
    groups += [Group(key, parts[0]) for key, parts in grants.items() if len(parts) == 1]
    clashes = {
        key: [Group(_slug(part), part) for part in parts] for key, parts in grants.items() if len(parts) > 1
    }
    groups += itertools.chain.from_iterable(clashes.values())
    _tell_apart(groups)
    for key, parts in clashes.items():
        _clash(key, parts, reporter)
    return sorted(groups, key=lambda found: found.key)


def tokens(page: Page | PageRef, publisher: str = "") -> set[str]:
    """Return the tokens of a page: pages that no chain of shared tokens connects are never one project.

    A set of pages that is closed under shared tokens is grouped alone exactly as it is among all others.

    Args:
        page: the page.
        publisher: as for `group`.

    Example:
        >>> from iomgraph.findings import Place
        >>> page = Page("a", "https://example.org/en/roads", "en", "", False, Place("t.csv"))
        >>> sorted(tokens(page))
        ['key:a', 'key:en-roads']
    """
    project, activity, prima = (page.text(term) for term in ("identifier", "iatiIdentifier", "primaId"))
    # All keys share one space that ignores case: see `_tell_apart`.
    keys = [project, prima, _name(page), iris.page_slug(page.url), page.key]
    keys += [iris.activity_key(activity)] if activity else []
    named = [f"iati:{activity}"] if activity else []
    named += [f"iati:{publisher}-{project}"] if publisher and project else []
    return {*(f"key:{key.lower()}" for key in keys if key), *named}


def _order(page: PageRef) -> tuple[bool, bool, str, str]:
    return page.kind != "pages", page.former, page.url, page.key


def _by_activity(
    pages: Sequence[PageRef],
    by_id: Mapping[str, list[PageRef]],
    rest: dict[str, list[PageRef]],
    publisher: str,
) -> list[PageRef]:
    """Assign the pages with an IATI identifier and no project ID to projects; return the others."""
    owners = _owners(by_id, lambda page: page.text("iatiIdentifier"))
    inferred = {f"{publisher}-{project}": project for project in by_id} if publisher else {}
    left = []
    for page in pages:
        activity = page.text("iatiIdentifier")
        if page.text("identifier") or not activity:
            left.append(page)
            continue
        owner = owners.get(activity) or inferred.get(activity)
        (by_id[owner] if owner else rest.setdefault(iris.activity_key(activity), [])).append(page)
    return left


def _node(page: Page | PageRef) -> str:
    found = _NODE.search(page.url)
    return found[1] if found and not page.former else ""


def _name(page: Page | PageRef) -> str:
    """A name that the language versions of a page share."""
    return f"node-{_node(page)}" if _node(page) else iris.page_slug(page.url) or page.key


def _owners(by_id: Mapping[str, list[PageRef]], key: Callable[[PageRef], str]) -> dict[str, str]:
    """Map each value that only pages of one project have to that project."""
    owners: dict[str, set[str]] = {}
    for project, pages in by_id.items():
        for page in pages:
            if name := key(page):
                owners.setdefault(name, set()).add(project)
    return {name: min(projects) for name, projects in owners.items() if len(projects) == 1}


def _report_shared(by_id: dict[str, list[PageRef]], reporter: Reporter) -> None:
    shared: dict[str, dict[str, PageRef]] = {}
    for project, pages in by_id.items():
        for page in pages:
            if prima := page.text("primaId"):
                shared.setdefault(prima, {}).setdefault(project, page)
    for prima, owners in sorted(shared.items()):
        if len(owners) > 1:
            claim = next(iter(owners.values())).claims["primaId"]
            reporter.report(
                "prima-shared",
                claim.place,
                value=prima,
                source=claim.source,
                projects=", ".join(sorted(owners)),
            )


def _grants(pages: list[PageRef]) -> list[list[PageRef]]:
    """Split the pages of one project ID that describe two grants: budget and funding year differ."""
    grants: dict[tuple[object, object], list[PageRef]] = {}
    for page in pages:
        if page.says("budget") and page.says("fundingYear"):
            grants.setdefault((page.says("budget"), page.says("fundingYear")), []).append(page)
    if len({budget for budget, _ in grants}) < 2 or len({year for _, year in grants}) < 2:
        return [pages]
    for page in pages:
        if not any(page in members for members in grants.values()):
            same = [members for (budget, _), members in grants.items() if budget == page.says("budget")]
            (same[0] if len(same) == 1 else grants.setdefault((page.key, None), [])).append(page)
    return list(grants.values())


def _tell_apart(groups: Sequence[Group]) -> None:
    """Name projects that would share a name by their first capture: two sites or grants may use one slug."""
    # Ignore case, because some file systems do not tell `LM.0024` from `lm.0024`.
    names = Counter(found.key.lower() for found in groups)
    for found in groups:
        if names[found.key.lower()] > 1 and found.key not in {
            page.text("identifier") for page in found.pages
        }:
            found.key = found.pages[0].key


def _clash(key: str, parts: Sequence[Group], reporter: Reporter) -> None:
    """Report that one project ID names several grants, and note in each the keys of the others."""
    names = sorted(part.key for part in parts)
    for part in parts:
        part.clash = tuple(name for name in names if name != part.key)
    pages = (page for part in parts for page in part.pages)
    claim = next(page.claims["identifier"] for page in pages if "identifier" in page.claims)
    reporter.report("identifier-clash", claim.place, value=key, source=claim.source, pages=", ".join(names))


def _slug(pages: Sequence[PageRef]) -> str:
    """The slug of an English page if there is one, because it has words in it."""
    slugs = [iris.page_slug(page.url) or page.key for page in pages]
    return next((slug for slug, page in zip(slugs, pages, strict=True) if page.lang == "en"), slugs[0])
