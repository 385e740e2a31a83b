"""The installed TensorFlow as files, read without importing it."""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
from pathlib import Path


@functools.cache
def tensorflow_folder() -> Path | None:
    """Where the installed TensorFlow is, or None if there is none."""
    try:
        spec = importlib.util.find_spec("tensorflow")
    except (ImportError, ValueError):  # half an installation; a stand-in without a spec
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations)))
    # A folder of the user's that happens to be called tensorflow is no installation.
    return folder if (folder / "python" / "framework").is_dir() else None


def literal(file: str, name: str) -> dict:
    """The dict literal that a module of the installed TensorFlow assigns to `name`.

    Args:
        file: path in TensorFlow's folder.
        name: a name of that module.

    Returns:
        The dict; an empty one where TensorFlow, the file or the name is missing.
    """
    folder = tensorflow_folder()
    if folder is None or not (folder / file).is_file():
        return {}
    for node in _tree(folder / file).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    return {}


def has_internal_name(path: str) -> bool | None:
    """Whether the installed TensorFlow has `path`, a dotted name below its internal modules.

    Args:
        path: e.g. `tensorflow.python.framework.ops.Tensor`.

    Returns:
        None if TensorFlow isn't installed. A module that makes names at run time (protocol
        buffers), is compiled, or takes all names of such a one is given the benefit of the doubt.
    """
    folder = tensorflow_folder()
    return None if folder is None else _has(folder, path.split(".")[1:])


def has_keras_file(path: str) -> bool:
    """Whether tf_keras, as installed, has a name at the same place as `tensorflow.python.keras`.

    Args:
        path: a dotted name below that, e.g. `preprocessing.text.Tokenizer`.
    """
    spec = importlib.util.find_spec("tf_keras")
    if spec is None or not spec.submodule_search_locations:
        return False
    folder = Path(next(iter(spec.submodule_search_locations)))
    parts = [part for part in path.split(".") if part]
    return any(_has(root, parts) for root in (folder / "src", folder))


def _has(folder: Path, parts: list[str]) -> bool:
    """Whether the files of a package have a dotted name."""
    while parts:
        if (folder / parts[0]).is_dir():
            folder, parts = folder / parts[0], parts[1:]
        else:
            break
    if not parts:
        return True
    module = folder / f"{parts[0]}.py"
    if module.is_file():
        if len(parts) == 1 or parts[0].endswith("_pb2"):
            return True
        found = _defines(module, parts[1])
        return found and (len(parts) == 2 or class_may_have(module, *parts[1:3]))
    if any(folder.glob(f"{parts[0]}.*so")):
        return True
    return (folder / "__init__.py").is_file() and _defines(folder / "__init__.py", parts[0])


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes())


def _defines(file: Path, name: str) -> bool:
    found = module_definitions(file)
    return name in found or any(
        _brings(star[1:], name) for star in found if star.startswith("*")
    )


def class_may_have(file: Path, name: str, attribute: str) -> bool:
    """Whether a class that a module defines has an attribute; True for all but plain classes."""
    for node in _tree(file).body:
        match node:
            case ast.ClassDef(name=found, keywords=[]) if found == name:
                if all(getattr(base, "id", "") == "object" for base in node.bases):
                    return attribute.startswith("__") or attribute in _bound_in(node)
    return True


def _brings(module: str, name: str) -> bool:
    """Whether `from module import *` may bring a name; told from lines: files of ops are long."""
    folder = tensorflow_folder()
    parts = module.split(".")
    file = folder and folder.joinpath(*parts[1:]).with_suffix(".py")
    if parts[0] != "tensorflow" or not file or not file.is_file():
        return True
    bound = rf"^(def|class) {name}\b|^{name}\b.*=|^(from|import) .*\b{name}\b|^from .* import \*"
    return re.search(bound, _text(file), re.M) is not None


@functools.cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@functools.cache
def module_definitions(file: Path) -> set[str]:
    """The names that a module binds, and `*MODULE` for each module all of whose names it takes."""
    return _bound_in(_tree(file))


def imported_from(file: Path, name: str) -> str | None:
    """The module from which a module imports `name` under that name; None if it doesn't."""
    for node in _tree(file).body:
        match node:
            case ast.ImportFrom(module=str(module), level=0):
                if any(a.name == name and a.asname in (None, name) for a in node.names):
                    return module
    return None


def _bound_in(tree: ast.Module | ast.ClassDef) -> set[str]:
    found: set[str] = set()
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                found.add(f"*{'' if node.level else node.module}")
            case ast.ImportFrom() | ast.Import():
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue  # what is bound inside isn't the module's
        todo += ast.iter_child_nodes(node)
    return found
