"""Cuts out of a lifted graph just what a set of fetches needs.

TensorFlow's rules of a session run hold: a fetch runs what it depends on and nothing else,
a fed tensor hides what would have computed it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence

from tfspec.graph._called import functions_of
from tfspec.graph._flatten import OLD_CONTROL_FLOW
from tfspec.graph._lift import READS, GraphDef, Lifted, NodeDef, is_stateful
from tfspec.graph._replicas import is_entry, waits_outside

# Gathers are left out: their indices may come from what a write gave.
_PLAIN_READ = "ReadVariableOp"


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of a graph, ready to become a function.

    Attributes:
      graph_def: its nodes, without the placeholders for state and for fed tensors.
      handles: names of the state that it uses; each becomes an argument.
      owners: the original node of each of those.
      feeds: names of the fed tensors that it uses, `op:index`; each becomes an argument after
        those.
      fetches: names of the tensors to return, `op:index`; never a fed one.
      targets: names of the ops to run besides.
      sources: the tensors that hold the fetches' values, if not those of the fetches' names.
    """

    graph_def: GraphDef
    handles: tuple[str, ...]
    owners: tuple[NodeDef, ...]
    feeds: tuple[str, ...]
    fetches: tuple[str, ...]
    targets: tuple[str, ...]
    sources: tuple[str, ...] = ()


def op_of(name: str) -> str:
    """The op's name in an input of a node (`op`, `op:1`, `^op`)."""
    return name.lstrip("^").split(":", 1)[0]


def tensor_name(name: str) -> str:
    """An input of a node as a tensor's full name, `op:index`."""
    return name if ":" in name else name + ":0"


def closure(
    lifted: Lifted,
    roots: Iterable[str],
    feeds: Collection[str] = (),
    done: Collection[str] = (),
) -> set[str]:
    """Names of all nodes that `roots` depend on, themselves included.

    Args:
      lifted: the graph.
      roots: names of ops.
      feeds: tensors, `op:index`, behind which nothing is followed.
      done: names of ops for which nothing waits.
    """
    satisfied = _satisfied(lifted, feeds, done)
    seen: set[str] = set()
    stack = list(roots)
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        for source in lifted.nodes[name].input:
            if source.startswith("^"):
                if source[1:] not in satisfied:
                    stack.append(source[1:])
            elif tensor_name(source) not in feeds:
                stack.append(op_of(source))
    return seen


def cut(
    lifted: Lifted,
    fetches: Sequence[str],
    targets: Sequence[str] = (),
    feeds: Sequence[str] = (),
    done: Collection[str] = (),
) -> Piece:
    """The part of the graph that computes `fetches` and runs `targets`.

    Args:
      lifted: the graph.
      fetches: tensors, `op:index`.
      targets: names of ops.
      feeds: tensors, `op:index`, whose values will be given.
      done: names of ops that have run before; nothing waits for them.
    """
    fed = set(feeds)
    fetches = [name for name in fetches if name not in fed]
    roots = [*map(op_of, fetches), *targets]
    keeps = [
        lifted.kept[name].keep
        for name in sorted(lifted.kept.keys() & closure(lifted, roots, fed, done))
    ]
    targets = [*targets, *keeps]
    needed = closure(lifted, [*roots, *keeps], fed, done)
    satisfied = _satisfied(lifted, fed, done)
    graph_def = GraphDef(versions=lifted.versions)
    handles = []
    used_feeds: set[str] = set()
    for name in lifted.nodes:  # in the order of creation, so that the result is stable
        if name not in needed:
            continue
        if name in lifted.owners:
            handles.append(name)
            continue
        node = graph_def.node.add()
        node.CopyFrom(lifted.nodes[name])
        for source in lifted.nodes[name].input:
            if source.startswith("^"):
                if source[1:] in satisfied or source[1:] in lifted.owners:
                    node.input.remove(source)
            elif tensor_name(source) in fed:
                used_feeds.add(tensor_name(source))
    _read_before_writing(graph_def, lifted)
    _change_before_taking(graph_def, lifted)
    _add_functions(graph_def, lifted)
    used = tuple(name for name in feeds if name in used_feeds)
    owners = tuple(lifted.owners[name] for name in handles)
    return Piece(graph_def, tuple(handles), owners, used, tuple(fetches), tuple(targets))


def _read_before_writing(graph_def: GraphDef, lifted: Lifted) -> None:
    """Makes what writes a variable wait for the reads that wait for nothing.

    A session leaves their order open; in practice reads are first, and scripts have come to
    rely on it: `run([train_op, global_step])` gives the step's own number. (Where variables are
    references it gives the next, and `FunctionSession` doesn't ask for both at once.)
    """
    reads: dict[str, list[str]] = {}
    writers: list[tuple[str, NodeDef]] = []
    handles = {name: name for name in lifted.owners}
    entries = {node.name: node for node in graph_def.node if is_entry(node)}
    handles |= {name: op_of(node.input[0]) for name, node in entries.items()}
    late = {name for name, node in entries.items() if waits_outside(node)}
    for node in graph_def.node:
        for source in map(op_of, node.input) if entries else node.input:
            if source in handles and node.name not in entries:
                at_once = not node.input[-1].startswith("^") and source not in late
                if node.op == _PLAIN_READ and at_once:
                    reads.setdefault(handles[source], []).append(node.name)
                elif node.op not in READS:
                    writers.append((handles[source], node))
    for handle, node in writers:
        node.input.extend(f"^{name}" for name in reads.get(handle, ()))


def _change_before_taking(graph_def: GraphDef, lifted: Lifted) -> None:
    """Makes the input wait for what changes state without it.

    A session leaves open what of a step is done when its input turns out to be at its end. In
    practice it is all that doesn't need the input: moments decay, metrics of weights count.
    """
    takers = [node for node in graph_def.node if node.name in lifted.kept]
    # What is in a branch of TF1's kind may never run, and nobody may wait for it.
    if not takers or any(node.op in OLD_CONTROL_FLOW for node in graph_def.node):
        return
    users: dict[str, list[str]] = {}
    for node in graph_def.node:
        for source in node.input:
            users.setdefault(op_of(source), []).append(node.name)
    after: set[str] = set()
    stack = [node.name for node in takers]
    while stack:
        name = stack.pop()
        if name not in after:
            after.add(name)
            stack.extend(users.get(name, ()))
    changes = [
        node.name for node in graph_def.node if node.name not in after and is_stateful(node.op)
    ]
    for node in takers:
        waiting = {op_of(source) for source in node.input}
        node.input.extend(f"^{name}" for name in changes if name not in waiting)


def _satisfied(lifted: Lifted, feeds: Iterable[str], done: Collection[str]) -> set[str]:
    """Names of ops for which nothing waits. Only of a placeholder a feed takes the place."""
    placeholders = {
        name for name in map(op_of, feeds)
        if lifted.nodes[name].op in ("Placeholder", "PlaceholderV2")
    }
    return placeholders.union(done)


def _add_functions(graph_def: GraphDef, lifted: Lifted) -> None:
    """Copies the functions that the piece's nodes call, directly or not."""
    library = lifted.functions
    if not library:
        return
    wanted: dict[str, None] = {}
    stack = list(_called(graph_def.node, library))
    while stack:
        name = stack.pop()
        if name not in wanted:
            wanted[name] = None
            stack.extend(_called(library[name].node_def, library))
            if name in lifted.gradients:
                stack.append(lifted.gradients[name].gradient_func)
    graph_def.library.function.extend(library[name] for name in wanted)
    graph_def.library.gradient.extend(
        lifted.gradients[name] for name in wanted if name in lifted.gradients
    )


def _called(nodes: Iterable[NodeDef], library: Collection[str]) -> Iterator[str]:
    for node in nodes:
        if node.op in library:
            yield node.op
        for _, function in functions_of(node):
            if function.name in library:
                yield function.name
