"""String-based constraints: SHACL, section 4.4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from pyoxigraph import Literal, Triple
from rdflib import SH, XSD
from rdflib import Literal as RdflibLiteral
from rdflib.term import Node

from iomgraph.errors import TimeLimitError
from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, Source, ValueCheck
from iomgraph.validation.shacl.reader import Reader, refuse
from iomgraph.validation.shacl.references import LONG
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.regular_expressions import SECONDS, PatternError, compile_pattern
from iomgraph.validation.shacl.scope import Scope, value_nodes
from iomgraph.validation.shacl.terms import Term, to_name

_LENGTHS = {
    SH.minLength: (">=", SH.MinLengthConstraintComponent),
    SH.maxLength: ("<=", SH.MaxLengthConstraintComponent),
}


@evaluates("1.0, 4.4.1", *_LENGTHS)
def _lengths(reader: Reader) -> Iterator[Check]:
    for parameter, (operator, component) in _LENGTHS.items():
        length, value = reader.integer(parameter, "4.4"), reader.value(parameter, "4.4")
        if length is None or value is None:
            continue
        if source := reader.source(component, parameter, value):
            yield ValueCheck(source, partial(_has_length, f"{operator} {length}"))


def _has_text(value: str) -> str:
    """A condition: the node is neither blank nor a triple term, which do not have text."""
    return f"(isIRI({value}) || isLiteral({value}))"


def _has_length(limit: str, _: Scope, __: str, value: str) -> str:
    return f"({_has_text(value)} && STRLEN(STR({value})) {limit})"


@evaluates("1.0, 4.4.3", SH.pattern, SH.flags)
def _pattern(reader: Reader) -> Iterator[Check]:
    flags = reader.texts(SH.flags, "4.4.3")
    if len(flags) > 1:
        refuse("sh:flags has more than one value", "4.4.3", reader.node)
    for literal in reader.texts(SH.pattern, "4.4.3"):
        if source := reader.source(SH.PatternConstraintComponent, SH.pattern, literal):
            yield _matching(reader, source, str(literal), str(flags[0]) if flags else "")


def _matching(reader: Reader, source: Source, pattern: str, flags: str) -> ValueCheck:
    try:
        compiled = compile_pattern(pattern, flags)
    except PatternError as error:
        refuse(f"sh:pattern can't be read as a regular expression ({error})", "4.4.3", reader.node)
    if compiled.search is None:
        return ValueCheck(
            source,
            lambda _, __, value: f"({_has_text(value)} && REGEX(STR({value}), {compiled.native}))",
        )
    search = partial(_matches, compiled.search, to_name(reader.node))
    return ValueCheck(
        source,
        lambda scope, _, value: f"({_has_text(value)} && {scope.holds('match', search, value)})",
    )


def _matches(search: Callable[[str], bool], shape: object, term: Term) -> bool:
    if isinstance(term, Triple):
        return False
    try:
        return search(term.value)
    except TimeoutError as error:
        raise TimeLimitError(
            f"sh:pattern takes more than {SECONDS:g} seconds for a text of {len(term.value):,} characters",
            where=str(shape),
            step="write the pattern without nested repetitions or lookarounds",
        ) from error


@evaluates("1.0, 4.4.4", SH.languageIn)
def _language_in(reader: Reader) -> Iterator[Check]:
    listed = reader.value(SH.languageIn, "4.4.4")
    if listed is None:
        return
    ranges = [_range(reader, member) for member in reader.members(listed, SH.languageIn, "4.4.4")]
    known = frozenset(text.lower() for text in ranges)

    def holds(scope: Scope, _: str, value: str) -> str:
        if len(ranges) > LONG:
            return scope.holds("language", partial(_speaks, known), value)
        matches = " || ".join(f"LANGMATCHES(LANG({value}), {Literal(text)})" for text in ranges)
        return f"(isLiteral({value}) && ({matches or 'false'}))"

    if source := reader.source(SH.LanguageInConstraintComponent, SH.languageIn, listed):
        yield ValueCheck(source, holds)


def _range(reader: Reader, member: Node) -> str:
    if not isinstance(member, RdflibLiteral) or member.datatype not in (None, XSD.string):
        refuse("sh:languageIn needs strings", "4.4.4", reader.node)
    return str(member)


def _speaks(ranges: frozenset[str], node: Term) -> bool:
    """Tell whether a text's language is in one of many ranges: basic filtering (RFC 4647), as langMatches."""
    tag = node.language.lower() if isinstance(node, Literal) and node.language else ""
    parts = tag.split("-")
    return bool(tag) and (
        "*" in ranges or any("-".join(parts[:at]) in ranges for at in range(1, len(parts) + 1))
    )


@evaluates("1.0, 4.4.5", SH.uniqueLang)
def _unique_lang(reader: Reader) -> Iterator[Check]:
    if not reader.on_properties_only(SH.uniqueLang, "4.4.5") or not reader.flag(SH.uniqueLang, "4.4.5"):
        return

    def breach(scope: Scope, focus: str) -> Breach:
        value, language = scope.fresh(), scope.fresh("l")
        nodes = value_nodes(focus, reader.path, value)
        # A text with another base direction (RDF 1.2) is in another language.
        tag = f'CONCAT(LCASE(LANG({value})), "--", COALESCE(LANGDIR({value}), ""))'
        several = f"GROUP BY {focus} {language} HAVING(COUNT(DISTINCT {value}) > 1)"
        return Breach(
            f"LATERAL {{ SELECT {focus} {language} {{ {nodes} BIND({tag} AS {language}) "
            f'FILTER({language} != "--") }} {several} }}',
            others={"lang": language},
            several=True,
        )

    if source := reader.source(SH.UniqueLangConstraintComponent, SH.uniqueLang, RdflibLiteral(True)):
        yield FocusCheck(source, breach)


READERS = (_lengths, _pattern, _language_in, _unique_lang)
