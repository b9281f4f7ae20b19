"""JSON and forms from outside, read within limits or refused with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from iomgraph.serving.message import Request
from iomgraph.serving.problem import RequestError

LONGEST = 1_000
"""Most characters in a text, such as a name."""

C = TypeVar("C")
T = TypeVar("T")
_Sized = TypeVar("_Sized", bound=Collection[Any])


def read(text: str | bytes, where: str) -> Any:
    """Read JSON (RFC 8259) that a client sent.

    Args:
        text: the JSON.
        where: the part of the request that it is.

    Raises:
        RequestError: if it is malformed, nested too deeply, or can't be UTF-8.

    Example:
        >>> read('{"a": 1}', "queries")
        {'a': 1}
        >>> read('{"a": NaN}', "queries")
        Traceback (most recent call last):
        iomgraph.serving.problem.RequestError: this is not JSON (NaN is not a number): queries
          Next: send JSON as RFC 8259 describes it, in UTF-8
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
        # JSON allows lone surrogates, which are not characters.
        json.dumps(found, ensure_ascii=False).encode()
    except RecursionError:
        raise _bad("it is nested too deeply", where) from None
    except ValueError as error:
        reason = "it has a lone surrogate" if isinstance(error, UnicodeError) else str(error)
        raise _bad(reason, where) from None
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _bad(reason: str, where: str) -> RequestError:
    return RequestError(
        400,
        f"this is not JSON ({reason})",
        where=where,
        step="send JSON as RFC 8259 describes it, in UTF-8",
    )


def attempted(read: Callable[[Any, str, C], T], value: Any, where: str, context: C) -> T | RequestError:
    """Read one of several values, returning its error instead of raising, so that the others are read.

    Args:
        read: reads the value.
        value: the value as sent.
        where: its place in the request.
        context: the context for reading it.
    """
    try:
        return read(value, where, context)
    except RequestError as error:
        return error


def mapping(value: Any, where: str, known: Collection[str] | None = None) -> dict[str, Any]:
    """A JSON object with known keys only.

    Raises:
        RequestError: if it is not an object, or has another key.
    """
    if not isinstance(value, dict):
        raise RequestError(400, "an object is expected here", where=where, step="write { … }")
    for key in value:
        if known is not None and key not in known:
            raise RequestError(
                400, "unknown field", where=f"{where}.{key[:100]}", step=f"write {', '.join(known)}"
            )
    return value


def array(value: Any, where: str, most: int) -> list[Any]:
    """A JSON array of a bounded length.

    Raises:
        RequestError: if it is not an array, or is longer; the latter with 413.
    """
    if not isinstance(value, list):
        raise RequestError(400, "an array is expected here", where=where, step="write [ … ]")
    return bounded(value, where, most)


def bounded(value: _Sized, where: str, most: int) -> _Sized:
    """Return a value if it is not too long.

    Raises:
        RequestError: with 413, if it is too long.
    """
    if len(value) > most:
        raise RequestError(
            413,
            f"this has {len(value):,} items or characters, and {most:,} is the limit",
            where=where,
            step="send it in parts",
        )
    return value


def text(value: Any, where: str, most: int = LONGEST) -> str:
    """A text of a bounded length.

    Raises:
        RequestError: if it is not a text, or is longer; the latter with 413.
    """
    if not isinstance(value, str):
        raise RequestError(400, "a text is expected here", where=where, step='write "…"')
    return bounded(value, where, most)


def whole(value: Any, where: str, least: int, most: int) -> int:
    """A whole number, or a text of one, since clients send the text that was typed into a form.

    Raises:
        RequestError: if it is not a whole number, or is out of range.
    """
    number = int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value) else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise RequestError(
            400, f"a whole number from {least:,} to {most:,} is expected here", where=where, step="correct it"
        )
    return number


def word(value: Any, where: str, known: Collection[str]) -> str:
    """One of the known words.

    Raises:
        RequestError: if it is another.
    """
    for one in known:
        if one == value:
            return one
    raise RequestError(400, "unknown value", where=where, step=f"write {', '.join(known)}")


def form(request: Request) -> dict[str, str]:
    """The fields of a form, from the address or from a body (application/x-www-form-urlencoded).

    Raises:
        RequestError: if the body is of another type, is not UTF-8, or names a field twice.
    """
    pairs = list(request.query)
    if request.method == "POST":
        media_type(request, "application/x-www-form-urlencoded")
        try:
            pairs += parse_qsl(
                request.body.decode(), keep_blank_values=True, max_num_fields=100, errors="strict"
            )
        except ValueError as error:
            raise RequestError(
                400,
                f"the form can't be read ({error})",
                where="body",
                step="send it in UTF-8, percent-encoded",
            ) from None
    return once(pairs)


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Fields, each of which has one value.

    Raises:
        RequestError: if one has several.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise RequestError(400, "parameter given more than once", where=name[:100], step="give it once")
        found[name] = value
    return found


def media_type(request: Request, wanted: str) -> None:
    """Check that a body has the wanted type.

    Raises:
        RequestError: with 415, if it is not.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise RequestError(
            415, "unsupported Content-Type", where=given[:100] or "Content-Type", step=f"send {wanted}"
        )
