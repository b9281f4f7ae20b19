"""The origin of a saved page: the address and the day that browsers and archives write into it.

The marks are a canonical link, the comments of SingleFile and of Chrome's "Save as", the headers of MHTML,
and the addresses, comments and scripts of the Wayback Machine. The day of an archived page is the day of its
capture, not the day on which the copy was saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from iomgraph.iris import is_web_iri

ARCHIVE = "Wayback Machine"
CANONICAL = "rel=canonical"
CATALOGUE = "captures.csv"
_ARCHIVED = re.compile(
    r"(?:https?:)?//(?:web|www)\.archive\.org/(?:web/)?([0-9]{1,14}|\*)(?:[a-z]{2}_)?/+(?:(https?):/{1,2})?(.+)",
    re.IGNORECASE | re.DOTALL,
)
_SINGLE_FILE = re.compile(r"\s*Page saved with SingleFile\b")
_URL = re.compile(r"^\s*url:\s*(\S+)", re.MULTILINE)
_SAVED = re.compile(r"^\s*saved date:\s*(\S.*?)\s*$", re.MULTILINE)
_SAVED_DAY = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([0-9]{1,2}) ([0-9]{4}) [0-9]{2}:[0-9]{2}:[0-9]{2}\b")
_SAVED_FROM = re.compile(r"\s*saved from url=\(([0-9]{4,6})\)(\S*)\s*")
_ARCHIVED_ON = re.compile(
    r"\s*FILE ARCHIVED ON [0-9:]{8} ([A-Z][a-z]{2}) ([0-9]{1,2}), ([0-9]{4}) AND RETRIEVED FROM THE"
)
_REPLAYED = re.compile(
    r"""__wm\.(?:wombat|bt)\([^;"']{0,80}(?:"web",)?["']([^"']{1,4000})["'],["']([0-9]{14})["']"""
)
_PRINTED = re.compile(r"^[ \t]*The Wayback Machine - (https?://web\.archive\.org/\S+)", re.MULTILINE)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_TRACKERS = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LONGEST = 4_000
"""Most characters of a comment, a script or an address; known marks are far shorter."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The page's origin according to one place in a file.

    Args:
        source: the writer of the mark, in its own term: `SingleFile`, `rel=canonical`.
        line: its line in the file, from 1.
        address: the page's address; empty if not stated.
        day: `2026-11-23`; empty if not stated.
        archived: the day is that of an archive's capture.
        broken: a text that should state one of these, but can't be read.
    """

    source: str
    line: int
    address: str = ""
    day: str = ""
    archived: bool = False
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """Two marks that disagree.

    Args:
        rule: the broken rule.
        first: one of the marks.
        second: the other.
    """

    rule: str
    first: Mark
    second: Mark

    @property
    def marks(self) -> tuple[Mark, Mark]:
        """Both marks."""
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class Origin:
    """A page's address and day, each empty if it is not stated or marks disagree.

    Args:
        url: the address.
        captured: the day of the capture.
        archived: an archive has captured it.
        rivals: the marks that disagree.
    """

    url: str = ""
    captured: str = ""
    archived: bool = False
    rivals: tuple[Rival, ...] = ()


def address(source: str, text: str, line: int) -> Iterator[Mark]:
    """Read an address; an archive's address gives the original page and the day of its capture.

    Example:
        >>> copy = "https://web.archive.org/web/20190312101112/https://iom.int/x"
        >>> for mark in address("SingleFile", copy, 3):
        ...     print(mark.address, mark.day, mark.archived)
        https://iom.int/x 2019-03-12 True
        >>> [*address("SingleFile", "file:///home/x.html", 3)]
        []
    """
    text = text.strip()
    if len(text) > _LONGEST:
        yield Mark(source, line, broken=text[:80])
    elif found := _ARCHIVED.fullmatch(text):
        stamp, original = found[1], unarchived(text)
        day = calendar_day(stamp[:4], stamp[4:6], stamp[6:8]) if len(stamp) >= 8 else ""
        if is_address(original):
            yield Mark(source, line, address=original, day=day, archived=True)
        if not is_address(original) or (len(stamp) >= 8 and not day):
            yield Mark(source, line, broken=text)
    elif is_address(text):
        yield Mark(source, line, address=text)
    elif text.lower().startswith(("http:", "https:")):
        yield Mark(source, line, broken=text)


def is_address(text: str) -> bool:
    """Tell whether a text is a web address that can be parsed.

    Example:
        >>> is_address("https://iom.int/fr/node/176566"), is_address("http://["), is_address("iom.int")
        (True, False, False)
    """
    try:
        return is_web_iri(text) and bool(urlsplit(text).netloc)
    except ValueError:
        return False


def unarchived(text: str) -> str:
    """Return the original address of an archive's address, and other addresses unchanged.

    Example:
        >>> unarchived("https://web.archive.org/web/2019/http://iom.int:80/x"), unarchived("https://iom.int/x")
        ('http://iom.int/x', 'https://iom.int/x')
    """
    found = _ARCHIVED.fullmatch(text)
    if not found:
        return text
    scheme = (found[2] or "http").lower()
    host, slash, rest = found[3].partition("/")
    return f"{scheme}://{host.removesuffix(':80' if scheme == 'http' else ':443')}{slash}{rest}"


def canonical(text: str, line: int, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Read a canonical link; a relative one means a page of the site that other marks name.

    Example:
        >>> [mark.address for mark in canonical("/x", 4, [Mark("SingleFile", 2, address="https://iom.int/y")])]
        ['https://iom.int/x']
    """
    base = next((mark.address for mark in marks if mark.address), "")
    relative = text and len(text) <= _LONGEST and not _ABSOLUTE.match(text)
    try:
        yield from address(CANONICAL, urljoin(base, text) if base and relative else text, line)
    except ValueError:
        yield Mark(CANONICAL, line, broken=text[:80])


def comment(text: str, line: int) -> Iterator[Mark]:
    r"""Read an HTML comment, if browsers and archives use it to mark saved pages.

    Example:
        >>> [mark.address for mark in comment(" saved from url=(0017)https://iom.int/x ", 2)]
        ['https://iom.int/x']
        >>> [(mark.source, mark.day) for mark in comment(
        ...     " FILE ARCHIVED ON 10:11:12 Mar 12, 2019 AND RETRIEVED FROM THE INTERNET ARCHIVE ON …", 9)]
        [('Wayback Machine', '2019-03-12')]
    """
    if len(text) > _LONGEST:
        return
    if _SINGLE_FILE.match(text):
        yield from _single_file(text, line)
    elif found := _SAVED_FROM.fullmatch(text):
        # The number is the length of the address; if it differs, somebody has changed the address.
        intact = int(found[1]) in {len(found[2]), len(found[2].encode())}
        source = "saved from url"
        yield from address(source, found[2], line) if intact else [Mark(source, line, broken=text.strip())]
    elif found := _ARCHIVED_ON.match(text):
        day = calendar_day(found[3], _month(found[1]), found[2])
        yield Mark(ARCHIVE, line, day=day, archived=True, broken="" if day else text.strip())


def _single_file(text: str, line: int) -> Iterator[Mark]:
    source = "SingleFile"
    for found in _URL.finditer(text):
        yield from address(source, found[1], line)
    for found in _SAVED.finditer(text):
        printed = _SAVED_DAY.match(found[1])
        day = calendar_day(printed[3], _month(printed[1]), printed[2]) if printed else ""
        yield Mark(source, line, day=day, broken="" if day else found[1])


def script(text: str, line: int) -> Iterator[Mark]:
    """Read the script with which the Wayback Machine replays a page; it names the page and the capture.

    Example:
        >>> call = '__wm.wombat("https://iom.int/x","20190312101112","https://web.archive.org/","web");'
        >>> [(mark.address, mark.day) for mark in script(call, 2)]
        [('https://iom.int/x', '2019-03-12')]
    """
    for found in _REPLAYED.finditer(text[: 4 * _LONGEST]):
        yield from address(ARCHIVE, f"https://web.archive.org/web/{found[2]}/{found[1]}", line)


def printed(text: str) -> Iterator[Mark]:
    """Read the line above an archived page that was printed or saved as text."""
    for found in _PRINTED.finditer(text):
        yield from address(ARCHIVE, found[1], text.count("\n", 0, found.start()) + 1)


def same(one: str, other: str) -> bool:
    """Tell whether two addresses are of one page, ignoring scheme, `www.`, fragment and trackers.

    Example:
        >>> same("http://www.iom.int/x/?utm_source=a#b", "https://iom.int/x"), same("https://iom.int/x", "https://iom.int/y")
        (True, False)
    """
    return _key(one) == _key(other)


def origin(marks: Sequence[Mark], url: str = "", captured: str = "") -> Origin:
    """Decide a page's address and day from its file and its catalogue.

    The catalogue takes precedence, and a file that disagrees with it is reported. If two marks of the file
    disagree, neither counts.

    Args:
        marks: the marks in the file, in order of rank.
        url: the catalogue's address; empty if not stated.
        captured: the catalogue's day; empty if not stated.

    Example:
        >>> marks = [Mark("SingleFile", 2, address="https://iom.int/x"), Mark("Date", 2, day="2026-11-23")]
        >>> origin(marks)
        Origin(url='https://iom.int/x', captured='2026-11-23', archived=False, rivals=())
    """
    said = [mark for mark in address(CATALOGUE, url, 0) if not mark.broken] if url else []
    whole = [*said, *(mark for mark in marks if not mark.broken)]
    addresses = [mark for mark in whole if mark.address]
    archived = any(mark.archived for mark in addresses) or any(mark.archived for mark in whole if mark.day)
    days = [mark for mark in whole if mark.day and mark.archived is archived]
    if captured:
        days = [Mark(CATALOGUE, 0, day=captured), *days]
    rivals = [*_rivals("address", addresses, _other_address), *_rivals("day", days, _other_day)]
    unclear = {rival.rule for rival in rivals}
    return Origin(
        _clean(addresses[0].address) if addresses and "address-unclear" not in unclear else "",
        days[0].day if days and "day-unclear" not in unclear else "",
        archived,
        tuple(rivals),
    )


def _rivals(what: str, marks: Sequence[Mark], other: Callable[[Mark, Mark], bool]) -> list[Rival]:
    """Return the first mark and the next one that disagrees with it."""
    if not marks:
        return []
    first = marks[0]
    rule = f"{what}-differs" if first.source == CATALOGUE and not first.line else f"{what}-unclear"
    return [Rival(rule, first, mark) for mark in marks[1:] if other(first, mark)][:1]


def _other_address(one: Mark, other: Mark) -> bool:
    return not same(one.address, other.address)


def _other_day(one: Mark, other: Mark) -> bool:
    """Tell whether two days are more than one apart, as one moment may have two days in two time zones."""
    return abs(date.fromisoformat(one.day) - date.fromisoformat(other.day)).days > 1


def _key(text: str) -> tuple[str, str, str]:
    parts = urlsplit(_clean(text))
    host = parts.netloc.lower().removeprefix("www.")
    return host, parts.path.rstrip("/"), parts.query


def _clean(text: str) -> str:
    """Remove from an address its fragment and the parameters that track visitors."""
    parts = urlsplit(text)
    if not (parts.query or parts.fragment):
        return text
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if not _TRACKERS.fullmatch(name)]
    shown = parts.query if len(kept) == len(query) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, shown, ""))


def _month(name: str) -> str:
    return f"{_MONTHS.index(name) + 1:02}" if name in _MONTHS else ""


def calendar_day(year: str, month: str, number: str) -> str:
    """Return a day in ISO 8601; empty if the calendar does not have it.

    Example:
        >>> calendar_day("2026", "11", "3"), calendar_day("2026", "13", "1")
        ('2026-11-03', '')
    """
    try:
        return date.fromisoformat(f"{year:0>4}-{month:0>2}-{number:0>2}").isoformat()
    except ValueError:
        return ""
