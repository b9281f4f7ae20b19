"""pySHACL as the processor of Core; SPARQL constraints run in the store, all focus nodes in one query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pyshacl
from rdflib import RDF, SH, Graph, Literal, URIRef


@dataclass(frozen=True, slots=True)
class ValidationResult:
    focus_node: Any
    path: Any
    value: Any
    component: Any
    source_shape: Any
    severity: Any


@dataclass
class Compiled:
    graph: Graph

    def validate(self, store: ox.Store) -> Iterator[ValidationResult]:
        core, sparql = Graph(), []
        for t in self.graph:
            core.add(t)
        for shape, constraint in self.graph.subject_objects(SH.sparql):
            core.remove((shape, SH.sparql, constraint))
            sparql.append((shape, str(self.graph.value(constraint, SH.select))))
        data = Graph()
        data.parse(data=ox.serialize((q.triple for q in store), format=ox.RdfFormat.N_TRIPLES), format="nt")
        _, report, _ = pyshacl.validate(data, shacl_graph=core)
        found = []
        for r in report.subjects(RDF.type, SH.ValidationResult):
            g = lambda p: _ox(report.value(r, p))
            found.append(ValidationResult(g(SH.focusNode), g(SH.resultPath), g(SH.value), g(SH.sourceConstraintComponent), g(SH.sourceShape), g(SH.resultSeverity)))
        prefixes = "".join(f"PREFIX {self.graph.value(d, SH.prefix)}: <{self.graph.value(d, SH.namespace)}>\n" for d in self.graph.objects(None, SH.declare))
        for shape, select in sparql:
            target = self.graph.value(shape, SH.targetClass) or next((self.graph.value(s, SH.targetClass) for s in self.graph.subjects(SH.property, shape)), None)
            text = select.replace("$this", "?this").replace("WHERE {", f"WHERE {{ ?this a <{target}> . ", 1)
            path = self.graph.value(shape, SH.path)
            for s in store.query(prefixes + text):
                names = {v.value for v in s and []} 
                def get(n):
                    try: return s[n]
                    except KeyError: return None
                found.append(ValidationResult(get("this"), get("path") or _ox(path), get("value"), ox.NamedNode(str(SH.SPARQLConstraintComponent)), _ox(shape), _ox(self.graph.value(shape, SH.severity))))
        return iter(sorted(found, key=str))


def _ox(term):
    if isinstance(term, URIRef): return ox.NamedNode(str(term))
    if isinstance(term, Literal): return ox.Literal(str(term), language=term.language) if term.language else ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
    return None


def compile_shapes(graph): return Compiled(graph)


def report_graph(results):
    g = Graph()
    return g
