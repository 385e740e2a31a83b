"""Which names of TensorFlow a source uses, through whatever aliases."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property

from tfspec.source._guards import Evaluator
from tfspec.source._scopes import (
    Binding,
    Chain,
    Context,
    Guard,
    Scope,
    ScopeReader,
    chain_parts,
)
from tfspec.source._text import SourceText


@dataclass(frozen=True, eq=False)
class Use:
    """A name of an imported package, where it is read or imported.

    Attributes:
        path: the full dotted name, e.g. `tensorflow.estimator.Estimator`.
        others: further names that it may stand for, where the root is bound in several ways.
        line: counted from 1.
        parts: the expressions from the root name outwards; empty for a use by import.
        base: number of components of `path` that the root name alone stands for.
        call: the call whose function this is, if it is one.
        binding: what binds the root name; for a use by import, the import.
        optional: the code copes with a missing name: it stands in a `try` that forgives one, or
            under a condition that reading cannot settle and that asks for versions or attributes;
            or what it is, was assigned in such a place; or the file stores to the name itself; or
            it is called with keywords in a `try` that forgives those that aren't taken.
    """

    path: str
    others: tuple[str, ...]
    line: int
    parts: tuple[ast.expr, ...]
    base: int
    call: ast.Call | None
    binding: Binding
    optional: bool

    def part_for(self, components: int) -> ast.expr | None:
        """The expression that stands for the first `components` of the path, if there is one.

        None as well if that is a name which was assigned: there is more to see where it was.
        """
        index = components - self.base
        if index < self.by_alias or index >= len(self.parts):
            return None
        return self.parts[index]

    @property
    def by_alias(self) -> bool:
        """Whether the root was assigned (`layers = tf.layers`), not imported."""
        return self.binding.target is None


class Names:
    """The bindings and uses of the names in a source.

    Args:
        source: the parsed source.
        roots: packages whose names are of interest.
    """

    def __init__(self, source: SourceText, roots: frozenset[str]) -> None:
        self._reader = ScopeReader(source.tree)
        self._roots = roots
        self._evaluator = Evaluator(self._single_path, self._single_value)
        self._scope_of = {id(c.root): c.scope for c in self._reader.chains}
        self._truths: dict[tuple[int, bool], bool | None] = {}
        self._resolving: set[int] = set()

    # -- what others ask ----------------------------------------------------------------------

    @cached_property
    def uses(self) -> list[Use]:
        """All uses in the order of their lines, those that can't be reached left out."""
        found = [use for chain in self._reader.chains if (use := self._use(chain))]
        for binding in self.imports:
            if "." in binding.target:
                optional = self.is_optional(binding.context)
                components = binding.target.count(".") + 1
                line = binding.position[0]
                found.append(Use(binding.target, (), line, (), components, None, binding, optional))
        return sorted(found, key=lambda use: (use.line, use.path))

    @cached_property
    def imports(self) -> list[Binding]:
        """The import clauses of the packages of interest that can be reached."""
        return [b for b in self._reader.imports if self._is_ours(b.target) and not self.is_dead(b)]

    @property
    def star_imports(self) -> list[ast.ImportFrom]:
        """`from package import *` of the packages of interest."""
        stars = self._reader.star_imports
        return [node for node in stars if not node.level and self._is_ours(node.module)]

    @cached_property
    def starred(self) -> list[str]:
        """Names that `from package import *` may bring: what nothing else in the file binds.

        None where other packages may bring them as well.
        """
        if not self.star_imports or len(self.star_imports) < len(self._reader.star_imports):
            return []
        chains = [c for c in self._reader.chains if not self._is_dead(c.context)]
        free = [c for c in chains if not self._lookup(c.root.id, c.scope, None)]
        names = [".".join(c.names) for c in free if not hasattr(builtins, c.root.id)]
        modules = {node.module for node in self.star_imports}
        return [f"{module}.{name}" for module in sorted(modules) for name in names]

    @cached_property
    def called_imports(self) -> list[Binding]:
        """Names that `__import__(...)` or `import_module(...)` give a package of interest."""
        bound = [b for b in self._reader.bindings if b.value and not self.is_dead(b)]
        return [b for b in bound if self._is_ours(_called_import(b.value))]

    def bindings(self, name: str) -> list[Binding]:
        """Everything that binds `name` anywhere in the file, in source order."""
        return [b for b in self._reader.bindings if b.name == name]

    def visible(self, path: str, scope: Scope) -> str | None:
        """A name that an import binds to `path`, as seen from `scope`; None if there is none."""
        for binding in self._reader.imports:
            if binding.target == path:
                found = self._lookup(binding.name, scope, None)
                if found and all(b.target == path for b in found):
                    return binding.name
        return None

    def uses_of(self, binding: Binding) -> list[Use]:
        """The uses whose root name `binding` binds, itself left out."""
        return [use for use in self.uses if use.binding is binding and use.parts]

    def reads(self, name: str) -> int:
        """How often the plain `name` is read anywhere in the file."""
        return sum(chain.root.id == name for chain in self._reader.chains)

    def method_calls(self, methods: Container[str]) -> list[tuple[ast.Call, Scope]]:
        """The calls of such methods on anything but the packages of interest, with their scopes."""
        functions = {id(use.parts[-1]) for use in self.uses if use.parts}
        calls = [c for c in self._reader.method_calls if c[0].func.attr in methods]
        return [(call, scope) for call, scope in calls if id(call.func) not in functions]

    def scope_of(self, use: Use) -> Scope:
        """The scope in which `use` stands."""
        return self._scope_of[id(use.parts[0])] if use.parts else use.binding.scope

    def is_dead(self, binding: Binding) -> bool:
        """Whether `binding` can't be reached with today's TensorFlow."""
        return self._is_dead(binding.context)

    def is_optional(self, context: Context) -> bool:
        """Whether the code in `context` copes with a missing name."""
        if context.body_of or context.handler_of:
            return True
        return any(self._truth(g) is None and _asks_for_names(g.test) for g in context.guards)

    def is_stored(self, path: str) -> bool:
        """Whether the file puts there itself what `path` names: `tf.layers = compat.layers`."""
        return any(f"{path}.".startswith(f"{stored}.") for stored in self._stored)

    # -- resolution ---------------------------------------------------------------------------

    def _is_ours(self, path: str | None) -> bool:
        return path is not None and path.split(".")[0] in self._roots

    def _use(self, chain: Chain) -> Use | None:
        if self._is_dead(chain.context):
            return None
        found = self._resolve(chain.parts, chain.scope)
        if not found or not all(self._is_ours(path) for path, _, _ in found):
            return None
        path, base, binding = found[-1]
        if "." not in path:
            return None
        others = tuple(dict.fromkeys(other for other, _, _ in found if other != path))
        return Use(
            path,
            others,
            chain.root.lineno,
            tuple(chain.parts),
            base,
            chain.call,
            binding,
            self._copes_without(path, chain.context, binding) or _is_tried(chain),
        )

    def _copes_without(self, path: str, context: Context, binding: Binding) -> bool:
        if self.is_optional(context):
            return True
        if binding.target is None and self.is_optional(binding.context):
            return True
        return self.is_stored(path)

    @cached_property
    def _stored(self) -> set[str]:
        """The names of packages that statements give values."""
        found = set()
        for chain in self._reader.stores:
            if not self._is_dead(chain.context):
                found |= {path for path, _, _ in self._resolve(chain.parts, chain.scope)}
        return found

    def _resolve(self, parts: list[ast.expr], scope: Scope) -> list[tuple[str, int, Binding]]:
        """What a chain may stand for: (path, components of the root, binding); or nothing."""
        root = parts[0]
        attributes = [part.attr for part in parts[1:]]
        found = []
        for binding in self._lookup(root.id, scope, (root.lineno, root.col_offset)):
            targets = self._targets(binding)
            if not targets:
                return []
            for target in targets:
                path = ".".join([target, *attributes])
                found.append((path, target.count(".") + 1, binding))
        return found

    def _targets(self, binding: Binding) -> list[str]:
        if binding.target is not None:
            return [binding.target]
        value = binding.value
        if value is None or id(binding) in self._resolving:
            return []
        called = _called_import(value)
        if called:
            return [called]
        self._resolving.add(id(binding))
        try:
            parts = chain_parts(value)
            found = self._resolve(parts, binding.scope) if parts else []
            return [path for path, _, _ in found]
        finally:
            self._resolving.discard(id(binding))

    def _lookup(self, name: str, scope: Scope, position: tuple[int, int] | None) -> list[Binding]:
        """The bindings of `name` that may be in force at `position` in `scope`."""
        here: Scope | None = scope
        inner = True
        while here is not None:
            bindings = here.bindings.get(name)
            if name in here.elsewhere:
                bindings = None
            if bindings and (inner or here.kind != "class"):
                return self._in_force(bindings, position)
            if here.kind != "comprehension":  # which runs where it stands
                inner, position = False, None
            here = here.parent
        return []

    def _in_force(self, bindings: list[Binding], position: tuple[int, int] | None) -> list[Binding]:
        if position is not None:
            bindings = [b for b in bindings if b.position < position] or bindings
        bindings = [b for b in bindings if not self.is_dead(b)]
        tried = {id(b.context.body_of) for b in bindings if b.context.body_of}
        bindings = [b for b in bindings if id(b.context.handler_of) not in tried]
        certain = [i for i, b in enumerate(bindings) if self._is_certain(b.context)]
        return bindings[certain[-1] :] if certain else bindings

    def _is_certain(self, context: Context) -> bool:
        # Uses behind the same exit ran past it as well.
        guards = [guard for guard in context.guards if not guard.by_exit]
        return not context.maybe and all(self._truth(guard) for guard in guards)

    def _is_dead(self, context: Context) -> bool:
        return any(self._truth(guard) is False for guard in context.guards)

    def _truth(self, guard: Guard) -> bool | None:
        """Whether the guarded code runs, as far as reading tells."""
        key = (id(guard.test), guard.wanted)
        if key not in self._truths:
            self._truths[key] = None  # for conditions that depend on themselves
            truth = self._evaluator.truth(guard.test)
            self._truths[key] = None if truth is None else truth == guard.wanted
        return self._truths[key]

    def _single_path(self, node: ast.expr) -> str | None:
        parts = chain_parts(node)
        if parts is None or id(parts[0]) not in self._scope_of:
            return None
        found = self._resolve(parts, self._scope_of[id(parts[0])])
        return found[0][0] if found and len({path for path, _, _ in found}) == 1 else None

    def _single_value(self, node: ast.Name) -> ast.expr | None:
        scope = self._scope_of.get(id(node))
        found = self._lookup(node.id, scope, None) if scope else []
        return found[0].value if len(found) == 1 else None


def _called_import(value: ast.expr) -> str | None:
    """The module that a call like `importlib.import_module("a.b")` gives; None for other things."""
    match value:
        case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str(name))]):
            return name.split(".")[0]
        case ast.Call(
            func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name))],
        ):
            return name
    return None


def _is_tried(chain: Chain) -> bool:
    """Whether it is a call that may be refused for its keywords."""
    return chain.context.may_refuse and chain.call is not None and bool(chain.call.keywords)


def _asks_for_names(test: ast.expr) -> bool:
    """Whether a condition is about versions or attributes, by the words in it."""
    words = ast.unparse(test).lower()
    return any(word in words for word in ("version", "hasattr", "dir(", "tf2", "tf1", "is_v2"))
