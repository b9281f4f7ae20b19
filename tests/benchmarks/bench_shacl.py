"""Speed of validation beside other SHACL processors: load included, each in its own process.

    python tests/benchmarks/bench_shacl.py --projects 100000 --faults 0.01 --with pyshacl,pyrudof

The data is made up after iomgraph's own: per project some 15 triples, of which a share has one fault.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

XSD = "http://www.w3.org/2001/XMLSchema#"
IOM = "https://w3id.org/iomgraph/ontology#"
ID = "https://w3id.org/iomgraph/id/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
STATES, THEMES = 190, 12
KIBIBYTES = 1024 if sys.platform == "darwin" else 1

SHAPES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <{XSD}> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix schema: <http://schema.org/> .
@prefix iom: <{IOM}> .
@prefix s: <https://w3id.org/iomgraph/shapes#> .

s:Project a sh:NodeShape ; sh:targetClass iom:Project ;
  sh:property s:identifier , s:title , s:language , s:status , s:theme , s:coverage , s:state , s:start ,
    s:end , s:order , s:duration , s:source , s:budget , s:amount , s:currency .
s:identifier sh:path dct:identifier ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ;
  sh:pattern "^[A-Z]{{2}}\\\\.[0-9]{{4,}}$" .
s:title sh:path dct:title ; sh:minCount 1 ; sh:datatype rdf:langString .
s:language sh:path dct:title ; sh:uniqueLang true ; sh:languageIn ( "en" "fr" "es" ) .
s:status sh:path iom:status ; sh:minCount 1 ; sh:maxCount 1 ;
  sh:in ( <{ID}status/active> <{ID}status/completed> ) .
s:theme sh:path iom:theme ; sh:minCount 1 ; sh:class iom:Theme .
s:coverage sh:path iom:coverage ; sh:maxCount 1 ; sh:in ( <{ID}coverage/national> <{ID}coverage/regional> ) .
s:state sh:path iom:benefitingState ; sh:minCount 1 ; sh:nodeKind sh:IRI ; sh:class iom:State .
s:start sh:path iom:startYear ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 2001 .
s:end sh:path iom:endYear ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:maxInclusive 2040 .
s:order sh:path iom:startYear ; sh:lessThanOrEquals iom:endYear .
s:duration sh:path schema:duration ; sh:maxCount 0 .
s:source sh:path dct:source ; sh:minCount 1 ; sh:nodeKind sh:IRI .
s:budget sh:path iom:budget ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI .
s:amount sh:path ( iom:budget schema:value ) ; sh:minCount 1 ; sh:datatype xsd:decimal ; sh:minExclusive 0.0 .
s:currency sh:path ( iom:budget schema:currency ) ; sh:hasValue "USD" .
"""


def lines(projects: int, faults: float) -> Iterator[str]:
    """N-Triples of some projects, a share of which has one fault, of nine kinds in turn."""
    every = round(1 / faults) if faults else 0
    for number in range(STATES):
        yield f"<{ID}state/{number}> {TYPE} <{IOM}State> .\n"
    for number in range(THEMES):
        yield f"<{ID}theme/{number}> {TYPE} <{IOM}Theme> .\n"
    for number in range(projects):
        yield from project(number, number // every % len(FAULTS) if every and number % every == 0 else -1)


FAULTS: list[tuple[str, str, str]] = [
    ("dct:identifier", "LM.", "lm-"),
    ("dct:title", "@en", ""),
    ("iom:status", "status/", "stage/"),
    ("iom:theme", "theme/", "topic/"),
    ("iom:benefitingState", "state/", "country/"),
    ("iom:startYear", '"20', '"29'),
    ("iom:endYear", "#integer", "#string"),
    ("schema:value", '"', '"-'),
    ("schema:currency", "USD", "EUR"),
]


def project(number: int, fault: int) -> Iterator[str]:
    node = f"<{ID}project/LM.{number:06d}>"
    budget = f"{node[:-1]}/budget>"
    start = 2001 + number % 20
    values = [
        (node, "rdf:type", f"<{IOM}Project>"),
        (node, "dct:identifier", f'"LM.{number:06d}"'),
        (node, "dct:title", f'"Building capacity, phase {number}"@en'),
        (node, "dct:title", f'"Renforcer les capacités, phase {number}"@fr'),
        (node, "iom:status", f"<{ID}status/{('active', 'completed')[number % 2]}>"),
        (node, "iom:theme", f"<{ID}theme/{number % THEMES}>"),
        (node, "iom:coverage", f"<{ID}coverage/{('national', 'regional')[number % 2]}>"),
        (node, "iom:benefitingState", f"<{ID}state/{number % STATES}>"),
        (node, "iom:startYear", f'"{start}"^^<{XSD}integer>'),
        (node, "iom:endYear", f'"{start + 2}"^^<{XSD}integer>'),
        (node, "dct:source", f"<https://developmentfund.iom.int/projects/{number}>"),
        (node, "iom:budget", budget),
        (budget, "rdf:type", "<http://schema.org/MonetaryAmount>"),
        (budget, "schema:value", f'"{100000 + number % 977}.5"^^<{XSD}decimal>'),
        (budget, "schema:currency", '"USD"'),
    ]
    for subject, predicate, value in values:
        if fault >= 0 and FAULTS[fault][0] == predicate:
            value = value.replace(FAULTS[fault][1], FAULTS[fault][2], 1)
        yield f"{subject} {PREDICATES[predicate]} {value} .\n"


PREFIXES = {"dct": "http://purl.org/dc/terms/", "iom": IOM, "schema": "http://schema.org/"}
PREDICATES = {"rdf:type": TYPE} | {
    name: f"<{PREFIXES[name.partition(':')[0]]}{name.partition(':')[2]}>"
    for name in (*(fault[0] for fault in FAULTS), "iom:coverage", "iom:budget", "dct:source")
}


Release = Callable[[], int]


def with_iomgraph(data: Path) -> Release:
    import pyoxigraph

    from iomgraph.validation.documents import read
    from iomgraph.validation.shacl import compile_shapes, shapes_graph

    documents = read([data])

    def validate() -> int:
        shapes = shapes_graph(pyoxigraph.parse(SHAPES.encode(), pyoxigraph.RdfFormat.TURTLE))
        return len(compile_shapes(shapes).evaluate(documents.store, exact=True).results)

    return validate


def with_pyshacl(data: Path) -> Release:
    import pyshacl
    from rdflib import SH, Graph

    graph = Graph().parse(data, format="nt")

    def validate() -> int:
        _, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))
        assert isinstance(report, Graph)
        return len(list(report.objects(None, SH.result)))

    return validate


def with_shacl(data: Path) -> Release:
    import shacl

    shapes = data.with_suffix(".shapes.ttl")
    shapes.write_text(SHAPES, encoding="utf-8")
    return lambda: len(shacl.validate(str(data), str(shapes)).results)


def with_pyrudof(data: Path) -> Release:
    import pyrudof

    rudof: Any = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(str(data), pyrudof.RDFFormat.NTriples)

    def validate() -> int:
        rudof.read_shacl(SHAPES)
        return len(rudof.validate_shacl())

    return validate


CONTENDERS = {
    "iomgraph": with_iomgraph,
    "pyshacl": with_pyshacl,
    "pyrudof": with_pyrudof,
    "shacl": with_shacl,
}


def measure(contender: str, data: Path) -> dict[str, float]:
    """Seconds, results and peak memory in MiB, of this process."""
    started = time.perf_counter()
    validate = CONTENDERS[contender](data)
    loaded = time.perf_counter()
    results = validate()
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES / 1024
    return {
        "load": loaded - started,
        "validate": done - loaded,
        "total": done - started,
        "results": results,
        "MiB": peak,
    }


def in_own_process(contender: str, data: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", contender, str(data)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--faults", type=float, default=0.0, help="share of the projects with a fault")
    parser.add_argument("--with", dest="others", default="", help="of pyshacl, pyrudof, shacl, by commas")
    parser.add_argument("--measure", nargs=2, metavar=("CONTENDER", "FILE"), help="used by the script itself")
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure[0], Path(asked.measure[1]))))  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        with data.open("w", encoding="utf-8") as file:
            file.writelines(lines(asked.projects, asked.faults))
        report([*["iomgraph"], *filter(None, asked.others.split(","))], data)


def report(contenders: list[str], data: Path) -> None:
    """Print a table: the figures of each, and how many times ours they are."""
    columns = ("load", "validate", "total", "results", "MiB")
    print(f"{'':10}" + "".join(f"{column:>10}" for column in columns) + "   total  memory")  # noqa: T201
    ours: dict[str, float] = {}
    for contender in contenders:
        figures = in_own_process(contender, data)
        ours = ours or figures
        row = f"{contender:10}" + "".join(f"{figures[column]:>10.1f}" for column in columns)
        print(row + f"{figures['total'] / ours['total']:>7.1f}x{figures['MiB'] / ours['MiB']:>7.1f}x")  # noqa: T201


if __name__ == "__main__":
    main()
