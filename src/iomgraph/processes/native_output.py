"""Standard error of native libraries, kept apart from the program's own messages.

A Rust library that runs out of memory writes a line and a stack trace there, and ends the process. Only those
who debug it need that; users of a command are told by the parent process.
"""

from __future__ import annotations

import os
import sys
import tempfile
from types import TracebackType
from typing import Self

SHOWN = "IOMGRAPH_TRACEBACK"
"""Name of the environment variable that shows native output at once."""

_ERROR = 2
_NO_MEMORY = (b"memory allocation of ", b"std::bad_alloc")
_MOST = 1 << 20


class NativeOutput:
    """A file for the standard error of native code in another process.

    Example:
        >>> with NativeOutput() as native:
        ...     _ = os.write(native.descriptor, b"memory allocation of 200000000 bytes failed")
        ...     native.lacked_memory()
        True
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it is closed by `__exit__`
        self.descriptor = self._file.fileno()

    def divert(self) -> None:
        """Send output of native code in this process to the file from now on; Python's own output stays."""
        if os.environ.get(SHOWN):
            return
        try:
            is_ours = sys.stderr.fileno() == _ERROR
        except (AttributeError, OSError, ValueError):
            is_ours = False  # Something else has replaced standard error.
        if is_ours:
            sys.stderr.flush()
            encoding, errors = sys.stderr.encoding, sys.stderr.errors
            words = os.fdopen(os.dup(_ERROR), "w", buffering=1, encoding=encoding, errors=errors)
            sys.stderr = words
        os.dup2(self.descriptor, _ERROR)

    def lacked_memory(self) -> bool:
        """Tell whether native code reported that it ran out of memory."""
        self._file.seek(0)
        written = self._file.read(_MOST) or b""
        return any(mark in written for mark in _NO_MEMORY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        self._file.close()
