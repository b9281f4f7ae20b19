"""The body of a request: however large, it takes no memory, and can be sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType

Tell = Callable[[int, int], None]
"""Told how many bytes are sent, of how many."""

_HELD = 4 * 2**20
_BLOCK = 2**18


class Body:
    r"""Text that is written into a file if it is long, and read out of it each time it is sent.

    Its length is known before it is sent: not every server takes a body in chunks (RFC 9112, section 7.1).

    Args:
        parts: of the text; read once.
        tell: told how far it is, each time it is sent.

    Example:
        >>> with Body(["a\n", "é\n"]) as body:
        ...     print(body.size, list(body), list(body))
        5 [b'a\n\xc3\xa9\n'] [b'a\n\xc3\xa9\n']
    """

    def __init__(self, parts: Iterable[str], tell: Tell = lambda *_: None) -> None:
        # Closed by whoever opens the body.
        self._file = SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115
        self._tell = tell
        for part in parts:
            self._file.write(part.encode())
        self.size = self._file.tell()

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        sent = 0
        while block := self._file.read(_BLOCK):
            yield block
            sent += len(block)
            self._tell(sent, self.size)

    def __enter__(self) -> Body:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
