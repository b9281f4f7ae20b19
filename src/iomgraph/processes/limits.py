"""Limits that a process sets for itself and can't raise again (POSIX `setrlimit`)."""

from __future__ import annotations

from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

_PAGES = Path("/proc/self/statm")


def confine(*, memory: int | None = None, files: int | None = None) -> bool:
    """Limit the resources of this process from now on.

    Args:
        memory: bytes of address space, above those in use now.
        files: the number of files and sockets that can be open; with 0, nothing more can be opened, but open
            files stay open.

    Returns:
        True if the system has such limits.

    Example:
        >>> confine()  # nothing is limited
        True
    """
    if memory is None and files is None:
        return True
    if resource is None:
        return False
    # The size is read from a file, so it must come first.
    size = 0 if memory is None else _size()
    if files is not None:
        _lower(resource.RLIMIT_NOFILE, files)
    if memory is not None:
        # A core dump would be as large as the memory.
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_AS, size + memory)
    return True


def _lower(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > limit:
        resource.setrlimit(kind, (limit, limit))


def _size() -> int:
    """Bytes of address space in use; if the system does not tell, of resident memory at its peak."""
    if _PAGES.exists():
        return int(_PAGES.read_text().split()[0]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
