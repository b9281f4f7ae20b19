"""The store of the cache: one SQLite file of limited size, with a checksum for each value.

Several processes and builds may use it at once. Nothing in it is needed: what is damaged, or can't be
read or written, is as if it were not there.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from contextlib import suppress
from errno import ENOTDIR
from mmap import mmap
from pathlib import Path
from types import TracebackType
from typing import Self

from iomgraph.cache.keys import digest
from iomgraph.errors import SettingsError

FILE = "iomgraph-cache-1.sqlite"
"""The file's name has the version of its format, so that each version has a file of its own."""
LIMIT = 2 * 2**30
"""Maximum size of the file in bytes; the values unused for the longest time are removed first."""

_DAY = 86_400
_WAIT = 30
"""Seconds to wait for another process that writes."""
_BATCH = 1 << 22
"""Bytes that a process keeps in memory before it writes them."""
_LEVEL = 1
"""The level of compression: the lowest, because values repeat themselves and are written once."""
_KEEP = 0.7
"""The share of the limit that remains after values were removed."""
_ROOM = 512
"""Bytes for a note on trouble."""
_TABLE = """
CREATE TABLE IF NOT EXISTS entry (
  key BLOB PRIMARY KEY, sum BLOB NOT NULL, used INTEGER NOT NULL, value BLOB NOT NULL
)
"""


class Store:
    """Values by key; a copy of this process may use it, too.

    Args:
        folder: where the file lies; it is made, for this user alone.
        limit: bytes that the file may have.

    Raises:
        SettingsError: if the folder can't be made, or is open to others for writing.
    """

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        # Copies of this process share it.
        self._trouble = mmap(-1, _ROOM)
        self._path, self._limit = folder / FILE, limit
        self._connections: dict[int, sqlite3.Connection | None] = {}
        self._waiting: dict[bytes, bytes] = {}
        self._touched: list[bytes] = []
        self._held = 0
        self._today = int(time.time() // _DAY)
        _prepare(folder)

    @property
    def trouble(self) -> str:
        """The first reason why this process or a copy of it did without the store; empty if all is well."""
        return self._trouble[:].rstrip(b"\0").decode(errors="replace")

    def _note(self, trouble: str) -> None:
        if not self.trouble:
            data = trouble.encode()[:_ROOM]
            self._trouble[: len(data)] = data

    def get(self, key: bytes) -> bytes | None:
        """Return a value; None if there is none, or if it is damaged."""
        connection = self._connection()
        if key in self._waiting:
            return zlib.decompress(self._waiting[key])
        found = self._ask(connection, key) if connection else None
        if found is None:
            return None
        total, used, value = found
        if not isinstance(value, bytes) or total != digest(key, value):
            self._note("an entry is damaged")
            return None
        if used != self._today:
            self._touched.append(key)
        return zlib.decompress(value)

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value; it is written with the next ones, or by `flush`."""
        if self._connection() is None:
            return
        self._waiting[key] = zlib.compress(value, _LEVEL)
        self._held += len(self._waiting[key])
        if self._held >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the values that this process has put since the last time; each process has to call it."""
        connection = self._connection()
        rows = [(key, digest(key, value), self._today, value) for key, value in self._waiting.items()]
        touched = [(self._today, key) for key in self._touched]
        self._waiting, self._touched, self._held = {}, [], 0
        if connection is None or not (rows or touched):
            return
        try:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", rows)
                connection.executemany("UPDATE entry SET used = ? WHERE key = ?", touched)
        except sqlite3.Error as error:
            self._failed(error)

    def close(self) -> None:
        """Write the remaining values, and remove those unused for longest if the file is too large."""
        self.flush()
        connection = self._connection()
        if connection is not None:
            try:
                self._shrink(connection)
            except sqlite3.Error as error:
                self._failed(error)
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self.close()

    def _ask(self, connection: sqlite3.Connection, key: bytes) -> tuple[object, object, object] | None:
        query = "SELECT sum, used, value FROM entry WHERE key = ?"
        try:
            found: tuple[object, object, object] | None = connection.execute(query, (key,)).fetchone()
        except sqlite3.Error as error:
            self._failed(error)
            return None
        return found

    def _connection(self) -> sqlite3.Connection | None:
        """The connection of this process, because a copy of another one's must not be used."""
        own = os.getpid()
        if own not in self._connections:
            self._waiting, self._touched, self._held = {}, [], 0
            self._connections[own] = self._opened()
        return self._connections[own]

    def _opened(self) -> sqlite3.Connection | None:
        # The first attempt removes a damaged file; the second makes a new one.
        for _ in range(2):
            try:
                return _connect(self._path)
            except sqlite3.Error as error:
                self._failed(error)
        return None

    def _failed(self, error: sqlite3.Error) -> None:
        """Do without the store; a damaged file is removed, so that the next build makes a new one."""
        self._note(str(error))
        self._let_go()
        self._connections[os.getpid()] = None
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            for suffix in ("", "-wal", "-shm"):
                with suppress(OSError):
                    self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _let_go(self) -> None:
        connection = self._connections.pop(os.getpid(), None)
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _shrink(self, connection: sqlite3.Connection) -> None:
        size = _number(connection, "page_size")
        if (_number(connection, "page_count") - _number(connection, "freelist_count")) * size <= self._limit:
            return
        total, gone = 0, list[tuple[bytes]]()
        order = "SELECT key, length(key) + length(value) + 64 FROM entry ORDER BY used DESC, rowid DESC"
        for key, taken in connection.execute(order):
            total += taken
            if total > self._limit * _KEEP:
                gone.append((key,))
        with connection:
            connection.executemany("DELETE FROM entry WHERE key = ?", gone)
        # `execute` would take back a page alone.
        connection.executescript("PRAGMA incremental_vacuum")


def _prepare(folder: Path) -> None:
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(ENOTDIR, "it is not a folder")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        told = folder.stat()
    except OSError as error:
        raise SettingsError(
            f"the cache can't be used ({error.strerror})",
            where=folder,
            step="name another folder with --cache, or build without one",
        ) from error
    foreign = hasattr(os, "getuid") and os.getuid() not in (0, told.st_uid)
    if foreign or (told.st_mode & 0o002 and os.name == "posix"):
        raise SettingsError(
            "others can write into the folder of the cache",
            where=folder,
            step="run chmod o-w on it if it is yours, or name another with --cache",
        )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        # A crash of the system may damage the file: that is noticed, and nothing in it is needed.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
