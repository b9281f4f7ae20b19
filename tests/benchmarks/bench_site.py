"""The site: how long its pages take to make, and how it feels in a browser.

    python tests/benchmarks/bench_site.py [--sizes 0 1200 12000]

For each size (0 is the real portfolio) a release is built without the site, and then with it; the
difference is what the site takes. Then headless Chromium opens it from a static host on this machine:
first paint, layout shift and bytes of three pages; the loading of all data into the engine of the SPARQL
page, and one question asked there; the loading of the search, and one search.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import portfolio
import static_host
from playwright.sync_api import Browser, expect, sync_playwright

PAGES = ("index.html", "projects.html", "id/state/GEO.html")
PAINT = """() => new Promise(resolve => {
  let shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(one => shift += one.value))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => resolve({
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    shift,
    bytes: performance.getEntriesByType('navigation')[0].decodedBodySize +
      performance.getEntriesByType('resource').reduce((sum, one) => sum + one.decodedBodySize, 0),
  }), 500);
})"""
GROUPED = """PREFIX iom: <https://w3id.org/iomgraph/ontology#> PREFIX schema: <https://schema.org/>
SELECT ?theme (COUNT(?p) AS ?n) (SUM(?v) AS ?usd) { ?p iom:theme ?theme ; iom:budget/schema:value ?v }
GROUP BY ?theme"""


def build(data: Path | None, out: Path, *more: str) -> tuple[float, int]:
    """Build a release: seconds, and the most memory that one process took, in MB."""
    command = [sys.executable, "-m", "iomgraph", "build", "--out", str(out), *more]
    start = time.perf_counter()
    with subprocess.Popen(
        command + (["--data", str(data)] if data else []), stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - start, usage.ru_maxrss // 1024


def look(browser: Browser, address: str, path: str) -> dict[str, Any]:
    """Open a page: first paint in milliseconds, layout shift, bytes of everything that it loads."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(address + path)
        found: dict[str, Any] = page.evaluate(PAINT)
        return found


def ask(browser: Browser, address: str) -> list[str]:
    """Load the data into the SPARQL page, and ask: what it says of both."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}sparql.html")
        expect(page.locator("#told")).to_contain_text(" statements ", timeout=300_000)
        told = [page.locator("#told").inner_text()]
        page.locator(".cm-content").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(GROUPED)
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#told")).to_contain_text(" rows in ", timeout=60_000)
        return [*told, page.locator("#told").inner_text()]


def search(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds until the search is ready, and until it has found, the pause after the last key included."""
    with browser.new_context() as context:
        page = context.new_page()
        start = time.perf_counter()
        page.goto(f"{address}projects.html")
        expect(page.get_by_role("searchbox")).to_be_enabled(timeout=60_000)
        ready = time.perf_counter() - start
        start = time.perf_counter()
        page.get_by_role("searchbox").fill("border")
        expect(page.locator("#found")).to_contain_text("found", timeout=60_000)
        return ready, time.perf_counter() - start


def run(size: int, folder: Path, browser: Browser) -> None:
    """Measure one size."""
    data = folder / "data" if size else None
    if data:
        portfolio.write(data, size)
    out = folder / "dist"
    without, _ = build(data, out, "--no-site")
    shutil.rmtree(out)
    first, megabytes = build(data, out)
    again, _ = build(data, out)
    pages = sum(1 for _ in (out / "site").rglob("*.html"))
    name = f"{size:,} projects" if size else "the real portfolio"
    print(  # noqa: T201
        f"{name}: {pages:,} pages\n  without the site {without:.1f} s, with it {first:.1f} s "
        f"(the site {first - without:.1f} s, {pages / (first - without):,.0f} pages/s), "
        f"again with nothing changed {again:.1f} s; {megabytes:,} MB in the largest process"
    )
    with static_host.hosted(out / "site") as address:
        for path in PAGES:
            seen = look(browser, address, path)
            print(  # noqa: T201
                f"  {path}: first paint {seen['paint']:.0f} ms, layout shift {seen['shift']:.3f}, "
                f"{seen['bytes'] / 1000:,.0f} kB with everything"
            )
        print("  SPARQL:", *ask(browser, address))  # noqa: T201
        ready, found = search(browser, address)
        print(f"  search: ready in {ready:.2f} s, found in {found:.2f} s")  # noqa: T201


def main(sizes: Sequence[int]) -> None:
    """Measure each size and print."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                run(size, Path(folder), browser)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[0, 1200])
    main(parser.parse_args().sizes)
