"""The English texts of the project with their places, to which the rules of `prose.csv` apply."""

from __future__ import annotations

import ast
import csv
import io
import itertools
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_GUIDES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_FOLDERS = ("src/iomgraph", "tests", "docs", "queries", "shapes", "ontology", "data/vocabulary", ".github")
_LEFT_OUT = {"node_modules", "built", "fixtures", "examples", "site-packages"}
_ENGLISH = re.compile(r'"((?:[^"\\]|\\.)*)"@en\b')
_CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|<[^>]*>|https?://\S+")
_SENTENCE = 3
"""Words that make a string a sentence rather than a name."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of English.

    Args:
        path: its file, relative to the project.
        line: its first line, counted from 1.
        text: the words, without code.
        docstring: the text is a docstring.
    """

    path: str
    line: int
    text: str
    docstring: bool = False


def passages(root: Path = ROOT) -> Iterator[Passage]:
    """Yield every piece of English of the project, file by file."""
    files = [root / name for name in _GUIDES]
    for folder in _FOLDERS:
        files += sorted(path for path in (root / folder).rglob("*") if path.is_file())
    for path in files:
        name = path.relative_to(root)
        read = _READERS.get(path.suffix)
        if read and not _LEFT_OUT.intersection(name.parts):
            for line, text, is_docstring in read(path.read_text(encoding="utf-8")):
                yield Passage(name.as_posix(), line, _CODE.sub("‹›", text), is_docstring)


def _python(source: str) -> Iterator[tuple[int, str, bool]]:
    docstrings = set()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node):
                first = node.body[0]
                docstrings.add(id(first.value))  # type: ignore[attr-defined]
                yield first.lineno, _without_examples(ast.get_docstring(node) or ""), True
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield node.lineno, node.name.removeprefix("test_").replace("_", " "), False
        for said in _after_assignments(node):
            docstrings.add(id(said))
            yield said.lineno, str(said.value), True
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str) and len(node.value.split()) >= _SENTENCE:
            yield node.lineno, node.value, False
    yield from ((line, text, False) for line, text in _comments(source))


def _after_assignments(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts below assignments: the docstrings of constants and attributes."""
    body = getattr(node, "body", [])
    for pair in itertools.pairwise(body if isinstance(body, list) else []):
        match pair:
            case (ast.Assign() | ast.AnnAssign(), ast.Expr(value=ast.Constant(value=str()) as said)):
                yield said


def _without_examples(text: str) -> str:
    return "\n".join("" if row.lstrip().startswith((">>>", "...")) else row for row in text.splitlines())


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("#: ")


def _markdown(source: str) -> Iterator[tuple[int, str, bool]]:
    fenced = False
    for number, row in enumerate(source.splitlines(), 1):
        if row.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not row.startswith("    "):
            yield number, row, False


def _rows(source: str) -> Iterator[tuple[int, str, bool]]:
    """Comments of queries, shapes and workflows, and their literals in English."""
    for number, row in enumerate(source.splitlines(), 1):
        start, _, comment = row.partition("#")
        if not start.strip() and not re.match(r"\s*(title|label|columns?|param)@(fr|es)", comment):
            yield number, comment.strip(), False
        yield from ((number, said, False) for said in _ENGLISH.findall(row))


def _table(source: str) -> Iterator[tuple[int, str, bool]]:
    rows = csv.DictReader(io.StringIO(source))
    for row in rows:
        for column, value in row.items():
            if value and column and (column.endswith("_en") or column in {"en", "note", "description"}):
                yield rows.line_num, value, False


_READERS = {
    ".py": _python, ".md": _markdown, ".rq": _rows, ".ttl": _rows, ".yml": _rows, ".csv": _table,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the project's English.

    Args:
        name: of the rule.
        pattern: what must not be written.
        instead: what to write.
        docstrings: the rule is for the first words of docstrings alone.
    """

    name: str
    pattern: re.Pattern[str]
    instead: str
    docstrings: bool

    def breaches(self, found: Iterable[Passage]) -> Iterator[str]:
        """Yield a line for each breach: its place, its words, and what to write instead."""
        for passage in found:
            if self.docstrings:
                matches = [self.pattern.match(passage.text)] if passage.docstring else []
            else:
                matches = list(self.pattern.finditer(passage.text))
            for match in filter(None, matches):
                line = passage.line + passage.text.count("\n", 0, match.start())
                start, end = max(0, match.start() - 40), match.end() + 30
                words = " ".join(passage.text[start:end].split())
                yield f"{passage.path}:{line}: “{words}”: {self.instead}"


def rules() -> list[Rule]:
    """Read the rules from their table."""
    with (Path(__file__).parent / "prose.csv").open(encoding="utf-8", newline="") as file:
        return [
            Rule(row["rule"], re.compile(row["pattern"]), row["instead"], row["scope"] == "docstrings")
            for row in csv.DictReader(file)
        ]
