"""Which names a module binds, where, and under what conditions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NamedTuple

_MISSING = {"ImportError", "ModuleNotFoundError", "AttributeError"}
_ANYTHING = {"", "Exception", "BaseException"}


class Guard(NamedTuple):
    """Code runs only if `test` comes out as `wanted`.

    Attributes:
        by_exit: the code stands behind an `if` whose other branch leaves the block.
    """

    test: ast.expr
    wanted: bool
    scope: Scope
    by_exit: bool = False


class Context(NamedTuple):
    """What has to hold for a piece of code to run."""

    guards: tuple[Guard, ...] = ()
    maybe: bool = False  # in a loop, an except clause, a match case
    body_of: ast.Try | None = None  # in the body of a try that forgives a missing name
    handler_of: ast.Try | None = None  # in a clause that runs when that body failed
    may_refuse: bool = False  # in the body of a try that forgives arguments that aren't taken


@dataclass(eq=False)
class Binding:
    """A place where a name gets a value.

    Attributes:
        target: dotted path of what an import binds, e.g. `tensorflow.compat.v1`; else None.
        value: the expression of a plain assignment `name = value`; else None.
        statement: the statement that binds.
        alias: the clause of the import statement.
    """

    name: str
    scope: Scope
    context: Context
    position: tuple[int, int]
    target: str | None = None
    value: ast.expr | None = None
    statement: ast.stmt | None = None
    alias: ast.alias | None = None


@dataclass(eq=False)
class Scope:
    """A module, class, function or comprehension."""

    kind: str
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)  # declared global or nonlocal


@dataclass(eq=False)
class Chain:
    """`name`, `name.a`, `name.a.b`... where it is read, as long as it goes.

    Attributes:
        parts: the expressions from the plain name outwards; `parts[i]` ends in `names[i]`.
        call: the call whose function this is.
    """

    parts: list[ast.expr]
    scope: Scope
    context: Context
    call: ast.Call | None

    @property
    def root(self) -> ast.Name:
        return self.parts[0]

    @property
    def names(self) -> list[str]:
        return [self.root.id, *(part.attr for part in self.parts[1:])]


def chain_parts(node: ast.expr) -> list[ast.expr] | None:
    """The expressions of a chain from its name outwards, or None if `node` is none."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node)
        node = node.value
    return [node, *reversed(parts)] if isinstance(node, ast.Name) else None


class ScopeReader(ast.NodeVisitor):
    """Reads the bindings of every scope of a module, and all chains of names that it uses."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope("module", None)
        self.chains: list[Chain] = []
        self.bindings: list[Binding] = []
        self.imports: list[Binding] = []
        self.star_imports: list[ast.ImportFrom] = []
        self.method_calls: list[tuple[ast.Call, Scope]] = []
        self.stores: list[Chain] = []  # `name.a = value`
        self._scope = self.module
        self._context = Context()
        self._call: ast.Call | None = None
        self._statement: ast.stmt | None = None
        self._statements(tree.body)

    # -- what binds ---------------------------------------------------------------------------

    def _bind(self, name: str, node: ast.AST, **what) -> None:
        scope = self._scope
        if name in scope.elsewhere:
            scope = self.module
        while scope.kind == "comprehension":  # only `:=` gets here from inside
            scope = scope.parent
        context = self._context
        if scope is not self._scope:
            context = context._replace(maybe=True)
        # An assigned name is bound once its value is known: in `tf = tf.compat.v1`, afterwards.
        value = what.get("value")
        place = (node.lineno, node.col_offset)
        if value is not None:
            place = (value.end_lineno, value.end_col_offset)
        self._add(Binding(name, scope, context, place, **what))

    def _add(self, binding: Binding) -> None:
        binding.scope.bindings.setdefault(binding.name, []).append(binding)
        self.bindings.append(binding)
        if binding.alias is not None:
            self.imports.append(binding)

    def _bind_target(self, target: ast.expr, value: ast.expr | None = None) -> None:
        match target:
            case ast.Name(id=name):
                self._bind(name, target, value=value, statement=self._statement)
            case ast.Tuple() | ast.List():
                values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
                same = len(values) == len(target.elts)
                for i, item in enumerate(target.elts):
                    self._bind_target(item, values[i] if same else None)
            case ast.Starred():
                self._bind_target(target.value)
            case ast.Attribute():  # what is stored to is no use of the old value
                self.visit(target.value)
                parts = chain_parts(target)
                if parts and value is not None:
                    self.stores.append(Chain(parts, self._scope, self._context, None))
            case _:
                self.visit(target)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            target = alias.name if alias.asname else alias.name.split(".")[0]
            name = alias.asname or target
            self._bind(name, alias, target=target, statement=node, alias=alias)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.star_imports.append(node)
                continue
            target = None if node.level else f"{node.module}.{alias.name}"
            name = alias.asname or alias.name
            self._bind(name, alias, target=target, statement=node, alias=alias)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._bind_target(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._bind_target(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self._bind_target(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind_target(node.target, node.value)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._bind_target(target)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self._scope.elsewhere.update(node.names)

    visit_Nonlocal = visit_Global

    # -- what runs only sometimes -------------------------------------------------------------

    def _under(self, nodes: list, **changes) -> None:
        before = self._context
        self._context = before._replace(**changes)
        self._statements(nodes)
        self._context = before

    def _statements(self, nodes: list) -> None:
        before = self._context
        for node in nodes:
            if isinstance(node, ast.stmt):
                self._statement = node
            self.visit(node)
            if isinstance(node, ast.If):
                self._go_on_after(node)
        self._context = before

    def _go_on_after(self, node: ast.If) -> None:
        """What follows in the block runs only where `node` didn't leave it."""
        for branch, wanted in ((node.body, False), (node.orelse, True)):
            # Who raises doesn't cope: the rest still says what the code is made for.
            if branch and isinstance(branch[-1], ast.Return | ast.Continue | ast.Break):
                guard = Guard(node.test, wanted, self._scope, by_exit=True)
                guards = (*self._context.guards, guard)
                self._context = self._context._replace(guards=guards)

    def _branches(self, test: ast.expr, yes: list, no: list) -> None:
        self.visit(test)
        for nodes, wanted in ((yes, True), (no, False)):
            guard = Guard(test, wanted, self._scope)
            self._under(nodes, guards=(*self._context.guards, guard))

    def visit_If(self, node: ast.If) -> None:
        self._branches(node.test, node.body, node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._branches(node.test, [node.body], [node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        # In `a and b`, b runs only if a holds; in `a or b` only if it doesn't.
        before = self._context
        for value in node.values:
            self.visit(value)
            guard = Guard(value, isinstance(node.op, ast.And), self._scope)
            self._context = self._context._replace(guards=(*self._context.guards, guard))
        self._context = before

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._bind_target(node.target)
        self._under([*node.body, *node.orelse], maybe=True)

    visit_AsyncFor = visit_For

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._under([*node.body, *node.orelse], maybe=True)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._bind_target(item.optional_vars)
        self._statements(node.body)

    visit_AsyncWith = visit_With

    def visit_Try(self, node: ast.Try) -> None:
        forgiving = [handler for handler in node.handlers if _forgives(handler, node.body)]
        changes = {"body_of": node} if forgiving else {}
        if any("TypeError" in _caught(handler) for handler in node.handlers):
            changes["may_refuse"] = True
        self._under(node.body, **changes)
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
            if handler.name:
                self._bind(handler.name, handler)
            instead = {"handler_of": node} if handler in forgiving else {}
            self._under(handler.body, maybe=True, **instead)
        self._statements(node.orelse)
        self._statements(node.finalbody)

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self._under([case.pattern, *filter(None, [case.guard]), *case.body], maybe=True)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest, node)
        self.generic_visit(node)

    # -- scopes -------------------------------------------------------------------------------

    def _inside(self, kind: str, parameters: list[ast.arg], nodes: list) -> Scope:
        before, context = self._scope, self._context
        self._scope = Scope(kind, before)
        for parameter in parameters:
            self._bind(parameter.arg, parameter)
        self._context = context._replace(maybe=False)
        self._statements(nodes)
        inner, self._scope, self._context = self._scope, before, context
        return inner

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name, node)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._outer_parts_of(node.args)
        if node.returns is not None:
            self.visit(node.returns)
        self._inside("function", _parameters(node.args), node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._outer_parts_of(node.args)
        self._inside("function", _parameters(node.args), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, node)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inside("class", [], node.body)

    def _outer_parts_of(self, arguments: ast.arguments) -> None:
        """Defaults and annotations run where the function stands."""
        for part in (*arguments.defaults, *arguments.kw_defaults):
            if part is not None:
                self.visit(part)
        for parameter in _parameters(arguments):
            if parameter.annotation is not None:
                self.visit(parameter.annotation)

    def _comprehension(self, node: ast.expr) -> None:
        first = node.generators[0]
        self.visit(first.iter)
        before = self._scope
        self._scope = Scope("comprehension", before)
        for loop in node.generators:
            if loop is not first:
                self.visit(loop.iter)
            for name in ast.walk(loop.target):
                if isinstance(name, ast.Name):
                    place = (name.lineno, name.col_offset)
                    self._add(Binding(name.id, self._scope, self._context, place))
            for test in loop.ifs:
                self.visit(test)
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                self.visit(getattr(node, part))
        self._scope = before

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # -- what is used -------------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            self.method_calls.append((node, self._scope))
        self._call = node if isinstance(node.func, ast.Name | ast.Attribute) else None
        self.visit(node.func)
        self._call = None
        for part in (*node.args, *node.keywords):
            self.visit(part)

    def visit_Attribute(self, node: ast.Attribute | ast.Name) -> None:
        call, self._call = self._call, None
        parts = chain_parts(node)
        if parts is None:
            self.generic_visit(node)
        else:
            self.chains.append(Chain(parts, self._scope, self._context, call))

    visit_Name = visit_Attribute

    def generic_visit(self, node: ast.AST) -> None:
        self._call = None
        super().generic_visit(node)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    several = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [*several, *filter(None, [arguments.vararg, arguments.kwarg])]


def _forgives(handler: ast.ExceptHandler, body: list[ast.stmt]) -> bool:
    """Whether `handler` is there for a module or name that `body` may miss."""
    caught = _caught(handler)
    if caught & _MISSING:
        return True
    # Who catches everything around an import means the import.
    return bool(caught & _ANYTHING) and isinstance(body[0], ast.Import | ast.ImportFrom)


def _caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {_last_name(kind) for kind in kinds}


def _last_name(node: ast.expr | None) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))
