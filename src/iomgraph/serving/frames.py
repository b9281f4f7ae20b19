"""Frames between the server and the loader, each with at most one descriptor."""

from __future__ import annotations

import socket
import struct

HEAD = struct.Struct("!cII")
"""The kind, a number, and the length of the body."""

READY, FAILED = b"R", b"X"
BORN, DIED = b"B", b"D"
FORK, KILL = b"F", b"K"

DEATH = struct.Struct("!B?I")
"""The body of `DIED`: the signal that ended a worker, or 0; whether the worker was killed because it was
stopped; and the number of the request that it had begun with last."""

_CHUNK = 1 << 20


def frame_of(kind: bytes, number: int = 0, body: bytes = b"") -> bytes:
    """Write a frame: its kind, the number of a worker's process, and its body."""
    return HEAD.pack(kind, number, len(body)) + body


def send(to: socket.socket, kind: bytes, number: int = 0, body: bytes = b"", descriptor: int = -1) -> None:
    """Send a frame, and a descriptor with it.

    A short frame goes out whole, so that a reader notified of a frame never blocks on its body.
    """
    frame = frame_of(kind, number, body)
    if descriptor >= 0:
        sent = socket.send_fds(to, [frame], [descriptor])
        frame = frame[sent:]
    to.sendall(frame)


def receive(of: socket.socket) -> tuple[bytes, int, bytes, int]:
    """Wait for a frame: its kind, its number, its body, and its descriptor, or -1.

    Raises:
        EOFError: if the other side has closed.
    """
    head, descriptors, _, _ = socket.recv_fds(of, HEAD.size, 1)
    if len(head) < HEAD.size:
        head += exactly(of, HEAD.size - len(head))
    kind, number, length = HEAD.unpack(head)
    return kind, number, exactly(of, length), descriptors[0] if descriptors else -1


def exactly(of: socket.socket, length: int) -> bytes:
    """Wait for a number of bytes.

    Raises:
        EOFError: if the other side has closed before.
    """
    found = bytearray()
    while len(found) < length:
        piece = of.recv(min(length - len(found), _CHUNK))
        if not piece:
            raise EOFError("the other process has gone")
        found += piece
    return bytes(found)
