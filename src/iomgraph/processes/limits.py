"""Limits that a process sets itself, and can't raise again (POSIX `setrlimit`)."""

from __future__ import annotations

from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

_PAGES = Path("/proc/self/statm")


def confine(*, memory: int | None = None, files: int | None = None) -> bool:
    """Limit what this process can take from now on.

    Args:
        memory: bytes of address space, over what it has now.
        files: so many files and sockets can be open; with 0, nothing more can be opened, while
            open files stay open.

    Returns:
        whether the system has such limits.

    Example:
        >>> confine()  # nothing is limited
        True
    """
    if memory is None and files is None:
        return True
    if resource is None:
        return False
    # The size is read from a file, and so comes first.
    size = 0 if memory is None else _size()
    if files is not None:
        _lower(resource.RLIMIT_NOFILE, files)
    if memory is not None:
        # A dump of the memory would be as large as the memory.
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_AS, size + memory)
    return True


def _lower(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > limit:
        resource.setrlimit(kind, (limit, limit))


def _size() -> int:
    """Bytes of address space in use; of resident memory at its peak, where the system does not tell."""
    if _PAGES.exists():
        return int(_PAGES.read_text().split()[0]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
