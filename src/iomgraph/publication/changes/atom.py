"""The history as Atom (RFC 4287), one page per file, the older ones archived (RFC 5005, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from iomgraph.release.history import FEED, History, Version, archive

EXTENSION = ".atom"
MEDIA_TYPE = "application/atom+xml"

_ATOM = "http://www.w3.org/2005/Atom"
_PAGES = "http://purl.org/syndication/history/1.0"
_TYPES = {"json": "application/json", "html": "text/html", "patch": "application/gzip"}


def write(
    path: Path, page: History, expand: Callable[[str], str], words: Mapping[str, str], author: str
) -> None:
    """Write a page of the history.

    Links are relative, so that they work wherever the release is served; names are not.

    Args:
        path: the file; unless its name is that of the feed, it is marked as archived.
        page: the page.
        expand: CURIE to IRI.
        words: words in the language of the feed.
        author: the publisher.
    """
    # Prefixes are written by hand, because the whole process shares the namespaces of ElementTree.
    feed = Element("feed", {"xmlns": _ATOM, "xmlns:fh": _PAGES, "xml:lang": "en"})
    _text(feed, "id", expand("feed:"))
    _text(feed, "title", words["feed_title"])
    _text(feed, "updated", page.entries[-1].created)
    _text(SubElement(feed, "author"), "name", author)
    _link(feed, "self", path.name, MEDIA_TYPE)
    if path.stem != FEED:
        SubElement(feed, "fh:archive")
        _link(feed, "current", f"{FEED}{EXTENSION}", MEDIA_TYPE)
    if page.archives:
        _link(feed, "prev-archive", f"{archive(page.archives)}{EXTENSION}", MEDIA_TYPE)
    for version in reversed(page.entries):
        _entry(SubElement(feed, "entry"), version, expand, words)
    indent(feed, space=" ")
    ElementTree(feed).write(path, encoding="utf-8", xml_declaration=True)


def _entry(entry: Element, version: Version, expand: Callable[[str], str], words: Mapping[str, str]) -> None:
    _text(entry, "id", expand(f"versions:{version.version}"))
    _text(entry, "title", title(version, words))
    _text(entry, "updated", version.created)
    for kind, name in sorted(version.files.items()):
        size = {"length": str(version.bytes)} if kind == "patch" else {}
        _link(entry, "enclosure" if kind == "patch" else "alternate", name, _TYPES[kind], **size)


def title(version: Version, words: Mapping[str, str]) -> str:
    """Title a release in the feed."""
    if not version.previous:
        return words["entry_first"].format(version=version.version, quads=version.quads)
    return words["entry"].format(
        version=version.version, added=version.added, removed=version.removed, **version.projects
    )


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _link(parent: Element, rel: str, href: str, kind: str, **more: str) -> None:
    SubElement(parent, "link", {"rel": rel, "href": href, "type": kind, **more})
