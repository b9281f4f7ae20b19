"""Activities of the IATI Standard into claims: megabytes per second, and memory, by size of the file.

    python tests/benchmarks/bench_iati.py [--megabytes 10,100] [--file activities.xml]

The activities of the file are repeated under identifiers of their own until the size is reached. `parse` is
libxml2 alone, which throws each activity away as it ends; `claims` is what a build does with it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from iomgraph.claims.iati import reader
from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources import rules
from iomgraph.sources.iati import stream
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

SMALL = (
    '<iati-activities version="2.03"><iati-activity default-currency="USD" xml:lang="en">'
    "<iati-identifier>XX-1-A</iati-identifier>"
    '<reporting-org ref="XX-1" type="40"><narrative>Ours</narrative></reporting-org>'
    "<title><narrative>Roads</narrative></title>"
    '<activity-status code="2"/><activity-date type="2" iso-date="2020-01-01"/>'
    '<recipient-country code="KE" percentage="60"/><recipient-country code="UG" percentage="40"/>'
    '<sector code="15190"/><budget><period-start iso-date="2020-01-01"/>'
    '<period-end iso-date="2020-12-31"/><value>1000</value></budget></iati-activity></iati-activities>'
)
"""The file that is repeated where none is named."""


class _Nothing:
    """Takes findings, and keeps none."""

    def append(self, finding: Finding) -> None:
        """Take one."""


def repeated(source: Path | None, target: Path, megabytes: float) -> int:
    """Write a file of a size, and return how many activities it has."""
    root = etree.parse(source).getroot() if source else etree.fromstring(SMALL)
    activities, number = root.findall(stream.ACTIVITY), 0
    with target.open("wb") as out:
        out.write(b'<iati-activities version="2.03">\n')
        while out.tell() < megabytes * 1e6:
            activity = activities[number % len(activities)]
            identifier = activity.find("iati-identifier")
            identifier.text = f"XX-1-{number}"
            out.write(etree.tostring(activity))
            number += 1
        out.write(b"</iati-activities>\n")
    return number


def parse(path: Path) -> int:
    """Read a file with libxml2 alone."""
    number = 0
    for _, element in etree.iterparse(path, tag=stream.ACTIVITY, resolve_entities=False, no_network=True):
        number += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return number


def claims(path: Path) -> int:
    """Read a file into pages with claims."""
    tables = Tables(Settings().data)
    made = reader.reader(tables, Reporter(rules.read(tables), _Nothing()))
    return sum(1 for _ in made.pages(reader.IatiFile(path, path.name, "a")))


def measured(work: Callable[[Path], int], path: Path) -> tuple[int, float, float]:
    """Run work in a process of its own: its result, processor seconds, and peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_timed, (work, path))


def _timed(work: Callable[[Path], int], path: Path) -> tuple[int, float, float]:
    start = time.process_time()
    result = work(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result, time.process_time() - start, peak


def main() -> None:
    """Print a row per size and kind of work."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--megabytes", default="10,100")
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    sys.stdout.write(f"{'MB':>6} {'activities':>10} {'work':<7} {'CPU s':>7} {'MB/s':>6} {'peak MB':>8}\n")
    with tempfile.TemporaryDirectory() as folder:
        for size in map(float, given.megabytes.split(",")):
            path = Path(folder) / "activities.xml"
            number = repeated(given.file, path, size)
            for work in (parse, claims):
                found, seconds, peak = measured(work, path)
                assert found == number
                rate = path.stat().st_size / 1e6 / seconds
                sys.stdout.write(
                    f"{size:6g} {number:10,} {work.__name__:<7} {seconds:7.1f} {rate:6.1f} {peak:8.0f}\n"
                )


if __name__ == "__main__":
    main()
