"""A source under migration: what fixers look at, and how they say what to change."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from tfspec.check import ROOTS, TF1, Source, Style, decide_alone
from tfspec.source import Binding, Edit, Names, Scope, SourceText, Use

TF, TF_V1, TFSPEC_V1 = "tensorflow", "tensorflow.compat.v1", "tfspec.compat.v1"
_ESTIMATORS = re.compile(r"(tensorflow|tensorflow_estimator|tfspec)\.([\w.]+\.)?estimator(\.|$)")


class Left(NamedTuple):
    """Something that a fixer saw and left as it is: the line, and why."""

    line: int
    message: str


Change = Edit | Left


class Script:
    """Python source with what its names stand for.

    Args:
        text: the source.
        style: which TensorFlow it was written for; by default told from the names in it.
        keras_2: whether plain `tf.keras` is to be Keras 2; by default told from the names in it:
            where there are estimators it is.

    Raises:
        SyntaxError: `text` is no Python of the running version.
    """

    def __init__(
        self, text: str, style: Style | None = None, keras_2: bool | None = None
    ) -> None:
        self.source = SourceText(text)
        self.names = Names(self.source, ROOTS)
        self.style = decide_alone(self.styles).style if style is None else style
        self.keras_2 = self.uses_estimators if keras_2 is None else keras_2
        self._added: set[tuple[str, int]] = set()  # what `ensure_import` put where

    @cached_property
    def styles(self) -> Source:
        """What it says about its style."""
        return Source(self.source, self.names)

    @property
    def is_tf1(self) -> bool:
        """Whether plain `tf.` stands for TensorFlow 1."""
        return self.style.name == TF1

    @property
    def uses_estimators(self) -> bool:
        """Whether it has names of estimators, be it TensorFlow's or tfspec's."""
        return any(_ESTIMATORS.match(use.path) for use in self.names.uses)

    def with_text(self, text: str) -> Script:
        """A script with another text, of the same style and Keras."""
        return Script(text, self.style, self.keras_2)

    @cached_property
    def blocks(self) -> dict[int, list[ast.stmt]]:
        """The list of statements in which each statement stands, by the statement's id."""
        found = {}
        for node in ast.walk(self.source.tree):
            for _, value in ast.iter_fields(node):
                if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                    found |= {id(statement): value for statement in value}
        return found

    # -- uses ---------------------------------------------------------------------------------

    def rename(self, use: Use, components: int, new: str) -> Change | None:
        """Writes `new` for the first `components` of a name where it is used.

        Returns:
            None where the use has nothing to change, because its root stands for more than that.
        """
        node = use.part_for(components)
        if node is None:
            return None
        written = "".join(self.source.segment(node).split())
        if written != ".".join(_attributes(node)):
            # Inside an f-string, whose places Python < 3.12 doesn't give, or with a comment in it.
            return Left(use.line, f"{use.path}: can't tell the place of the name from the tree")
        return Edit(*self.source.span(node), new)

    def method_dot(self, call: ast.Call) -> int | None:
        """The start of `.method` in a call `x.method(...)`, blanks before it included."""
        end = self.source.span(call.func)[1]
        name = call.func.attr
        if self.source.text[end - len(name) : end] != name:
            return None  # inside an f-string: the tree has no places there
        receiver = self.source.span(call.func.value)[1]
        between = self.source.text[receiver : end - len(name)]
        # What follows the receiver: closing parentheses of its own, blanks, the dot.
        head = between.rstrip()
        if not head.endswith("."):
            return None
        if "#" in head:  # a comment stands between: it stays, and so does the line's end
            return receiver + len(head) - 1
        return receiver + len(head[:-1].rstrip(" \t\r\n\\"))

    def rename_method(self, call: ast.Call, new: str) -> Edit | None:
        """Renames the method in a call `x.method(...)`; None if its place can't be told."""
        end = self.source.span(call.func)[1]
        start = end - len(call.func.attr)
        if self.source.text[start:end] != call.func.attr:
            return None
        return Edit(start, end, new)

    def alias_of(self, path: str, scope: Scope) -> str | None:
        """The name by which `scope` sees `path`, from an import."""
        return self.names.visible(path, scope)

    def v1_alias(self, scope: Scope) -> str | None:
        """An expression for the namespace tf.compat.v1 in `scope`: `tf`, `tf.compat.v1` or None."""
        for path in (TFSPEC_V1, TF_V1):
            name = self.alias_of(path, scope)
            if name:
                return name
        name = self.alias_of(TF, scope)
        return f"{name}.compat.v1" if name else None

    # -- imports ------------------------------------------------------------------------------

    def is_alone(self, statement: ast.stmt) -> bool:
        """Whether nothing but a comment stands on the lines of `statement` beside it."""
        start, end = self.source.span(statement)
        before = self.source.text[self.source.line_start(statement.lineno) : start]
        after = self.source.text[end : self.source.line_end(statement.end_lineno)]
        return not before.strip() and (not after.strip() or after.strip().startswith("#"))

    def add_after(self, statement: ast.stmt, new: str) -> Edit:
        """Puts the statement `new` after `statement`."""
        source = self.source
        if not self.is_alone(statement):
            end = source.span(statement)[1]
            return Edit(end, end, f"; {new}")
        end = source.line_end(statement.end_lineno)
        line = f"{source.indent(statement.lineno)}{new}"
        if end and source.text[end - 1] in "\r\n":
            return Edit(end, end, line + source.newline)
        return Edit(end, end, source.newline + line)

    def ensure_import(self, package: str, uses: Iterable[Use]) -> Iterator[Edit]:
        """Imports `package` beside what binds the roots of `uses`, once per block."""
        bindings = {id(use.binding): use.binding for use in uses}
        for binding in sorted(bindings.values(), key=lambda b: b.position):
            if binding.statement is None or self._imports(package, binding):
                continue
            block = (package, id(self.blocks[id(binding.statement)]))
            if block not in self._added:
                self._added.add(block)
                yield self.add_after(binding.statement, f"import {package}")

    def _imports(self, package: str, near: Binding) -> bool:
        """Whether `package` is imported by its name where `near` binds, or for the whole file."""
        return any(
            binding.name == binding.target == package
            and (binding.scope is near.scope or binding.scope.kind == "module")
            for binding in self.names.imports
        )

    def is_free(self, name: str) -> bool:
        """Whether nothing in the file binds `name` to anything but the package of that name."""
        return all(b.target == name for b in self.names.bindings(name))

    def rebind(self, new: Iterable[tuple[Binding, str | None]]) -> Iterator[Edit]:
        """Makes import clauses bind their names to something else.

        Args:
            new: clauses, each with the dotted path of the module or object that its name is to
                stand for, or None to drop it.
        """
        statements: dict[int, list[tuple[Binding, str | None]]] = {}
        for binding, path in new:
            statements.setdefault(id(binding.statement), []).append((binding, path))
        for clauses in statements.values():
            statement = clauses[0][0].statement
            module = self._new_module(statement, clauses)
            if module:
                yield Edit(*self._module_span(statement), module)
            else:
                yield from self._replace_clauses(statement, clauses)

    def _new_module(self, statement: ast.stmt, clauses: list[tuple[Binding, str | None]]) -> str:
        """The module to import from, if that is all that changes in the statement."""
        if not isinstance(statement, ast.ImportFrom) or len(clauses) < len(statement.names):
            return ""
        modules = set()
        for binding, path in clauses:
            parent, _, last = (path or "").rpartition(".")
            modules.add(parent if last == binding.alias.name else "")
        return modules.pop() if len(modules) == 1 else ""

    def _module_span(self, statement: ast.ImportFrom) -> tuple[int, int]:
        tokens = self.source.tokens(statement)
        names = [(place, token.string) for place, token in tokens]
        end = next(place for place, string in names if string == "import")
        inner = [(place, string) for place, string in names[1:] if place < end and string.strip()]
        return inner[0][0], inner[-1][0] + len(inner[-1][1])

    def _replace_clauses(
        self, statement: ast.Import | ast.ImportFrom, clauses: list[tuple[Binding, str | None]]
    ) -> Iterator[Edit]:
        new = merged(import_clause(binding, path) for binding, path in clauses if path)
        if len(clauses) == len(statement.names):
            yield self._replace_statement(statement, new)
            return
        if new:
            start = self.source.span(statement)[0]
            yield Edit(start, start, self._separator(statement).join([*new, ""]))
        going = {id(binding.alias) for binding, _ in clauses}
        spans = [self.source.span(alias) for alias in statement.names]
        kept = [i for i, alias in enumerate(statement.names) if id(alias) not in going]
        for i, alias in enumerate(statement.names):
            if id(alias) in going and i < kept[-1]:
                yield Edit(spans[i][0], spans[i + 1][0], "")
        if kept[-1] < len(spans) - 1:
            yield Edit(spans[kept[-1]][1], spans[-1][1], "")

    def _separator(self, statement: ast.stmt) -> str:
        """What stands between two statements where `statement` stands."""
        if not self.is_alone(statement):
            return "; "
        return self.source.newline + self.source.indent(statement.lineno)

    def _replace_statement(self, statement: ast.stmt, new: list[str]) -> Edit:
        source = self.source
        start, end = source.span(statement)
        if new:
            return Edit(start, end, self._separator(statement).join(new))
        if len(self.blocks[id(statement)]) == 1 or not self.is_alone(statement):
            return Edit(start, end, "pass")
        return Edit(source.line_start(statement.lineno), source.line_end(statement.end_lineno), "")


def _attributes(node: ast.expr) -> list[str]:
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)]


def import_clause(binding: Binding, path: str) -> tuple[str, str]:
    """The module to import from ('' for `import path`) and the clause that binds a name to `path`.

    What was `import a as x` stays so; what was `from a import x` stays that.
    """
    parent, _, last = path.rpartition(".")
    name = binding.name
    if isinstance(binding.statement, ast.Import) or not parent:
        return "", path if path == name else f"{path} as {name}"
    return parent, last if last == name else f"{last} as {name}"


def merged(clauses: Iterable[tuple[str, str]]) -> list[str]:
    """Import statements for clauses as `import_clause` gives them, one for each module."""
    modules: dict[str, dict[str, None]] = {}
    for parent, clause in clauses:
        modules.setdefault(parent or f"import {clause}", {})[clause] = None
    return [
        module if module.startswith("import ") else f"from {module} import {', '.join(names)}"
        for module, names in modules.items()
    ]
