"""The rules of the house that a program can check: tests, examples, sizes and names of modules."""

from __future__ import annotations

import ast
import csv
import importlib
import statistics
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src/iomgraph"
MODULES = sorted(SOURCE.rglob("*.py"))
PUBLIC = ("iomgraph", "iomgraph.processes", "iomgraph.serving", "iomgraph.validation.shacl")

LINES_OF_MODULE, MEDIAN_LINES, LINES_OF_FUNCTION, PARAMETERS = 400, 120, 40, 5

# Functions that are longer, or take more, than the rules allow: a cap each, which may only shrink.
LONG = {
    "publication/void.py:records": 41,
    "remote/push.py:push": 43,
}
CROWDED = {
    "remote/answers.py:ask": 7,
    "serving/log.py:request": 6,
    "validation/documents/positions.py:find": 7,
    "validation/shacl/constraints/reifiers.py:_holds": 6,
    "validation/shacl/engine.py:_result": 7,
}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(module: Path) -> str:
    parts = ("iomgraph", *module.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


_KNOWN = {_name(module): module for module in MODULES}


@cache
def _imports(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            names.update(within if within <= _KNOWN.keys() else {node.module, *within})
    if "importlib.import_module" in names:  # it imports its neighbours by their names
        names.update(_name(module) for module in path.parent.glob("*.py"))
    return frozenset(names)


def _runs_the_program(path: Path) -> bool:
    constants = (node.value for node in ast.walk(_tree(path)) if isinstance(node, ast.Constant))
    return "iomgraph" in constants


def _reached(test: Path) -> set[str]:
    """The modules that a test imports, or runs in a process, with all that those import."""
    files = [test, *(folder / "conftest.py" for folder in test.parents if TESTS in folder.parents)]
    files = [file for file in files if file.exists()]
    waiting = [name for file in files for name in _imports(file)]
    waiting += ["iomgraph.__main__"] if any(map(_runs_the_program, files)) else []
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in _KNOWN and name not in reached:
            reached.add(name)
            waiting += _imports(_KNOWN[name])
    return reached


def _has_a_test(module: Path) -> bool:
    """Tell whether a test mirrors a module, or one in the mirrored folder or its parent imports it."""
    if len(_tree(module).body) == 1:  # a docstring
        return True
    folder = TESTS / module.parent.relative_to(SOURCE)
    if (folder / f"test_{module.stem}.py").exists():
        return True
    folders = {folder, folder.parent if folder != TESTS else folder}
    tests = {file for one in folders for name in ("test_*.py", "conftest.py") for file in one.glob(name)}
    return any(_name(module) in _imports(file) for file in tests)


def _listed() -> Mapping[str, str]:
    with (TESTS / "reached.csv").open(encoding="utf-8", newline="") as file:
        return {row["module"]: row["test"] for row in csv.DictReader(file)}


def test_every_module_has_a_test_or_names_the_one_that_reaches_it() -> None:
    untested = {module.relative_to(SOURCE).as_posix() for module in MODULES if not _has_a_test(module)}
    listed = set(_listed())
    assert untested - listed == set(), "write a test, or add a row to tests/reached.csv"
    assert listed - untested == set(), "has a test of its own, or is gone: take it out of tests/reached.csv"


def test_the_tests_that_are_named_reach_their_modules() -> None:
    reached: dict[str, set[str]] = {}
    for module, test in _listed().items():
        assert (TESTS / test).is_file(), f"tests/reached.csv: there is no {test}"
        if test not in reached:
            reached[test] = _reached(TESTS / test)
        assert _name(SOURCE / module) in reached[test], f"tests/reached.csv: {test} does not reach {module}"


def test_a_test_reaches_what_it_imports_and_nothing_else() -> None:
    assert _reached(TESTS / "sources/test_characters.py") == {"iomgraph.sources.characters"}
    assert not _has_a_test(SOURCE / "publication/artifacts.py")


@pytest.mark.parametrize("package", PUBLIC)
def test_every_public_name_has_an_example(package: str) -> None:
    module = importlib.import_module(package)
    found = {name: getattr(module, name) for name in module.__all__}
    bare = [name for name, value in found.items() if not isinstance(value, str) and _bare(value)]
    assert found
    assert bare == []
    assert ">>>" in (module.__doc__ or "")


def _bare(value: object) -> bool:
    return ">>>" not in (value.__doc__ or "")


def test_modules_are_short() -> None:
    lines = {_name(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: count for name, count in lines.items() if count > LINES_OF_MODULE} == {}
    assert statistics.median(lines.values()) < MEDIAN_LINES


def test_modules_are_named_after_what_they_hold() -> None:
    vague = {"utils", "helpers", "common", "manager", "base"}
    assert [_name(module) for module in MODULES if vague & set(_name(module).split("."))] == []


Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions() -> Iterator[tuple[str, Function]]:
    for module in MODULES:
        for node in ast.walk(_tree(module)):
            if isinstance(node, Function):
                yield f"{module.relative_to(SOURCE).as_posix()}:{node.name}", node


def _length(function: Function) -> int:
    """The lines of a function, its docstring aside."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _positional(function: Function) -> int:
    named = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    # Click hands a command its options by their names.
    commands = any("command(" in ast.unparse(decorator) for decorator in function.decorator_list)
    return 0 if commands else len(named) - (named[:1] in (["self"], ["cls"]))


def _check(sizes: Mapping[str, int], allowed: int, caps: Mapping[str, int]) -> None:
    beyond = {name: size for name, size in sizes.items() if size > caps.get(name, allowed)}
    assert beyond == {}, f"more than {allowed}, or than its cap"
    mended = [name for name in caps if sizes.get(name, 0) <= allowed]
    assert mended == [], "keeps to the rule, or is gone: take its cap out"


def _largest(measured: Iterator[tuple[str, int]]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for name, size in measured:
        sizes[name] = max(size, sizes.get(name, 0))
    return sizes


def test_functions_are_short() -> None:
    _check(_largest((name, _length(one)) for name, one in _functions()), LINES_OF_FUNCTION, LONG)


def test_functions_take_few_positional_parameters() -> None:
    _check(_largest((name, _positional(one)) for name, one in _functions()), PARAMETERS, CROWDED)
