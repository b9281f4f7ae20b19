"""Small shapes and data, made up at random from a seed: the same seed gives the same cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

PREFIXES = """@prefix : <http://example.org/{0}/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NAMES = [":a", ":b", ":c", ":d"]
CLASSES = [":C", ":D", ":E"]
PREDICATES = [":p", ":q", ":r"]
NUMBERS = [
    "1",
    "2",
    "1.5",
    "2.0e0",
    '"5"^^xsd:byte',
    "99999999999999999998",
    "99999999999999999999",
    "1.00000000000000000001",
]
PATTERNS = ['"^a"', '"B$"', '"[0-9]+"', '"^$"', '"^[^a-m]*$"', '"^(ab|b)+$"', '"^.{2}$"', '"[ ]"']
FLAGS = ["", '; sh:flags "i"']
LANGUAGES = ['"en"', '"FR"', '"en-gb"']
ORDERED = [*NUMBERS, "true", '"2001-02-03"^^xsd:date', '"2001-02-04T05:06:08Z"^^xsd:dateTime', '""', '"ab"']
LITERALS = [
    *NUMBERS,
    "true",
    "false",
    '"abc"^^xsd:integer',
    '"300"^^xsd:byte',
    '"2001-02-03"^^xsd:date',
    '"2001-02-04T05:06:07Z"^^xsd:dateTime',
    '"2001-02-04T05:06:08Z"^^xsd:dateTime',
    '"2010"^^xsd:gYear',
    '""',
    '"ab"',
    '"b"',
    '"Ab c"',
    '"ab"@en',
    '"b"@en',
    '"ab"@fr',
    '"ab"@en-GB',
    '"x"^^:datatype',
]
DATATYPES = ["integer", "decimal", "string", "date", "dateTime", "boolean", "byte", "double", "gYear"]
KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
RANGES = ["minExclusive", "minInclusive", "maxExclusive", "maxInclusive"]


@dataclass(frozen=True)
class Case:
    """Two Turtle documents whose names no other case has."""

    number: int
    data: str
    shapes: str


def case(seed: int, number: int) -> Case:
    """One case of a seed."""
    random = Random(f"{seed} {number}")
    prefixes = PREFIXES.format(number)
    return Case(number, prefixes + _data(random, number), prefixes + _Shapes(random).targeted())


def advanced_case(seed: int, number: int) -> Case:
    """One case of node expressions, a function, a custom target and, in every second one, a rule."""
    random = Random(f"advanced {seed} {number}")
    prefixes = PREFIXES.format(number)
    shapes = _Shapes(random)
    first, second = shapes.expression(2), shapes.expression(2)
    shapes.lines.append(
        f":s a sh:NodeShape ; sh:target :target ; sh:expression [ :same ( {first} {second} ) ] ."
    )
    if number % 2:
        shapes.lines.append(f"""
:rule a sh:NodeShape ; sh:targetClass {random.choice(CLASSES)} ; sh:rule [ a sh:TripleRule ;
  sh:condition {shapes.shape(1, False)} ;
  sh:subject sh:this ; sh:predicate :r ; sh:object {shapes.expression(2)} ] .
:checked sh:targetSubjectsOf :r ; sh:path :r ; {EACH[random.choice(list(EACH))](shapes, 0)} .""")
    return Case(
        number, prefixes + _data(random, number), prefixes + ADVANCED.format(number) + "\n".join(shapes.lines)
    )


ADVANCED = """
: sh:entailment sh:Rules ;
  sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/{0}/"^^xsd:anyURI ] .
:same a sh:SPARQLFunction ; sh:parameter [ sh:path :left ], [ sh:path :right ] ; sh:returnType xsd:boolean ;
  sh:ask "ASK {{ FILTER(sameTerm($left, $right)) }}" .
:target a sh:SPARQLTarget ; sh:prefixes : ; sh:select "SELECT ?this {{ ?this :p ?x }}" .
"""


def _data(random: Random, number: int) -> str:
    subjects = [*NAMES, f"_:x{number}"]
    triples = [
        f"{random.choice(subjects)} {random.choice(PREDICATES)} {random.choice([*subjects, *LITERALS])}"
        for _ in range(random.randrange(2, 14))
    ]
    triples += [
        f"{random.choice(subjects)} a {random.choice(CLASSES)}" for _ in range(random.randrange(1, 4))
    ]
    triples += [
        "{} rdfs:subClassOf {}".format(*random.sample(CLASSES, 2)) for _ in range(random.randrange(2))
    ]
    return "".join(f"{triple} .\n" for triple in triples)


@dataclass
class _Shapes:
    random: Random
    lines: list[str] = field(default_factory=list)
    count: int = 0

    def targeted(self) -> str:
        shape = self.shape(2, self.random.random() < 0.5)
        targets = {
            "targetClass": CLASSES,
            "targetNode": [*NAMES, *LITERALS],
            "targetSubjectsOf": PREDICATES,
            "targetObjectsOf": PREDICATES,
        }
        for target in self.random.sample(list(targets), self.random.randrange(1, 3)):
            self.lines.append(f"{shape} sh:{target} {self.random.choice(targets[target])} .")
        return "\n".join(self.lines)

    def shape(self, depth: int, on_property: bool, path: str = "") -> str:
        self.count += 1
        node = f":s{self.count}"
        parts = [f"sh:path {path or self.path(2)}" if on_property else "a sh:NodeShape"]
        kinds = [*EACH, *(ON_PROPERTIES if on_property else {}), *(NESTED if depth else {})]
        kinds += ON_TOP if on_property and self.count == 1 else {}
        some = self.random.sample(kinds, self.random.randrange(1, 4))
        parts += [(EACH | ON_PROPERTIES | NESTED | ON_TOP)[kind](self, depth) for kind in some]
        if self.random.randrange(10) == 0:
            parts.append(f"sh:severity {self.random.choice(['sh:Warning', 'sh:Info', ':grave'])}")
        if self.random.randrange(20) == 0:
            parts.append("sh:deactivated true")
        self.lines.append(f"{node} {' ; '.join(filter(None, parts))} .")
        return node

    def expression(self, depth: int) -> str:
        kind = self.random.choice(
            ["this", "constant", "path", "path", *(["union", "intersection", "filter"] if depth else [])]
        )
        if kind == "this":
            return "sh:this"
        if kind == "constant":
            return self.random.choice([*NAMES, "1", '"ab"'])
        if kind == "path":
            return f"[ sh:path {self.path(1)} ]"
        if kind == "filter":
            return f"[ sh:filterShape {self.shape(0, False)} ; sh:nodes {self.expression(depth - 1)} ]"
        return f"[ sh:{kind} ( {self.expression(depth - 1)} {self.expression(depth - 1)} ) ]"

    def path(self, depth: int) -> str:
        kind = self.random.choice(["", "", "", "inverse", "/", "|", "*", "+", "?"]) if depth else ""
        if not kind:
            return self.random.choice(PREDICATES)
        if kind in "/|":
            parts = f"( {self.path(depth - 1)} {self.path(depth - 1)} )"
            return parts if kind == "/" else f"[ sh:alternativePath {parts} ]"
        name = {"inverse": "inverse", "*": "zeroOrMore", "+": "oneOrMore", "?": "zeroOrOne"}[kind]
        return f"[ sh:{name}Path {self.path(depth - 1)} ]"

    def inner(self, depth: int) -> str:
        return self.shape(depth - 1, self.random.random() < 0.5)

    def inners(self, depth: int) -> str:
        return f"( {' '.join(self.inner(depth) for _ in range(self.random.randrange(1, 4)))} )"

    def some(self, values: list[str]) -> str:
        return f"( {' '.join(self.random.choices(values, k=self.random.randrange(1, 4)))} )"

    def siblings(self, depth: int) -> str:
        path = self.path(1)
        shapes = [self.shape(0, True, path) for _ in range(2)]
        for node in shapes:
            self.lines.append(f"{node} sh:qualifiedValueShapesDisjoint true ; {self.qualified(depth)} .")
        return f"sh:property {' , '.join(shapes)}"

    def qualified(self, depth: int) -> str:
        limit, count = self.random.choice(["Min", "Max"]), self.random.randrange(3)
        return f"sh:qualifiedValueShape {self.inner(depth)} ; sh:qualified{limit}Count {count}"


Writer = Callable[[_Shapes, int], str]


def _one(parameter: str, values: list[str]) -> Writer:
    return lambda shapes, _: f"sh:{parameter} {shapes.random.choice(values)}"


COUNTS = ["0", "1", "2", "3"]
EACH: dict[str, Writer] = {
    "class": _one("class", CLASSES),
    "datatype": _one("datatype", [*(f"xsd:{name}" for name in DATATYPES), "rdf:langString", ":datatype"]),
    "nodeKind": _one("nodeKind", [f"sh:{kind}" for kind in KINDS]),
    **{range_: _one(range_, LITERALS if "Ex" in range_ else ORDERED) for range_ in RANGES},
    "minLength": _one("minLength", COUNTS),
    "maxLength": _one("maxLength", COUNTS),
    "pattern": lambda shapes, _: f"sh:pattern {shapes.random.choice(PATTERNS)} {shapes.random.choice(FLAGS)}",
    "languageIn": lambda shapes, _: f"sh:languageIn {shapes.some(LANGUAGES)}",
    "equals": _one("equals", PREDICATES),
    "disjoint": _one("disjoint", PREDICATES),
    "hasValue": _one("hasValue", [*NAMES, *LITERALS]),
    "in": lambda shapes, _: f"sh:in {shapes.some([*NAMES, *LITERALS])}",
    "closed": lambda shapes, _: f"sh:closed true ; sh:ignoredProperties {shapes.some(['rdf:type', ':p'])}",
}
ON_PROPERTIES: dict[str, Writer] = {
    "minCount": _one("minCount", COUNTS),
    "maxCount": _one("maxCount", COUNTS),
    "uniqueLang": _one("uniqueLang", ["true"]),
    "lessThan": _one("lessThan", PREDICATES),
}
ON_TOP: dict[str, Writer] = {"lessThanOrEquals": _one("lessThanOrEquals", PREDICATES)}
"""Known differences between processors are not nested: there they could not be told apart."""
NESTED: dict[str, Writer] = {
    "not": lambda shapes, depth: f"sh:not {shapes.inner(depth)}",
    "node": lambda shapes, depth: f"sh:node {shapes.shape(depth - 1, False)}",
    "property": lambda shapes, depth: f"sh:property {shapes.shape(depth - 1, True)}",
    "and": lambda shapes, depth: f"sh:and {shapes.inners(depth)}",
    "or": lambda shapes, depth: f"sh:or {shapes.inners(depth)}",
    "xone": lambda shapes, depth: f"sh:xone {shapes.inners(depth)}",
    "siblings": lambda shapes, depth: shapes.siblings(depth),
}
