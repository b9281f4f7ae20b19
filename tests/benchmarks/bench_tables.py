"""Tables of projects into claims: rows per second, and memory, by format and by number of rows.

    python tests/benchmarks/bench_tables.py [--rows 10000,100000] [--against calamine,openpyxl]

Each table has fifteen columns, every kind of cell among them, and is read in a process of its own.
calamine and openpyxl read the cells alone, and make no claims of them.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import multiprocessing
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from iomgraph.claims import table_options
from iomgraph.claims.lexicon import CellContext, Lexicon
from iomgraph.claims.rows import RowSource
from iomgraph.claims.table import TableFile, TableReader
from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources import rules
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets import book
from iomgraph.sources.tables import Tables

COLUMNS = {
    "Project ID": "identifier",
    "Title": "title@en",
    "Titre": "title@fr",
    "Country": "benefitingState",
    "Start": "startDate",
    "End": "endDate",
    "Status": "status",
    "Theme": "theme",
    "Budget": "budget",
    "Currency": "currency",
    "SDG": "statedGoal",
    "IATI identifier": "iatiIdentifier",
    "Link": "sourceLink",
    "Partner": "participation:implementing",
    "Remarks": "ignore",
}
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="a" Type="{_RELATIONS}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_NAMESPACE}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="Projects" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="a" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="b" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="c" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_NAMESPACE}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    "</cellXfs></styleSheet>",
}


def cells(number: int) -> list[str]:
    """Make the cells of a row up."""
    return [
        f"P.{number:07d}",
        f"Strengthening the management of border number {number}",
        f"Renforcement de la gestion des frontières numéro {number}",
        ("Kenya 60%; Uganda 40%", "Côte d’Ivoire", "Peru, Chile")[number % 3],
        str(43_800 + number % 900),
        str(44_900 + number % 900),
        ("Active", "Completed")[number % 2],
        "Immigration and Borders",
        f"{1000 + number * 1.25}",
        "USD",
        "8.8; 10.7",
        f"XM-DAC-47066-P.{number}",
        f"https://example.org/project/{number}",
        "Government; Red Cross",
        "A remark that nobody publishes. " * 3,
    ]


def write_csv(path: Path, number: int) -> None:
    """Write a table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in range(1, number + 1):
            made = cells(row)
            made[4:6] = ["2020-01-05", "2023-02-06"]
            writer.writerow(made)


def write_xlsx(path: Path, number: int) -> None:
    """Write a table as a workbook whose texts are shared, as spreadsheet programs do."""
    strings: dict[str, int] = {}

    def cell(column: int, text: str) -> str:
        if column in {4, 5, 8}:
            return f'<c s="{1 if column < 8 else 0}"><v>{text}</v></c>'
        return f'<c t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{_NAMESPACE}"><sheetData><row r="1">'.encode())
            head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in COLUMNS)
            sheet.write(f"{head}</row>".encode())
            for row in range(1, number + 1):
                made = "".join(cell(column, text) for column, text in enumerate(cells(row)))
                sheet.write(f'<row r="{row + 1}">{made}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        items = "".join(f"<si><t>{text}</t></si>" for text in strings)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_NAMESPACE}">{items}</sst>')


def read_rows(path: Path) -> int:
    """Read the rows."""
    with book.opened(path) as opened:
        return sum(1 for _ in opened.rows(opened.sheets[0]))


def read_claims(path: Path) -> int:
    """Read the rows into pages with their claims."""
    tables = Tables(Settings().data)
    lexicon = Lexicon(tables)
    options = table_options.read({}, COLUMNS, lexicon.words, "portfolio.toml")
    findings: list[Finding] = []
    reader = TableReader(CellContext(lexicon, options, "USD"), Reporter(rules.read(tables), findings))
    return sum(1 for _ in reader.pages(TableFile(path, path.name, RowSource("projects"))))


def read_calamine(path: Path) -> int:
    """Read the cells with calamine."""
    calamine = importlib.import_module("python_calamine")  # no dependency: install it to compare
    return sum(1 for _ in calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())


def read_openpyxl(path: Path) -> int:
    """Read the cells and their formats with openpyxl."""
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    return sum(1 for row in sheet.iter_rows() if [(cell.value, cell.number_format) for cell in row])


READERS: dict[str, Callable[[Path], int]] = {
    "rows": read_rows,
    "claims": read_claims,
    "calamine": read_calamine,
    "openpyxl": read_openpyxl,
}


def _measure(name: str, path: Path, outcome: multiprocessing.SimpleQueue[tuple[float, float]]) -> None:
    start = time.process_time()
    READERS[name](path)
    outcome.put((time.process_time() - start, _peak()))


def _peak() -> float:
    """Megabytes of memory at the peak; the system's other figure counts the process that started this one."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, path: Path) -> tuple[float, float]:
    """Read a table in a process of its own: seconds of the processor, and megabytes at the peak."""
    context = multiprocessing.get_context("spawn")
    outcome: multiprocessing.SimpleQueue[tuple[float, float]] = context.SimpleQueue()
    process = context.Process(target=_measure, args=(name, path, outcome))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{name} failed")
    return outcome.get()


def results(sizes: list[int], against: list[str]) -> Iterator[str]:
    """Measure every reader on tables of some sizes."""
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            for name, write in (("projects.csv", write_csv), ("projects.xlsx", write_xlsx)):
                path = Path(folder) / name
                write(path, size)
                for reader in ("rows", "claims", *(against if name.endswith(".xlsx") else ())):
                    seconds, peak = measure(reader, path)
                    megabytes = path.stat().st_size / 1e6
                    yield (
                        f"{name:14} {megabytes:6.1f} MB {size:8,} rows  {reader:9} {seconds:7.2f} s "
                        f"{size / seconds:9,.0f} rows/s  {peak:6.0f} MB at the peak"
                    )


def main() -> None:
    """Print a line per format, size and reader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", default="10000,100000", help="numbers of rows, with commas between")
    parser.add_argument("--against", default="", help="calamine, openpyxl")
    arguments = parser.parse_args()
    sizes = [int(text) for text in arguments.rows.split(",")]
    for line in results(sizes, [name for name in arguments.against.split(",") if name]):
        print(line, flush=True)  # noqa: T201 - it is what a benchmark is for


if __name__ == "__main__":
    main()
