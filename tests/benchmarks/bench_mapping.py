"""Rows to N-Triples on disk: the compiled context beside Morph-KGC, from one CSV file to the same triples.

    python tests/benchmarks/bench_mapping.py [--projects 12000] [--morph PYTHON]

Morph-KGC wants an older rdflib than we do, so it needs an environment of its own; PYTHON is the
interpreter there. Without it only our own figures are told.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping import context
from iomgraph.settings import Settings

Record = dict[str, Any]

LINKS = ("status", "theme", "coverage", "region")
TEXTS = ("identifier", "primaId", "iatiIdentifier")
YEARS = ("startYear", "endYear", "fundingYear")
DATES = ("startDate", "endDate")
COLUMNS = ("id", *TEXTS, "title_en", "title_fr", "title_es", *LINKS, *YEARS, *DATES, "value")


def flat(projects: int) -> Iterator[dict[str, str]]:
    """Rows of projects of the kind that the portfolio has, with gaps as the portfolio has them."""
    for number in range(projects):
        key = f"LM.{number:06}"
        start = 2001 + number % 24
        yield {
            "id": key,
            "identifier": key,
            "primaId": f"GE10P{number % 10000:04}" if number % 3 else "",
            "iatiIdentifier": f"XM-DAC-47066-{key}",
            "title_en": f"Strengthening migration management, phase {number}" if number % 4 else "",
            "title_fr": f"Renforcement de la gestion des migrations, étape {number}",
            "title_es": f"Fortalecimiento de la gestión de la migración {number}" if number % 9 == 0 else "",
            "status": "completed",
            "theme": "labour-migration",
            "coverage": "national",
            "region": "europe",
            "startYear": str(start) if number % 5 else "",
            "endYear": str(start + 2) if number % 4 else "",
            "fundingYear": str(start),
            "startDate": str(start) if number % 5 else "",
            "endDate": str(start + 2) if number % 4 else "",
            "value": str(50_000 + number),
        }


def record(row: dict[str, str]) -> Record:
    """The record of a row."""
    name = f"projects:{row['id']}"
    made: Record = {"id": name, "type": ["Project"]}
    made["title"] = {lang: row[f"title_{lang}"] for lang in ("en", "fr", "es") if row[f"title_{lang}"]}
    made |= {term: row[term] for term in (*TEXTS, *YEARS, *DATES) if row[term]}
    prefixes = {"status": "statuses", "theme": "themes", "coverage": "coverages", "region": "regions"}
    made |= {term: f"{prefixes[term]}:{row[term]}" for term in LINKS}
    made["budget"] = {
        "id": f"{name}/budget",
        "type": ["MonetaryAmount"],
        "value": row["value"],
        "currency": "USD",
    }
    return made


def ours(table: Path, out: Path) -> float:
    """Map the table with the compiled context; seconds."""
    compiled = context.read(Settings().ontology)
    start = time.perf_counter()
    with table.open(encoding="utf-8", newline="") as rows, out.open("w", encoding="utf-8") as lines:
        for row in csv.DictReader(rows):
            lines.writelines(compiled.quads(record(row)))
    return time.perf_counter() - start


def mapped(table: Path) -> float:
    """Map the table's records, made beforehand, with the compiled context; seconds."""
    compiled = context.read(Settings().ontology)
    with table.open(encoding="utf-8", newline="") as rows:
        records = [record(row) for row in csv.DictReader(rows)]
    start = time.perf_counter()
    for made in records:
        compiled.quads(made)
    return time.perf_counter() - start


def rml(table: Path) -> str:
    """The same mapping in RML."""
    base, iom = "https://w3id.org/iomgraph/", "https://w3id.org/iomgraph/ontology#"
    dct, schema, xsd = "http://purl.org/dc/terms/", "https://schema.org/", "http://www.w3.org/2001/XMLSchema#"
    source = f'rml:logicalSource [ rml:source "{table}" ; rml:referenceFormulation ql:CSV ]'
    project, budget = f"{base}id/project/{{id}}", f"{base}id/project/{{id}}/budget"

    def has(predicate: str, object_map: str) -> str:
        return f"rr:predicateObjectMap [ rr:predicate <{predicate}> ; rr:objectMap [ {object_map} ] ]"

    parts = [has(f"{iom}{term}", f'rr:template "{base}id/{term}/{{{term}}}"') for term in LINKS]
    parts += [
        has(f"{dct}title", f'rml:reference "title_{lg}" ; rr:language "{lg}"') for lg in ("en", "fr", "es")
    ]
    parts += [has(f"{iom}{term}", f'rml:reference "{term}" ; rr:datatype <{xsd}integer>') for term in YEARS]
    parts += [has(f"{schema}{term}", f'rml:reference "{term}" ; rr:datatype <{xsd}gYear>') for term in DATES]
    names = {"identifier": f"{dct}identifier"}
    parts += [has(names.get(term, f"{iom}{term}"), f'rml:reference "{term}"') for term in TEXTS]
    parts.append(has(f"{iom}budget", f'rr:template "{budget}"'))
    money = [
        has(f"{schema}value", f'rml:reference "value" ; rr:datatype <{xsd}decimal>'),
        has(f"{schema}currency", 'rr:constant "USD"'),
    ]

    def subject(template: str, kind: str) -> str:
        return f'rr:subjectMap [ rr:template "{template}" ; rr:class <{kind}> ]'

    return (
        "@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .\n"
        "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n"
        f"<#P> {source} ; {subject(project, f'{iom}Project')} ; {' ; '.join(parts)} .\n"
        f"<#B> {source} ; {subject(budget, f'{schema}MonetaryAmount')} ; {' ; '.join(money)} .\n"
    )


def morph(python: str, table: Path, out: Path) -> float:
    """Map the table with Morph-KGC; seconds of the materialisation, its start-up left out."""
    mapping, config = out.with_suffix(".rml.ttl"), out.with_suffix(".ini")
    mapping.write_text(rml(table), encoding="utf-8")
    config.write_text(
        f"[CONFIGURATION]\noutput_file={out}\nlogging_level=WARNING\n[SOURCE]\nmappings={mapping}\n",
        encoding="utf-8",
    )
    script = (
        "import runpy, sys, time\nimport morph_kgc\n"
        "if __name__ == '__main__':\n"
        "    start = time.perf_counter()\n"
        "    runpy.run_module('morph_kgc', run_name='__main__')\n"
        "    print('SECONDS', time.perf_counter() - start)\n"
    )
    runner = out.with_suffix(".py")
    runner.write_text(script, encoding="utf-8")
    done = subprocess.run([python, str(runner), str(config)], capture_output=True, text=True, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith("SECONDS")]
    if not told:
        raise SystemExit(f"Morph-KGC did not run:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    return float(told[0].split()[1])


def triples(path: Path) -> set[ox.Triple]:
    """The triples of a file of N-Triples."""
    return {quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES)}


def run(projects: int, python: str | None) -> dict[str, float]:
    """Measure, check that both say the same, and give triples a second by name."""
    with tempfile.TemporaryDirectory() as folder:
        table, mine, theirs = (Path(folder) / name for name in ("projects.csv", "ours.nt", "morph.nt"))
        with table.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(flat(projects))
        seconds = ours(table, mine)
        count = len(triples(mine))
        rates = {
            "iomgraph, rows to file": count / seconds,
            "iomgraph, records to quads": count / mapped(table),
        }
        if python:
            rates["Morph-KGC, rows to file"] = count / morph(python, table, theirs)
            if triples(mine) != triples(theirs):
                raise SystemExit("the two mappings do not say the same")
        return rates


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--projects", type=int, default=12_000)
    parser.add_argument("--morph", metavar="PYTHON", help="interpreter of an environment with morph-kgc")
    options = parser.parse_args()
    rates = run(options.projects, options.morph)
    for name, rate in rates.items():
        sys.stdout.write(f"{name:<28} {rate:>12,.0f} triples/s\n")


if __name__ == "__main__":
    main()
