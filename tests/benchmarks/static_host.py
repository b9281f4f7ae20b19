"""A static host on this machine, as people put a site on one."""

from __future__ import annotations

import functools
import http.server
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the base class)
        pass


@contextmanager
def hosted(site: Path) -> Iterator[str]:
    """The address of a site, with a slash at the end, until the block ends."""
    handler = functools.partial(_Silent, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@contextmanager
def on_nginx(folder: Path, block: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run nginx until the block ends, and give its process and port.

    Args:
        folder: for its files, which are temporary.
        block: what stands in its block `http`; PORT is the port in it.
    """
    with socket.create_server(("127.0.0.1", 0)) as some:
        port: int = some.getsockname()[1]
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{block.replace('PORT', str(port))}\n}}\n"
    )
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield process, port
    finally:
        process.terminate()
        process.wait()
