"""Small queries beside clients that send one heavy query after the other.

    python tests/benchmarks/bench_fairness.py [--release dist] [--seconds 60] [--heavy 8] [--addresses]

Each heavy client waits for its answer, and asks again; each query of it is a new one, and takes longer than
the limit of time lets it. `--addresses` gives every client an address of its own (127.0.0.2 and so on), as
they have in the world; without it they share one, as behind a proxy that is not trusted.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections import Counter
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from bench_serving import DEATH, JSON, free_port, ours, running, things

say = partial(print, flush=True)


class Load:
    """Clients that ask for a while.

    Args:
        release: that is served.
        heavy: number of heavy clients.
        has_addresses: whether each client has an address of its own.
    """

    def __init__(self, release: Path, heavy: int, *, has_addresses: bool) -> None:
        self.heavy: Counter[int] = Counter()
        self.small: list[tuple[float, int]] = []
        self._heavy, self._has_addresses, self._port = heavy, has_addresses, free_port()
        self._command = ours(release, self._port, "--no-log-requests")
        self._keys = things(release)
        self._stop = threading.Event()

    def run(self, seconds: float) -> None:
        """Let all clients ask."""
        with running(self._command, self._port):
            threads = [threading.Thread(target=self._ask_heavy, args=(n,)) for n in range(self._heavy)]
            threads.append(threading.Thread(target=self._ask_small))
            for thread in threads:
                thread.start()
            self._stop.wait(seconds)
            self._stop.set()
            threads[-1].join()
        for thread in threads:
            thread.join()

    def _get(self, client: int, query: str) -> int:
        source = (f"127.0.0.{client + 2}", 0) if self._has_addresses else None
        connection = HTTPConnection("127.0.0.1", self._port, timeout=120, source_address=source)
        try:
            connection.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": JSON})
            told = connection.getresponse()
            told.read()
            return told.status
        except OSError:
            return 0
        finally:
            connection.close()

    def _ask_heavy(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            status = self._get(client, f"{DEATH[0]} # {client} {number}")
            if not self._stop.is_set():
                self.heavy[status] += 1

    def _ask_small(self) -> None:
        number = 0
        while not self._stop.wait(0.02):
            number += 1
            start = time.perf_counter()
            query = f"SELECT ?p ?o {{ <{self._keys[number % len(self._keys)]}> ?p ?o }} # {number}"
            status = self._get(self._heavy, query)
            self.small.append((time.perf_counter() - start, status))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--release", type=Path, default=Path("dist"))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--heavy", type=int, default=8)
    parser.add_argument("--addresses", action="store_true")
    given = parser.parse_args()
    load = Load(given.release, given.heavy, has_addresses=given.addresses)
    load.run(given.seconds)
    ordered = sorted(seconds for seconds, _ in load.small)
    p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
    statuses = ", ".join(f"{status} {n}" for status, n in sorted(Counter(s for _, s in load.small).items()))
    say(f"small queries: {len(ordered)} asked ({statuses})")
    say(f"small queries: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {ordered[-1] * 1000:.0f} ms")
    say(f"heavy queries: {', '.join(f'{status} {n}' for status, n in sorted(load.heavy.items()))}")


if __name__ == "__main__":
    main()
