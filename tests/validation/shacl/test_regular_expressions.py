"""Patterns as XPath and XQuery Functions 3.1, section 5.6.1, has them: a table, checked against TopBraid."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store
from rdflib import SH, Graph
from rdflib import Literal as RdflibLiteral

from iomgraph.errors import OntologyError, TimeLimitError
from iomgraph.validation.shacl import compile_shapes
from iomgraph.validation.shacl.regular_expressions import PatternError, compile_pattern

from .peers import topbraid_report

# Pattern, flags, texts that match, texts that don't.
TABLE: list[tuple[str, str, list[str], list[str]]] = [
    # Brackets: no operators of Rust, ranges, subtraction.
    (r"^[^&&<>]*$", "", ["A plain title", ""], ["<script>", "a & b"]),
    (r"^[&&a]$", "", ["&", "a"], ["b"]),
    (r"^[a~~b]$", "", ["~", "a", "b"], ["c"]),
    (r"^[0-9 ()+--./]+$", "", ["+41 (22) 717-91.11", ","], ["phone"]),
    (r"^[%--]$", "", ["%", "-", "+"], ["."]),
    (r"^[a-z-[aeiou]]+$", "", ["xyz"], ["xaz", "-"]),
    (r"^[^a-z-[0-9]]+$", "", ["XYZ"], ["x", "7"]),
    (r"^[\d-[13579]]+$", "", ["2468"], ["12"]),
    (r"^[a-z-[b-y-[m]]]+$", "", ["amz"], ["ab"]),
    (r"^\[a-[b]$", "", ["[a-b"], ["[a-c"]),
    (r"^[-a]+$", "", ["-a"], ["b"]),
    (r"^[a-]+$", "", ["-a"], ["b"]),
    (r"^[a\-z]+$", "", ["a-z"], ["m"]),
    (r"^[\\d]+$", "", ["\\d"], ["5"]),
    (r"^[\]\[]+$", "", ["[]"], ["x"]),
    (r"^[\^a]+$", "", ["^a"], ["b"]),
    (r"^[a^]+$", "", ["a^"], ["b"]),
    (r"^[.*+?|(){}$]+$", "", [".*+?|(){}$"], ["a"]),
    (r"^[\n\r\t]+$", "", ["\n\r\t"], ["n"]),
    (r"^[#&~]+$", "", ["#&~"], ["a"]),
    (r"^[à-ü]$", "", ["é"], ["e"]),
    # Escapes of categories, blocks and kinds.
    (r"^\p{IsGreek}+$", "", ["αβγ"], ["ἀ", "abc"]),
    (r"^\p{IsBasicLatin}+$", "", ["abc~"], ["é"]),
    (r"^\P{IsBasicLatin}+$", "", ["é"], ["e"]),
    (r"^[\p{IsCyrillic}\s]+$", "", ["да нет"], ["da"]),
    (r"^\p{Lu}\p{Ll}+$", "", ["Élan"], ["élan", "EL"]),
    (r"^\P{L}+$", "", ["123 -"], ["a"]),
    (r"^[\p{L}\p{Nd}_]+$", "", ["é5_"], ["a-b"]),
    (r"^[^\p{Nd}]+$", "", ["abc"], ["a5"]),
    (r"^\p{Sc}\d+$", "", ["€5", "$5"], ["5"]),
    (r"^\d+$", "", ["123", "٣"], ["12a"]),
    (r"^\D+$", "", ["abc"], ["٣"]),
    (r"^\s$", "", [" ", "\n", "\t"], ["\u00a0", "\u000b", "s"]),
    (r"^\S+$", "", ["a\u00a0b"], ["a b"]),
    (r"^\w+$", "", ["abc5", "é", "+€"], ["a b", "a-b", "a_b"]),
    (r"^\W+$", "", [" -_"], ["a"]),
    (r"^\i\c*$", "", ["xs:int", "_a-1.2", "é"], ["1a", "a b", "-a"]),
    (r"^[\i-[:]][\c-[:]]*$", "", ["int"], ["xs:int"]),
    (r"^\I\C$", "", ["1 "], ["ab"]),
    # The point, and where a line begins and ends.
    (r"^.$", "", ["a", "\u2028", "😀"], ["\n", "\r", "ab"]),
    (r"^a.b$", "s", ["a\nb", "a\rb"], ["ab"]),
    (r"^a$", "", ["a"], ["a\n", "\na"]),
    (r"^b$", "m", ["a\nb", "b\na"], ["a b"]),
    (r"^$", "m", ["", "\na", "a\n\nb"], ["a\n", "a"]),
    (r"a$", "m", ["a\nb"], ["ab"]),
    (r"^a.b$", "sm", ["x\na\nb"], ["x a\nb"]),
    # Groups, alternatives, quantifiers, references back.
    (r"^(?:ab|cd){2}$", "", ["abcd"], ["ab"]),
    (r"^(a|b)\1$", "", ["aa", "bb"], ["ab"]),
    (r"^(a)(b)?\2c$", "", ["ac", "abbc"], ["abc"]),
    (r"^(a)\10$", "", ["aa0"], ["a"]),
    (r"^a{2,3}$", "", ["aa", "aaa"], ["a", "aaaa"]),
    (r"^a{2,}$", "", ["aaaa"], ["a"]),
    (r"^(.+?),(.*)$", "", ["a,b"], ["ab"]),
    (r"a|^$", "", ["", "xa"], ["x"]),
    (r"", "", ["", "anything"], []),
    # Flags.
    (r"^élan$", "i", ["ÉLAN"], ["elan"]),
    (r"^[a-c]+$", "i", ["ABC"], ["D"]),
    (r"^\p{Lu}$", "i", ["A"], ["a"]),
    (r"a  b", "xi", ["AB"], ["A B"]),
    ("^ a [ ] b\n$", "x", ["a b"], ["ab"]),
    (r"^a#b$", "x", ["a#b"], ["a"]),
    (r"a.b", "q", ["a.b"], ["axb"]),
    (r"A.[B", "qi", ["a.[b"], ["a.b"]),
    (r"^\$\{\w+\}$", "", ["${name}"], ["$name"]),
    (r"^https?://[^\s/$.?#].[^\s]*$", "i", ["HTTP://example.org/x"], ["http:// x", "ftp://x"]),
    (r"^(\d{4})-(0[1-9]|1[0-2])$", "", ["2024-12"], ["2024-13"]),
    # Beyond XPath, which shapes rely on all the same.
    (r"(?<=a)b", "", ["ab"], ["cb"]),
    (r"^(?!draft).*$", "", ["final"], ["draft 1"]),
    (r"\bend\b", "", ["the end."], ["bending"]),
    (r"^a\/b\@c$", "", ["a/b@c"], ["ab"]),
    (r"^\x41$", "", ["A"], ["x41"]),
    (r"(?i)^abc$", "", ["ABC"], ["ab"]),
]
ROWS = [pytest.param(*row, id=f"{row[0]!r} {row[1]}") for row in TABLE]


def found(pattern: str, flags: str, texts: list[str]) -> set[str]:
    """The texts in which our engine finds no match."""
    flagged = f"; <{SH.flags}> {RdflibLiteral(flags).n3()}" if flags else ""
    given = f"<{SH.path}> <urn:p> ; <{SH.pattern}> {RdflibLiteral(pattern).n3()} {flagged}"
    shapes = Graph().parse(data=f"<urn:s> <{SH.targetSubjectsOf}> <urn:p> ; {given} .", format="turtle")
    store = Store()
    for text in texts:
        store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), Literal(text)))
    results = compile_shapes(shapes).validate(store)
    return {result.value.value for result in results if isinstance(result.value, Literal)}


def test_the_table_is_as_long_as_it_was() -> None:
    assert len(TABLE) == 72


@pytest.mark.parametrize(("pattern", "flags", "fits", "fails"), ROWS)
def test_a_pattern_matches_what_xpath_says(
    pattern: str, flags: str, fits: list[str], fails: list[str]
) -> None:
    assert found(pattern, flags, [*fits, *fails]) == set(fails)


DIFFERENT = {
    r"^[^&&<>]*$": "`&&` is an intersection in Java; no operator (XML Schema, appendix G.4)",
    r"^[&&a]$": "the same",
    r"^[a-z-[aeiou]]+$": "a bracket in brackets is a union in Java; a subtraction (G.4.2, charClassSub)",
    r"^[\d-[13579]]+$": "the same",
    r"^[a-z-[b-y-[m]]]+$": "the same",
    r"^\p{IsGreek}+$": "a script in Java; the block of U+0370 to U+03FF (G.4.2.3)",
    r"^\p{IsBasicLatin}+$": "no such script in Java; a block",
    r"^\P{IsBasicLatin}+$": "the same",
    r"^\d+$": "ASCII alone in Java; category Nd (G.4.2.5)",
    r"^\D+$": "the same",
    r"^\s$": "a vertical tab is white space in Java; not in XML (G.4.2.5)",
    r"^\w+$": "ASCII and `_` in Java; all but punctuation, separators and others (G.4.2.5)",
    r"^\W+$": "the same",
    r"^\i\c*$": "no such escapes in Java; characters of names (G.4.2.5)",
    r"^[\i-[:]][\c-[:]]*$": "the same",
    r"^\I\C$": "the same",
    r"^.$": "U+2028 ends a line in Java; only U+000A and U+000D do (XPath Functions, 5.6.1)",
    r"^a$": "`$` matches before a last new line in Java; at the end alone (5.6.1)",
    r"^$": "an empty text has no line in Java; its beginning is one (5.6.1)",
    r"^(a)(b)?\2c$": "a group without a match has none in Java; it matches the empty text (5.6.1)",
    r"^\p{Lu}$": "the flag `i` widens categories in Java; it does not (5.6.2)",
    "^ a [ ] b\n$": "the flag `x` takes white space out of brackets, too, in Java; not in XPath (5.6.2)",
    r"^a#b$": "`#` begins a comment in Java; XPath 3.1 has none (5.6.2)",
}
"""Rows in which TopBraid, which hands patterns to java.util.regex, departs from XPath, and the clause."""


@pytest.mark.slow
def test_topbraid_agrees_but_where_the_dialect_of_java_is_another() -> None:
    data, shapes, right = Graph(), Graph(), set[tuple[str, str]]()
    for number, (pattern, flags, fits, fails) in enumerate(TABLE):
        node = f"urn:s{number}"
        lines = f"<{node}> <{SH.path}> <urn:p{number}> ; <{SH.targetSubjectsOf}> <urn:p{number}> ; "
        given = f"<{SH.pattern}> {RdflibLiteral(pattern).n3()} ; <{SH.flags}> {RdflibLiteral(flags).n3()} ."
        shapes.parse(data=lines + given, format="turtle")
        for text in (*fits, *fails):
            data.parse(data=f"<urn:a> <urn:p{number}> {RdflibLiteral(text).n3()} .", format="turtle")
        right |= {(node, text) for text in fails}
    told = topbraid_report(data.serialize(format="nt"), shapes.serialize(format="nt"))
    theirs = {
        (str(told.value(result, SH.sourceShape)), str(told.value(result, SH.value)))
        for result in told.objects(None, SH.result)
    }
    rows = {TABLE[int(node.removeprefix("urn:s"))][0] for node, _ in right ^ theirs}
    assert rows == set(DIFFERENT)


@pytest.mark.parametrize(
    ("pattern", "flags", "why"),
    [
        ("(", "", "missing"),
        ("a)", "", "unbalanced"),
        ("[z-a]", "", "z-a is not a range of characters"),
        ("*a", "", "a quantifier follows nothing"),
        (r"\1(a)", "", "refers to no group before it"),
        (r"\p{IsKlingon}", "", "IsKlingon is not a block"),
        ("a", "g", "there is no flag g"),
        ("[" * 200_000, "", "longer than"),
        ("(((a{1000}){1000}){1000})", "", "more than 500,000 characters"),
        ("(?=x)((a{0,1000}){9,1000})", "", "more than 500,000 characters"),
        ("[a-" * 60 + "b" + "]" * 60, "", "nested too deeply"),
    ],
)
def test_what_is_not_a_pattern_is_refused_with_the_reason(pattern: str, flags: str, why: str) -> None:
    with pytest.raises(PatternError, match=why):
        compile_pattern(pattern, flags)


def test_a_pattern_without_end_is_stopped_and_named() -> None:
    started = time.monotonic()
    with pytest.raises(TimeLimitError, match="takes more than 2 seconds") as stop:
        found("^(?=x|a)(a|a)*$", "", ["a" * 64 + "b"] * 50)
    assert stop.value.where == "<urn:s>"
    assert time.monotonic() - started < 60


def test_a_pattern_that_repeats_repetitions_takes_no_time_without_references() -> None:
    assert found("^(a+)+$", "", ["a" * 5000 + "b"]) == {"a" * 5000 + "b"}


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from("ab[]()^$.*+?{}|\\-&~,01ipdPwsn{L}é\n"), max_size=14),
    st.text("imsxq", max_size=3),
)
def test_any_text_is_a_pattern_or_is_refused(pattern: str, flags: str) -> None:
    try:
        compiled = compile_pattern(pattern, flags)
    except PatternError:
        return
    assert compiled.search is None or isinstance(compiled.search("ab"), bool)


def test_an_ill_formed_pattern_names_its_shape() -> None:
    with pytest.raises(OntologyError, match=r"sh:pattern can't be read as a regular expression") as stop:
        found("(", "", [])
    assert stop.value.where == "<urn:s>"


def test_a_blank_node_matches_nothing() -> None:
    shapes = Graph().parse(
        data=f'<urn:s> <{SH.targetObjectsOf}> <urn:p> ; <{SH.pattern}> "(?=)" .', format="turtle"
    )
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), BlankNode("b")))
    assert len(list(compile_shapes(shapes).validate(store))) == 1


def test_a_pattern_that_is_stopped_leaves_the_results_of_other_constraints() -> None:
    text = f"""<urn:s> <{SH.targetSubjectsOf}> <urn:p> ; <{SH.path}> <urn:p> ; <{SH.maxCount}> 0 ;
        <{SH.pattern}> "^(?=x|a)(a|a)*$" ."""
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), Literal("a" * 64 + "b")))
    evaluation = compile_shapes(Graph().parse(data=text, format="turtle")).evaluate(store)
    assert [result.component.value for result in evaluation.results] == [str(SH.MaxCountConstraintComponent)]
    assert not evaluation.coverage.complete
    assert "takes more than 2 seconds" in " ".join(note.detail for note in evaluation.coverage.unevaluated)
