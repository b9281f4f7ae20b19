"""The one place where IRIs are minted and checked.

Records name things by CURIE (`projects:LM.0024`); `ontology/context.jsonld` declares the prefixes, and
`iomgraph.mapping` expands them under the base IRI in force.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from iomgraph.errors import SettingsError

_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]+')
_ABSOLUTE_WEB = re.compile(r'https?://[^\x00-\x20<>"{}|\\^`/?#]+[^\x00-\x20<>"{}|\\^`]*', re.IGNORECASE)


_LONGEST = 220
"""Most characters of a key that names a file: with a day and an extension, the name stays below 255 bytes."""
_DIGITS = 8

_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
"""A key of unreserved characters that are not all dots. Most keys are such, so they are tested first."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")


BASE_IRI = "https://w3id.org/iomgraph/"
"""The base of IRIs of reference data in every portfolio, because everybody's states are the same."""

_OF_A_PORTFOLIO = (
    "capture change discrepancy fact finding fund link organization person post project site statement unit"
)
"""The names after `id/` in IRIs of things that belong to a portfolio."""

_MOVABLE = re.compile(
    rf"{re.escape(BASE_IRI)}(?!ontology#|shapes#|id/(?!(?:{_OF_A_PORTFOLIO.replace(' ', '|')})/))"
)


def moved(text: str, base_iri: str) -> str:
    """Move an IRI under the base of a portfolio; reference data, ontology and shapes keep theirs.

    Example:
        >>> moved("<https://w3id.org/iomgraph/id/project/A> <https://w3id.org/iomgraph/id/state/KEN>", "http://a/")
        '<http://a/id/project/A> <https://w3id.org/iomgraph/id/state/KEN>'
    """
    return _MOVABLE.sub(lambda _: base_iri, text)


def local(iri: str, base_iri: str) -> str | None:
    """The path of a thing on the site of a portfolio; None if it belongs to somebody else.

    Example:
        >>> local("http://a/id/project/A", "http://a/"), local("https://w3id.org/iomgraph/id/state/KEN", "http://a/")
        ('id/project/A', 'id/state/KEN')
        >>> local("http://b/", "http://a/")
    """
    if iri.startswith(base_iri):
        return iri.removeprefix(base_iri)
    reference = iri.startswith(f"{BASE_IRI}id/") and not _MOVABLE.match(iri)
    return iri.removeprefix(BASE_IRI) if reference else None


def file_path(path: str) -> str:
    """The path of a thing's files below the site, from the path of its IRI.

    A host decodes the path of a request before it looks for a file (RFC 3986, section 2.4), so files are
    named by the decoded text. A segment stays encoded if its decoded text would be another path, could not
    name a file, or has a percent sign; so no two things share a file.

    Example:
        >>> file_path("id/organization/US%20A%28B%29"), file_path("id/organization/a%2Fb")
        ('id/organization/US A(B)', 'id/organization/a%2Fb')
    """
    return "/".join(map(_file_segment, path.split("/"))) if "%" in path else path


def _file_segment(segment: str) -> str:
    try:
        text = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return segment
    return text if text.isprintable() and text.strip(".") and not set(text) & set("/\\%") else segment


def curie(prefix: str, *keys: str) -> str:
    """Mint the CURIE of a thing from its prefix and its keys.

    Every character that RFC 3986, section 2.3, does not call unreserved is percent-encoded, so that a hostile
    key stays inside its path segment.

    Raises:
        ValueError: if a key is empty.

    Example:
        >>> curie("projects", "LM.0024"), curie("projects", "LM.0024", "budget")
        ('projects:LM.0024', 'projects:LM.0024/budget')
        >>> curie("projects", "../LM.0024> <x")
        'projects:..%2FLM.0024%3E%20%3Cx'
    """
    return f"{prefix}:{_segment(keys[0]) if len(keys) == 1 else '/'.join(map(_segment, keys))}"


@lru_cache(maxsize=8192)
def _segment(key: str) -> str:
    if _PLAIN.fullmatch(key):
        return key
    if not key:
        raise ValueError("a key is empty")
    # A segment of dots alone would be read as a step in the path (RFC 3986, section 5.2.4).
    return key.replace(".", "%2E") if not key.strip(".") else quote(key, safe="")


def slug(text: str) -> str:
    """A readable key from free text: lower case, without accents, with hyphens between words.

    Example:
        >>> slug("Côte d’Ivoire & l'Est")
        'cote-d-ivoire-l-est'
    """
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(letters).lower()))


def page_key(url: str) -> str:
    """The key of a page: its host and path, or the whole path of a file without a URL.

    A key that is long or has capitals ends in part of the SHA-256 of the address, because file systems limit
    the length of names and some do not tell `A` from `a`.

    Example:
        >>> page_key("https://www.iom.int/fr/node/176566"), page_key("seeds/page 1.txt")
        ('iom.int-fr-node-176566', 'seeds-page-1.txt')
        >>> page_key("https://iom.int/project/Roads")
        'iom.int-project-roads-20de4535'
    """
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.").lower()
    query = f"-{parts.query}" if parts.query else ""
    return _file_name(f"{host}{parts.path}{query}")


def page_slug(url: str) -> str:
    """Name a page within its site by the slug of a project page, or else by its path.

    Example:
        >>> page_slug("https://iom.int/project/open-south-america"), page_slug("https://iom.int/fr/node/187346")
        ('open-south-america', 'fr-node-187346')
    """
    steps = [step for step in urlsplit(url).path.split("/") if step]
    named = steps[steps.index("project") + 1 :] if "project" in steps[:-1] else steps
    return _file_name("-".join(named))


def text_key(text: str) -> str:
    """A key of any text, such as a citation: readable, of limited length, and different for different texts.

    Example:
        >>> text_key("CIA World Factbook")
        'cia-world-factbook-5dcadd24'
    """
    return _file_name(text)


def activity_key(identifier: str) -> str:
    """The key of a project that only has an IATI identifier.

    Most identifiers can end an IRI unchanged; the others are made safe and end in part of their SHA-256.

    Example:
        >>> activity_key("XM-DAC-47066-DR.0042"), activity_key("GB-1/a b")
        ('XM-DAC-47066-DR.0042', 'gb-1-a-b-5d45d9e4')
    """
    if _PLAIN.fullmatch(identifier) and len(identifier) <= _LONGEST:
        return identifier
    key = _UNSAFE.sub("-", identifier).strip("-").lower()
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{key[: _LONGEST - _DIGITS - 1]}-{digest}".lstrip("-")


def _file_name(text: str) -> str:
    """A key that can name a file on any system: of limited length, and unique whatever the case."""
    key = _UNSAFE.sub("-", text).strip("-")
    if len(key) <= _LONGEST and key == key.lower():
        return key
    return f"{key[: _LONGEST - _DIGITS - 1].lower()}-{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI that is safe to write into any RDF syntax (RFC 3987)."""
    return _IRI.fullmatch(text) is not None


def is_web_iri(text: str) -> bool:
    """Tell whether a text is an absolute http(s) IRI: one that a page may link to."""
    return _ABSOLUTE_WEB.fullmatch(text) is not None


def checked_base(text: str) -> str:
    """A base IRI under which things can be minted, or a stop.

    Raises:
        SettingsError: if it is not an http(s) IRI that ends in `/` or `#`.

    Example:
        >>> checked_base("https://w3id.org/iomgraph/")
        'https://w3id.org/iomgraph/'
    """
    if not is_web_iri(text) or text[-1] not in "/#":
        raise SettingsError(
            "the base IRI can't be used",
            where=text,
            step="give an http or https IRI that ends in / (https://w3id.org/iomgraph/)",
        )
    return text
