"""Pages in every language: their places and links; a page is written only if it changed.

English pages are at the top, those of other languages in folders of their own.
Links are relative, so that the site works below any address, and in a folder opened in a browser.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape as xml_escape

import jinja2
from markupsafe import Markup

from iomgraph import iris
from iomgraph.publication import templates
from iomgraph.publication.site.headings import COLON
from iomgraph.publication.site.points import HEIGHT, WIDTH
from iomgraph.publication.site.reuse import Reuse, Sum
from iomgraph.publication.site.things import Text
from iomgraph.publication.site.translations import AUTONYMS, Words
from iomgraph.publication.site.view import BETWEEN, Item, View, short
from iomgraph.publication.templates import escaped, safe
from iomgraph.release import lines
from iomgraph.settings import LANGUAGES

SHOWN = 200
"""Maximum number of referring things that a page lists; the documents have all."""

_HTML = frozenset({"m", "item", "values", "text", "outside", "url", "other", "asset", "part"})
"""Functions and macros of templates that give HTML; the addresses of files have no sign to be escaped."""

_REMEMBERED = 1 << 13
"""Paths whose addresses are remembered."""

_SITEMAP = 50_000
"""Addresses in a sitemap (https://www.sitemaps.org/protocol.html)."""


class Pages:
    """Writes the files of a site.

    Args:
        folder: the site.
        base_iri: where it will stand.
        views: language to what shows records in it.
        said: language to the words of the site.
        before: the present site, whose files are kept where they are the same.
        shown: what every template may show.

    Attributes:
        sums: file to its checksum, for those that were written or taken over.
    """

    def __init__(
        self,
        folder: Path,
        base_iri: str,
        views: Mapping[str, View],
        said: Mapping[str, Words],
        before: Path | None = None,
        **shown: object,
    ) -> None:
        self.folder, self.views = folder, views
        self._base, self._said, self._before = base_iri, said, before
        self._jinja = {
            lang: _environment(views[lang], said[lang], {"home": base_iri, **shown}) for lang in LANGUAGES
        }
        self._parts: dict[tuple[str, str, str, str], Markup] = {}
        self._folders: set[str] = set()
        self.sums: dict[str, Sum] = {}

    def reused(self, path: str, reuse: Reuse) -> bool:
        """Take over the files of a thing from the previous site; return False if one has to be made again."""
        sums = reuse.files(path)
        for name in sums:
            linked(f"{reuse.place}/{name}", self._file(name))
        self.sums.update(sums)
        return bool(sums)

    @contextmanager
    def noting(self, path: str, reuse: Reuse) -> Iterator[None]:
        """Note what the files of a thing are made from, while they are."""
        others, self.sums = self.sums, {}
        with reuse.noting(path, self.sums):
            yield
        others.update(self.sums)
        self.sums = others

    def page(
        self,
        path: str,
        template: str,
        shown: Callable[[View], Mapping[str, Any]],
        trail: Sequence[str] = (),
        beside: bool = False,
    ) -> None:
        """Write a page in every language.

        Args:
            path: below the site, without a suffix.
            template: its name.
            shown: gives what the template shows, in a language; `heading`, a text, unless `path` is a word.
            trail: paths of the lists that lead there.
            beside: whether documents of the same facts stand beside it.
        """
        for lang in LANGUAGES:
            name = f"{folder_of(lang)}{path}.html"
            root, words = "../" * name.count("/"), self._said[lang].words
            rendered = self._template(lang, template).render(
                {
                    "path": path,
                    "trail": trail,
                    "beside": beside,
                    "part": partial(self._part, lang, root, path if path in words else ""),
                    "canonical": partial(self.address, path),
                    "heading": Text(words.get(path, path)),
                    **_links(root, lang),
                    **shown(self.views[lang]),
                }
            )
            self.text(name, rendered)

    def _template(self, lang: str, name: str) -> jinja2.Template:
        return self._jinja[lang].get_template(name)

    def _part(self, lang: str, root: str, path: str, name: str) -> Markup:
        """Render a part that all pages of a folder share, once."""
        key = (lang, root, path, name)
        if key not in self._parts:
            self._parts[key] = safe(
                self._template(lang, name).render(path=path, url=partial(_url, root, lang))
            )
        return self._parts[key]

    def drawn(self, name: str, template: str, **shown: Any) -> None:
        """Write a file that is the same in every language, from a template."""
        self.text(name, self._template(LANGUAGES[0], template).render(**shown))

    def text(self, name: str, content: str) -> None:
        """Write a text without changing its line ends."""
        self.bytes(name, content.encode())

    def bytes(self, name: str, content: bytes) -> None:
        """Write a file, or keep that of the previous site if it has the same bytes."""
        file = self._file(name)
        self.sums[name] = (len(content), sha256(content).hexdigest())
        if self._before and _is(self._before / name, content):
            linked(self._before / name, file)
        else:
            _write(file, content)

    def packed(self, name: str, content: str) -> None:
        """Write a text, compressed."""
        lines.write([content], Path(self._file(name)))

    def word(self, key: str, lang: str) -> str:
        """A word of the site."""
        return self._said[lang].words[key]

    def words(self, lang: str) -> Mapping[str, str]:
        """All words of the site."""
        return self._said[lang].words

    def link(self, name: str, source: Path) -> None:
        """Put a file from elsewhere into the site, without copying its bytes."""
        linked(source, self._file(name))

    def _file(self, name: str) -> str:
        file = f"{self.folder}/{name}"
        folder, _, _ = file.rpartition("/")
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return file

    def address(self, path: str, lang: str) -> str:
        """Return the address of a page on the web: that of its file, which any host serves.

        The front page has the address of the site, as hosts give it for a folder.
        """
        front = path == "index" and lang == LANGUAGES[0]
        return self._base if front else f"{self._base}{folder_of(lang)}{_quoted(path)}.html"

    def sitemap(self, paths: Iterable[str]) -> None:
        """Write the sitemap, in parts where it is large.

        Args:
            paths: of the pages, without a suffix.
        """
        addresses = [self.address(path, lang) for path in paths for lang in LANGUAGES]
        parts = [addresses[at : at + _SITEMAP] for at in range(0, len(addresses), _SITEMAP)]
        if len(parts) == 1:
            self.text("sitemap.xml", _sitemap("urlset", "url", parts[0]))
            return
        named = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
        for name, part in zip(named, parts, strict=True):
            self.text(name, _sitemap("urlset", "url", part))
        self.text("sitemap.xml", _sitemap("sitemapindex", "sitemap", [self._base + name for name in named]))


def linked(source: str | Path, target: str) -> None:
    """Link a file if the disk allows it, otherwise copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write(file: str, content: bytes) -> None:
    """Write a new file: a file object would call the system twice as often."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        while content:
            content = content[os.write(number, content) :]
    finally:
        os.close(number)


def _is(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _sitemap(outer: str, inner: str, addresses: Iterable[str]) -> str:
    lines = "".join(f"<{inner}><loc>{xml_escape(address)}</loc></{inner}>\n" for address in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{space}">\n{lines}</{outer}>\n'


def folder_of(lang: str) -> str:
    """The folder of a language's pages, with its slash; empty for English, which stands at the top."""
    return "" if lang == LANGUAGES[0] else f"{lang}/"


@lru_cache(_REMEMBERED)
def _quoted(path: str) -> str:
    return quote(path, safe="/~")


def text(one: Text | Item) -> Markup:
    """A text, marked with its language where that is not the page's; its direction is its own.

    Example:
        >>> print(text(Text("<b>", "fr")))
        <span class="foreign" lang="fr" dir="auto">&lt;b&gt;</span>
    """
    return safe(_told(one))


def _told(one: Text | Item) -> str:
    shown = escaped(one.text)
    # The names of languages and the paths of pages have no sign that means something in HTML.
    return f'<span class="foreign" lang="{one.lang}" dir="auto">{shown}</span>' if one.lang else shown


def _item(root: str, lang: str, one: Item) -> Markup:
    return safe(_labelled(root, lang, one))


def _labelled(root: str, lang: str, one: Item) -> str:
    shown = _alone(root, lang, one)
    return f"{escaped(one.label)} {shown}" if one.label else shown


def _alone(root: str, lang: str, one: Item) -> str:
    if one.parts:
        return BETWEEN.join(_alone(root, lang, part) for part in one.parts)
    if one.path:
        return f'<a href="{_url(root, lang, one.path)}">{_told(one)}</a>'
    return _outside(one) if one.url else _told(one)


def outside(iri: str) -> Markup:
    """Make a link to an address outside the site, or return the address itself if it is not on the web."""
    shown = _outside(Item(short(iri), url=iri)) if iris.is_web_iri(iri) else escaped(iri)
    return safe(shown)


def _outside(one: Item) -> str:
    return f'<a class="outside" rel="external" href="{escaped(one.url)}">{_told(one)}</a>'


def _values(root: str, lang: str, some: Sequence[Item]) -> Markup:
    if len(some) == 1:
        return _item(root, lang, some[0])
    listed = "".join(f"<li>{_labelled(root, lang, one)}</li>" for one in some)
    return safe(f'<ul class="plain">{listed}</ul>')


@cache
def _links(root: str, lang: str) -> dict[str, object]:
    """The functions that write links on the pages of a language, from their folder."""
    return {
        "folder": folder_of(lang),
        "asset": partial(_asset, root),
        "url": partial(_url, root, lang),
        "other": partial(_url, root),
        "item": partial(_item, root, lang),
        "values": partial(_values, root, lang),
    }


def _asset(root: str, name: str) -> str:
    return root + _quoted(name)


def _url(root: str, lang: str, path: str) -> str:
    return f"{root}{folder_of(lang)}{_quoted(path)}.html"


class _Named(dict[str, str]):
    """Words that templates find as attributes, too, which is the way that they look first."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(words)
        # A failed look for an attribute before each word takes a sixth more CPU (25.7 s for 21.8 s).
        self.__dict__ = self


def _environment(view: View, said: Words, shown: Mapping[str, object]) -> jinja2.Environment:
    fixed: dict[str, str | Mapping[str, str]] = {
        "w": said.words,
        "label": said.labels,
        "lang": view.lang,
        "colon": COLON[view.lang],
    }
    made = templates.of("site", fixed, _HTML)
    made.globals.update(
        w=_Named(said.words),
        lang=view.lang,
        languages=dict(zip(LANGUAGES, AUTONYMS, strict=True)),
        number=view.number,
        date=view.date,
        label=view.label,
        colon=COLON[view.lang],
        text=text,
        outside=outside,
        most=SHOWN,
        width=WIDTH,
        height=HEIGHT,
        **shown,
    )
    made.globals["m"] = made.get_template("macros.html").module
    # Before processes are forked, which would each compile them.
    for name in made.list_templates(["html", "svg"]):
        made.get_template(name)
    return made
