"""The body of a request, which can be sent again and does not use memory even if it is large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType

Tell = Callable[[int, int], None]
"""Takes the number of bytes sent, and the number of all bytes."""

_HELD = 4 * 2**20
_BLOCK = 2**18


class Body:
    r"""Text that goes into a file if it is long, and is read from it each time it is sent.

    Its length is known in advance, because not every server takes a chunked body (RFC 9112, section 7.1).

    Args:
        parts: parts of the text; read once.
        tell: takes the progress, each time it is sent.

    Example:
        >>> with Body(["a\n", "é\n"]) as body:
        ...     print(body.size, list(body), list(body))
        5 [b'a\n\xc3\xa9\n'] [b'a\n\xc3\xa9\n']
    """

    def __init__(self, parts: Iterable[str], tell: Tell = lambda *_: None) -> None:
        # The caller that opens the body closes it.
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
