"""What files import from each other."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

Import = tuple[int, str]


def imports_of(tree: ast.AST) -> set[Import]:
    """The modules that a file may import: level (0 for absolute) and dotted name of each."""
    return set(_modules(tree))


def imported_modules(imports: Iterable[Import], package: str) -> Iterator[str]:
    """Absolute names of all modules that a file may import.

    Args:
        imports: the file's, as `imports_of` gives them.
        package: the package that the file belongs to; '' for none.
    """
    for level, module in imports:
        parents = package.split(".")
        above = parents[: len(parents) - level + 1] if level else []
        yield ".".join(filter(None, [*above, module]))


def reached_files(files: Mapping[Path, Iterable[Import]]) -> dict[Path, set[Path]]:
    """For each file, those of the files that importing or running it runs, itself included.

    The files are given with their imports.

    A module is looked for beside the file and in the folders above it, nearest first; then among
    the packages (folders with an `__init__.py`) anywhere, if there is but one of its name.
    """
    finder = _Finder(files)
    imports = {file: set(finder.imported(file, its)) for file, its in files.items()}
    return {file: _closure(file, imports) for file in imports}


def files_beside(file: Path, imports: Iterable[Import]) -> Iterator[Path]:
    """The files on disk that a file's imports may run.

    They are looked for beside the file, as for a script, and beside its outermost package, as for
    a module of it.
    """
    folder = file.absolute().parent
    above = [folder, *folder.parents]
    top = next((place for place in above if not (place / "__init__.py").is_file()), folder)
    for level, module in imports:
        parts = module.split(".") if module else []
        places = above[level - 1 : level] if level else dict.fromkeys((folder, top))
        for place in places:
            if level and (place / "__init__.py").is_file():
                yield place / "__init__.py"
            for end in range(1, len(parts) + 1):
                path = place.joinpath(*parts[:end])
                found = [path / "__init__.py", path.with_name(f"{path.name}.py")]
                yield from (one for one in found if one.is_file())
                if not path.is_dir():
                    break


def _modules(tree: ast.AST) -> Iterator[Import]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif not isinstance(node, ast.ImportFrom):
            # Expressions, most of a tree, hold no statements.
            for part in ("body", "handlers", "cases", "orelse", "finalbody"):
                inner = getattr(node, part, ())
                waiting += inner if isinstance(inner, list) else ()
        else:
            module = node.module or ""
            yield node.level, module
            for alias in node.names:
                if alias.name != "*":
                    yield node.level, f"{module}.{alias.name}".lstrip(".")


def _closure(start: Path, imports: Mapping[Path, set[Path]]) -> set[Path]:
    found, waiting = {start}, [start]
    while waiting:
        new = imports[waiting.pop()] - found
        found |= new
        waiting += new
    return found


class _Finder:
    """Finds modules among files."""

    def __init__(self, files: Collection[Path]) -> None:
        self._files = {Path(file).absolute(): file for file in files}
        self._folders = {folder for file in self._files for folder in file.parents}
        packages = {file.parent for file in self._files if file.name == "__init__.py"}
        self._packages: dict[str, list[Path]] = {}
        for package in packages:
            if package.parent not in packages:
                self._packages.setdefault(package.name, []).append(package.parent)

    def imported(self, file: Path, imports: Iterable[Import]) -> Iterator[Path]:
        """The files that the imports of `file` run."""
        above = list(Path(file).absolute().parents)
        for level, module in imports:
            parts = module.split(".") if module else []
            if level:
                root = above[level - 1] if level <= len(above) else None
            else:
                root = self._root(parts[0], above)
            if root and level:
                yield from self._existing(root / "__init__.py")
            if root:
                yield from self._run_by(root, parts)

    def _root(self, name: str, above: list[Path]) -> Path | None:
        """The folder that has the module or package `name`."""
        for folder in above:
            if folder / f"{name}.py" in self._files or folder / name in self._folders:
                return folder
        elsewhere = self._packages.get(name, [])
        return elsewhere[0] if len(elsewhere) == 1 else None

    def _run_by(self, root: Path, parts: list[str]) -> Iterator[Path]:
        """The files that an import of the module runs: packages on the way, and itself."""
        for end in range(1, len(parts) + 1):
            path = root.joinpath(*parts[:end])
            yield from self._existing(path / "__init__.py")
            yield from self._existing(path.with_name(f"{path.name}.py"))

    def _existing(self, file: Path) -> Iterator[Path]:
        if file in self._files:
            yield self._files[file]
