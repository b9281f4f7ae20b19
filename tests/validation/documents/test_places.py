"""Every format gives the exact place of a triple, or of the thing that lacks one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import IomgraphError
from iomgraph.validation.documents import read
from iomgraph.validation.documents.places import Wanted
from iomgraph.validation.shacl.terms import as_written

E = "http://e/"
ANNA, BEA = ox.NamedNode(f"{E}anna"), ox.NamedNode(f"{E}bea")
AGE, NAME = f"{E}age", f"{E}name"
BYTE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#byte")

TURTLE = """@prefix : <http://e/> . # a comment with "quotes"
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:anna a :Person ;
  :name "Anna" , '''several
lines''' ;
  :age 030 , "300"^^xsd:byte ,
    "é 300"@en .  :bea a :Person;:name "B.";
  :knows [ :name "Carl" ;
    :age 1.50 ] , :anna.
"""
FILES = {
    "people.ttl": TURTLE,
    "people.trig": TURTLE.replace(":anna a", ":g {\n:anna a").replace(":anna.\n", ":anna\n}\n"),
    "people.nt": """# people
<http://e/anna> <http://e/age> "300"^^<http://www.w3.org/2001/XMLSchema#byte> .

  <http://e/anna>\t<http://e/name>   "Anna" . # not "Bea"
<http://e/bea> <http://e/name> "B." .
""",
    "people.nq": """<http://e/anna> <http://e/age> "300"^^<http://www.w3.org/2001/XMLSchema#byte> <g:g> .
<http://e/anna> <http://e/name> "Anna" <http://e/g> .
<http://e/bea> <http://e/name> "B." .
""",
    "people.rdf": """<?xml version="1.0"?>
<!-- <e:Person> in a comment -->
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
  <e:Person rdf:about="http://e/anna">
    <e:name>Anna</e:name>
    <e:age
      rdf:datatype="http://www.w3.org/2001/XMLSchema#byte">300</e:age>
  </e:Person>
  <rdf:Description rdf:about="http://e/bea" e:name="B."/>
</rdf:RDF>
""",
    "people.jsonld": """{"@context": {"@vocab": "http://e/", "id": "@id",
    "age": {"@type": "http://www.w3.org/2001/XMLSchema#byte"}},
 "@graph": [
   {"id": "http://e/anna", "@type": "Person",
    "name": ["x", "Anna"], "age": "300"},
   {"id": "http://e/bea",
    "name": "B."}]}
""",
}
WANTED = {
    "typed value": Wanted(ANNA, AGE, ox.Literal("300", datatype=BYTE)),
    "value": Wanted(ANNA, NAME, ox.Literal("Anna")),
    "missing value": Wanted(BEA, AGE),
    "thing": Wanted(BEA),
}
PLACES = {
    "people.ttl": [(7, 14), (5, 9), (8, 19), (8, 19)],
    "people.trig": [(8, 14), (6, 9), (9, 19), (9, 19)],
    "people.nt": [(2, 32), (4, 37), (5, 1), (5, 1)],
    "people.nq": [(1, 32), (2, 33), (3, 1), (3, 1)],
    "people.rdf": [(6, 5), (5, 5), (9, 3), (9, 3)],
    "people.jsonld": [(5, 35), (5, 19), (6, 4), (6, 4)],
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packed", [False, True])
def test_the_places_of_a_value_a_missing_value_and_a_thing_are_found(
    tmp_path: Path, name: str, packed: bool
) -> None:
    path = tmp_path / (f"{name}.gz" if packed else name)
    data = FILES[name].encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    places = read([path]).places(WANTED.values())
    assert [(places[one].line, places[one].offset) for one in WANTED.values()] == PLACES[name]
    assert {place.file for place in places.values()} == {path.as_posix()}


def test_json_ld_is_pointed_into(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonld"
    path.write_text(FILES[path.name], encoding="utf-8")
    places = read([path]).places(WANTED.values())
    assert [places[one].label for one in WANTED.values()] == [
        "/@graph/0/age",
        "/@graph/0/name/1",
        "/@graph/1",
        "/@graph/1",
    ]


def test_turtle_knows_values_of_many_lines_numbers_as_written_and_languages(tmp_path: Path) -> None:
    path = tmp_path / "people.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    wanted = [
        Wanted(ANNA, NAME, ox.Literal("several\nlines")),
        Wanted(ANNA, AGE, ox.Literal("030", datatype=integer)),
        Wanted(ANNA, AGE, ox.Literal("é 300", language="en")),
        Wanted(BEA, NAME, ox.Literal("B.")),
        Wanted(BEA, f"{E}knows", ANNA),
    ]
    places = read([path]).places(wanted)
    assert [(places[one].line, places[one].offset) for one in wanted] == [
        (5, 18),
        (7, 8),
        (8, 5),
        (8, 40),
        (10, 19),
    ]


def test_a_blank_node_is_found_at_its_bracket_or_its_label(tmp_path: Path) -> None:
    first, second = tmp_path / "one.ttl", tmp_path / "two.ttl"
    first.write_text(TURTLE, encoding="utf-8")
    second.write_text(
        '@prefix : <http://e/> .\n_:x :name "X" .\n:l :of ( :a [ :name "Y" ] ) .\n', encoding="utf-8"
    )
    documents = read([first, second])
    name = ox.NamedNode(NAME)
    nodes = {
        quad.object.value: quad.subject
        for quad in documents.store.quads_for_pattern(None, name, None)
        if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.BlankNode)
    }
    places = documents.places([Wanted(node) for node in nodes.values()])
    found = {key: places[Wanted(node)] for key, node in nodes.items()}
    assert {key: (Path(at.file).name, at.line, at.offset) for key, at in found.items()} == {
        "Carl": ("one.ttl", 9, 10),
        "X": ("two.ttl", 2, 1),
        "Y": ("two.ttl", 3, 13),
    }
    carl = Wanted(
        nodes["Carl"],
        AGE,
        ox.Literal("1.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    )
    place = documents.places([carl])[carl]
    assert (place.line, place.offset) == (10, 10)


def test_one_label_in_two_files_is_two_nodes(tmp_path: Path) -> None:
    paths = [tmp_path / "a.nt", tmp_path / "b.nt"]
    for path in paths:
        path.write_text(f'_:x <{NAME}> "{path.stem}" .\n', encoding="utf-8")
    assert len({quad.subject for quad in read(paths).store}) == 2


def test_imports_are_reported_and_not_fetched(tmp_path: Path) -> None:
    path = tmp_path / "o.ttl"
    path.write_text("<> <http://www.w3.org/2002/07/owl#imports> <http://e/other> .", encoding="utf-8")
    assert read([path]).imports == [f"{E}other"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.ttl", "@prefix : <http://e/> .\n:a :b oops .\n", "a.ttl:2:7"),
        ("a.ttl", ":a :b :c .\n", "a.ttl:1:1"),
        ("a.nt", "<http://e/a> <http://e/b> <http://e/c>\n", "a.nt:"),
        ("a.jsonld", '{"@id": "http://e/a",\n "http://e/b": }', "a.jsonld:2:"),
        ("a.rdf", "<rdf:RDF", "a.rdf"),
        ("a.jsonld", '{"@context": "http://e/context", "name": "x"}', "remote context"),
        ("a.rdf", '<!DOCTYPE x [<!ENTITY a "b">]><x/>', "document type"),
        ("a.txt", "", "extension is not that of an RDF format"),
        ("a.csv", "", "extension is not that of an RDF format"),
        ("missing.ttl", None, "can't be read"),
    ],
)
def test_what_is_not_a_rdf_is_refused_with_its_place_and_a_next_step(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(IomgraphError) as stopped:
        read([tmp_path / name])
    assert said in str(stopped.value)
    assert "Next: " in str(stopped.value)


def test_a_file_that_is_not_a_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nt.gz"
    path.write_bytes(gzip.compress(b'<http://e/a> <http://e/b> "c" .\n')[:-9])
    with pytest.raises(IomgraphError, match="can't be read"):
        read([path])


NODES = st.sampled_from([":a", ":b", "_:c", "<http://e/d>", "[]", "[ :p 1 ]", "( 1 :a )"])
OBJECTS = NODES | st.sampled_from(['"x"', '"é"@fr', "1", "1.0", "true", '"""a\n"b"""', "'.'^^:t", '"["'])
SPACE = st.sampled_from([" ", "\n", " # ; . [\n", "\t"])


@given(
    st.lists(
        st.tuples(NODES.filter(lambda n: n[0] not in "(["), st.lists(OBJECTS, min_size=1, max_size=3), SPACE),
        max_size=5,
    )
)
def test_the_place_of_each_triple_of_a_named_thing_is_that_of_its_object(
    tmp_path_factory: pytest.TempPathFactory, statements: list[tuple[str, list[str], str]]
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.ttl"
    text, starts = "@prefix : <http://e/> .\n", []
    for number, (subject, objects, space) in enumerate(statements):
        text += f"{subject}{space}:p{number}{space}"
        for count, one in enumerate(objects):
            text += f"{space},{space}" if count else ""
            starts.append((number, count, len(text)))
            text += one
        text += f"{space}.{space}"
    path.write_text(text, encoding="utf-8")
    documents = read([path])
    for number in range(len(statements)):
        predicate = f"{E}p{number}"
        quads = list(documents.store.quads_for_pattern(None, ox.NamedNode(predicate), None))
        expected = {
            (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
            for which, _, at in starts
            if which == number
        }
        for quad in quads:
            assert isinstance(quad.object, ox.NamedNode | ox.BlankNode | ox.Literal)
            assert isinstance(quad.subject, ox.NamedNode | ox.BlankNode)
            wanted = Wanted(quad.subject, predicate, as_written(quad.object))
            place = documents.places([wanted])[wanted]
            assert (place.line, place.offset) in expected
