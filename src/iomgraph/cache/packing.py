"""Several results in one value of the cache, by name."""

from __future__ import annotations

from collections.abc import Mapping

from iomgraph.processes import JSON


def packed(pieces: Mapping[str, bytes]) -> bytes:
    r"""Pack pieces into one.

    Example:
        >>> packed({"a": b"12", "b": b"3"})
        b'{"a":2,"b":1}\n123'
    """
    sizes = JSON.write({name: len(piece) for name, piece in pieces.items()})
    return b"".join([sizes, b"\n", *pieces.values()])


def unpacked(data: bytes) -> Mapping[str, bytes]:
    """Take out the pieces that `packed` packed.

    Example:
        >>> unpacked(packed({"a": b"12", "b": b"3"}))
        {'a': b'12', 'b': b'3'}
    """
    head, _, rest = data.partition(b"\n")
    found, start = dict[str, bytes](), 0
    for name, size in JSON.read(head).items():
        found[name] = rest[start : start + size]
        start += size
    return found
