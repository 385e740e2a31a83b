"""The shape of the code: sizes, the order of the rooms, one door to TensorFlow's internals."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "tfspec").rglob("*.py"))
STUBS = sorted((ROOT / "tfspec").rglob("*.pyi"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MAX_FILE_LINES = 500
MAX_BODY_LINES = 60

# Why a file may be longer than MAX_FILE_LINES.
LONG_FILES = {"tfspec/_tf.py": "what TensorFlow does not make public stands in one file"}

# What is not public is imported by these only.
DOORS = {
    "tensorflow.python": ("tfspec/_tf.py",),
    "tensorflow.core": ("tfspec/_tf.py",),
    "tensorflow.tsl": ("tfspec/_tf.py",),
    "tf_keras": ("tfspec/_tf.py", "tfspec/_keras.py"),
    "keras": ("tfspec/_tf.py", "tfspec/_keras.py"),
}

# 'path::function': why it may be longer than MAX_BODY_LINES.
LONG_FUNCTIONS: dict[str, str] = {}

# Lower rooms never import upper ones. Those in one row don't import each other.
ORDER = [
    {"_moved", "_checks", "_python", "_int64_list", "_tf", "source", "summaries"},
    {"_lazy", "_keras"},
    {"check"},
    {"spec"},
    {"config"},
    {"graph"},
    {"checkpoints"},
    {"runner"},
    {"hooks"},
    {"export"},
    {"custom"},
    {"training"},
    {"heads", "inputs"},
    {"canned"},
    {"keras"},
    {"tpu"},
    {"estimator"},
    {"contrib"},
    {"compat"},
    {"installation"},
    {"launch"},
    {"migrate", "demo", "record"},
    {"cli"},
    {"__main__"},
]
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "tfspec").with_suffix("").parts[0]


def imports(path: Path) -> list[tuple[int, str]]:
    """(line, absolute dotted name) of everything that the file imports, at any depth."""
    found = []
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            up = package.rsplit(".", node.level - 1)[0] if node.level else ""
            module = ".".join(filter(None, [up, node.module]))
            found += [(node.lineno, f"{module}.{alias.name}") for alias in node.names]
    return found


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES + STUBS + TESTS, ids=name_of)
def test_file_is_short(path):
    is_long = len(path.read_text().splitlines()) > MAX_FILE_LINES
    assert is_long == (name_of(path) in LONG_FILES)


def test_functions_are_short():
    long = set()
    for path in SOURCES + TESTS:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if body_lines(node) > MAX_BODY_LINES:
                    long.add(f"{name_of(path)}::{node.name}")
    assert long == set(LONG_FUNCTIONS)


@pytest.mark.parametrize("path", SOURCES + STUBS, ids=name_of)
def test_imports_point_down(path):
    room = room_of(path)
    if room == "__init__":
        allowed = {"_lazy"} if path.suffix == ".py" else set(LEVEL)
    else:
        allowed = {other for other in LEVEL if LEVEL[other] < LEVEL[room]} | {room}
    wrong = [
        (line, name)
        for line, name in imports(path)
        if name.startswith("tfspec.")
        and name != "tfspec.__version__"
        and name.split(".")[1] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_one_door_to_internals(path):
    """Only the door imports what TensorFlow doesn't make public, or Keras outside tf.keras."""
    wrong = [
        (line, name)
        for line, name in imports(path)
        for inside, doors in DOORS.items()
        if (name == inside or name.startswith(f"{inside}.")) and name_of(path) not in doors
    ]
    assert not wrong


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if room_of(p) in ("estimator", "compat")], ids=name_of
)
def test_namespaces_hold_no_logic(path):
    code = ast.parse(path.read_text())
    assert ast.get_docstring(code)
    assert [ast.unparse(node) for node in code.body[1:]] == [
        "from tfspec import _lazy",
        "__getattr__, __dir__, __all__ = _lazy.attach(__name__)",
    ]
