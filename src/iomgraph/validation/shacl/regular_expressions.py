r"""Regular expressions of XPath and XQuery Functions 3.1, section 5.6.1, which SPARQL's REGEX has.

Oxigraph reads the dialect of Rust, in which `&&`, `--` and `~~` are operators inside brackets, and which has
neither `\i`, `\c` and blocks nor XPath's `\w` and `.`, so patterns are translated. The library `regex`, which
has a time limit, handles syntax that Rust lacks (back-references) and syntax that XPath lacks but real shapes
use (looking ahead or back).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

SECONDS = 2.0
"""Time that one text may take where a pattern is not matched in linear time."""

LARGEST = 500_000
"""Characters of a pattern whose counted repetitions are written out, where time is not linear."""

LONGEST = 100_000
"""Characters of a pattern; longer ones are refused."""

NAME_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""XML 1.0, production 4: what a name may begin with, as the contents of brackets."""

NAME_REST = f"{NAME_START}\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
"""XML 1.0, production 4a: what a name may go on with."""

_SETS = {"s": " \\t\\n\\r", "i": NAME_START, "c": NAME_REST, "d": "\\p{Nd}"}
_NOT_WORD = "\\p{P}\\p{Z}\\p{C}"
_CATEGORY = re.compile(r"L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?")
_PROPERTY = re.compile(r"([pP])\{([A-Za-z0-9-]+)\}")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_META = frozenset("\\.+*?()|[]{}^$#&-~")
_PART = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{(?P<least>\d{1,9})(?:,(?P<most>\d{0,9}))?\}|.", re.DOTALL)
_SINGLES = {"n": "\\n", "r": "\\r", "t": "\\t"}


class PatternError(ValueError):
    """A text is not a regular expression; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, ready to be used in a query.

    Args:
        native: the pattern and the flags as arguments of Oxigraph's REGEX.
        search: says whether a text matches, where Oxigraph can't; after `SECONDS` it raises a TimeoutError.
    """

    native: str = ""
    search: Callable[[str], bool] | None = None


_DEEP = "its groups or brackets nest too deep"


class _Foreign(ValueError):  # noqa: N818 - no error: another library reads it
    """A pattern that XPath does not have."""


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    r"""Read a regular expression.

    Args:
        pattern: in the dialect of XPath, or of Perl where XPath has no such syntax.
        flags: some of `i`, `m`, `s`, `x` and `q`.

    Raises:
        PatternError: if no dialect has such a pattern, or such a flag.

    Example:
        >>> compile_pattern("^[a-z-[aeiou]]+$").native
        '"^[[a-z]--[[aeiou]]]+\\\\z", ""'
    """
    if unknown := sorted(set(flags) - set("imsxq")):
        raise PatternError(f"there is no flag {unknown[0]}")
    if len(pattern) > LONGEST:
        raise PatternError(f"it is longer than {LONGEST:,} characters")
    if "q" in flags:
        pattern, flags = _literally(pattern), flags.translate({ord(c): None for c in "qmsx"})
    ours = "".join(sorted(set(flags) & set("im")))
    try:
        text = _Translation(pattern, flags).text()
    except _Foreign as error:
        return Pattern(search=_searcher(pattern, flags, str(error)))
    except RecursionError:
        raise PatternError(_DEEP) from None
    arguments = f"{ox.Literal(text)}, {ox.Literal(ours)}"
    if _is_native(arguments):
        return Pattern(native=arguments)
    return Pattern(search=_searcher(f"(?V1){text}".replace("\\z", "\\Z"), ours, ""))


def _literally(text: str) -> str:
    return "".join(f"\\{char}" if char in _META else char for char in text)


def _is_native(arguments: str) -> bool:
    try:
        solutions = ox.Store().query(f'SELECT (REGEX("", {arguments}) AS ?m) {{}}')
    except (SyntaxError, UnicodeEncodeError):
        return False
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
    return next(iter(solutions))[0] is not None


def _searcher(pattern: str, flags: str, why: str) -> Callable[[str], bool]:
    import regex  # only few patterns need it

    if _size(pattern) > LARGEST:
        raise PatternError(f"repetitions in it come to more than {LARGEST:,} characters")
    known = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL, "x": regex.VERBOSE}
    try:
        compiled = regex.compile(pattern, sum((int(known[flag]) for flag in flags), 0))
    except RecursionError:
        raise PatternError(_DEEP) from None
    except regex.error as error:
        raise PatternError(why or str(error)) from error
    return lambda text: compiled.search(text, timeout=SECONDS) is not None


def _size(pattern: str) -> int:
    """The characters of a pattern whose counted repetitions are written out."""
    totals, last = [0], 0
    for part in _PART.finditer(pattern):
        if part[0] == "(":
            totals.append(0)
            last = 0
        elif part[0] == ")" and len(totals) > 1:
            last = totals.pop()
            totals[-1] += last
        elif part["least"]:
            count = int(part["most"] or part["least"])
            totals[-1] += last * (count - 1)
            last *= count
        else:
            totals[-1] += 1
            last = 1
    return sum(totals)


@dataclass(slots=True)
class _Translation:
    """The pattern on its way into Rust's dialect."""

    pattern: str
    flags: str
    at: int = 0
    groups: int = 0

    def text(self) -> str:
        parts = []
        while self.at < len(self.pattern):
            parts.append(self._atom())
            if match := _QUANTIFIER.match(self.pattern, self._skipped()):
                self.at = match.end()
                parts.append(match[0])
                if self._next() in ("*", "+", "?", "{"):
                    raise _Foreign("a quantifier follows a quantifier")
        return "".join(parts)

    def _skipped(self) -> int:
        """The place, after white space where the flag `x` takes it away."""
        while "x" in self.flags and self._next() in tuple(" \t\n\r"):
            self.at += 1
        return self.at

    def _next(self, length: int = 1) -> str:
        return self.pattern[self.at : self.at + length]

    def _atom(self) -> str:
        self._skipped()
        char = self._next()
        self.at += 1
        if char == "[":
            return self._brackets(0)
        if char == "\\":
            return self._escape()
        if char == "(":
            return self._opening()
        if char == ".":
            return "(?s:.)" if "s" in self.flags else "[^\\n\\r]"
        if char in ("^", "$"):
            return self._anchor(char)
        if char in ("*", "+", "?", "{"):
            raise _Foreign("a quantifier follows nothing that it could repeat")
        return f"\\{char}" if char in ("]", "}") else char if char in "|)" else _plain(char)

    def _opening(self) -> str:
        if self._next() != "?":
            self.groups += 1
            return "("
        if self._next(2) != "?:":
            raise _Foreign(f"({self._next(2)} begins no group")
        self.at += 2
        return "(?:"

    def _anchor(self, char: str) -> str:
        if "m" not in self.flags:
            return "^" if char == "^" else "\\z"
        # Of a text that ends in a new line, no line begins behind it.
        return "(?:^(?!(?<=\\n)\\z))" if char == "^" else "$"

    def _escape(self) -> str:
        char = self._next()
        if char.isdigit() and char != "0":
            return self._reference()
        inside = self._escaped()
        if len(inside) <= 2:
            return inside
        # The flag `i` has no effect on categories and blocks.
        return f"(?-i:[{inside}])" if char in "pP" and "i" in self.flags else f"[{inside}]"

    def _reference(self) -> str:
        """A back-reference: as many digits as there are groups for; a group that took no part is empty."""
        end = self.at + 1
        while self.pattern[end : end + 1].isdigit() and int(self.pattern[self.at : end + 1]) <= self.groups:
            end += 1
        number = self.pattern[self.at : end]
        self.at = end
        if int(number) > self.groups:
            raise PatternError(f"\\{number} refers to no group before it")
        return f"(?({number})\\g<{number}>|)"

    def _escaped(self) -> str:
        """Translate an escape as it is written inside brackets."""
        char = self._next()
        if char in ("p", "P"):
            match = _PROPERTY.match(self.pattern, self.at)
            if match is None:
                raise _Foreign(f"\\{char} names no property")
            self.at = match.end()
            return _property(match[2], negated=match[1] == "P")
        self.at += 1
        if char.lower() in _SETS:
            chars = _SETS[char.lower()]
            return chars if char.islower() else f"[^{chars}]"
        if char in ("w", "W"):
            return f"[^{_NOT_WORD}]" if char == "w" else _NOT_WORD
        if char in _SINGLES:
            return _SINGLES[char]
        if char == "" or char.isalnum():
            raise _Foreign(f"\\{char} is not an escape")
        return _plain(char)

    def _brackets(self, depth: int) -> str:
        """A class of characters, after its bracket."""
        if depth > 50:
            raise PatternError("its brackets are nested too deeply")
        negated = self._next() == "^"
        self.at += negated
        items, taken = list[str](), ""
        while self._next() != "]" or not items:
            if self._next() == "" or (self._next() == "]" and not items):
                raise _Foreign("a class of characters is empty, or not closed")
            if self._next(2) == "-[" and items:
                self.at += 2
                taken = self._brackets(depth + 1)
                if self._next() != "]":
                    raise _Foreign("a subtraction ends its class of characters")
                break
            items.append(self._item())
        self.at += 1
        chars = f"[{'^' if negated else ''}{''.join(items)}]"
        return f"[{chars}--[{taken}]]" if taken else chars

    def _item(self) -> str:
        """A character, a range of them, or an escape."""
        if self._next() == "[":
            raise _Foreign("a bracket inside brackets needs a backslash")
        low = self._single()
        is_range = self._next() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]", "[")
        if len(low) != 1 or not is_range or self.pattern[self.at + 1 : self.at + 3] == "-[":
            return _plain(low) if len(low) == 1 else low
        self.at += 1
        high = self._single()
        if len(high) != 1 or high < low:
            raise PatternError(f"{low}-{high} is not a range of characters")
        return f"{_plain(low)}-{_plain(high)}"

    def _single(self) -> str:
        """One character as it is, or what an escape stands for."""
        char = self._next()
        self.at += 1
        if char != "\\":
            return char
        inside = self._escaped()
        return {"\\n": "\n", "\\r": "\r", "\\t": "\t"}.get(inside, inside[-1] if len(inside) == 2 else inside)


def _plain(char: str) -> str:
    return f"\\{char}" if char in _META else char


def _property(name: str, *, negated: bool) -> str:
    if _CATEGORY.fullmatch(name):
        return f"\\{'P' if negated else 'p'}{{{name}}}"
    if not name.startswith("Is"):
        raise _Foreign(f"{name} is not a category of characters")
    from elementpath.regex import RegexError, unicode_subset  # blocks are rare, and the tables large

    try:
        block = unicode_subset(name)
    except (RegexError, KeyError) as error:
        raise _Foreign(f"{name} is not a block of characters") from error
    chars = "".join(
        f"\\U{low:08x}-\\U{high:08x}"
        for low, high in (
            (point, point) if isinstance(point, int) else (point[0], point[1] - 1)
            for point in block.codepoints
        )
    )
    return f"[{'^' if negated else ''}{chars}]"
