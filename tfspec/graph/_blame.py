"""Which op an error came from.

One thread that runs a function from end to end does not say which op failed. So the ops that
change nothing are run once more, by the pool, which does: on the same variables, and on the
input that the failing run had taken, of which each function keeps hold until its next run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._called import functions_of
from tfspec.graph._cut import closure, cut, op_of
from tfspec.graph._kept_input import TAKES_INPUT
from tfspec.graph._lift import Lifted, NodeDef, has_effect, is_stateful
from tfspec.graph._program import Program

_NODE = re.compile(r"\{\{(?:function_node|node) [^}]*\}\} ?")
_DRAWS = re.compile("^Stateful.*(Random|Uniform|Normal|Binomial)|^RngSkip|^RngReadAndSkip")


def blame(program: Program, error: tf.errors.OpError, names: Iterable[str]) -> tf.errors.OpError:
    """The error with the name of the op that it came from, if that can be found out.

    Args:
      program: what was run.
      error: what that raised.
      names: of the ops that were asked for.
    """
    if _NODE.search(error.message):
        return error
    lifted = program.lifted
    needed = closure(lifted, names)
    if isinstance(error, tf.errors.OutOfRangeError):
        takers = [name for name in needed if TAKES_INPUT.search(lifted.nodes[name].op)]
        if len(takers) != 1:
            return error
        return type(error)(None, None, f"{error.message}\n\t [[{{{{node {takers[0]}}}}}]]")
    with _tf.eager_mode():
        fed = _taken(program, needed)
        piece = cut(lifted, (), _without_effect(lifted, needed, fed), list(fed))
        try:
            function = program.build(piece)
            handles = program.handles(piece.handles)
            function([*handles, *(fed[name] for name in piece.feeds)], optimize=False)
        except tf.errors.OpError as found:
            if type(found) is type(error) and _first_line(found) == _first_line(error):
                return found
    return error


def _taken(program: Program, needed: Iterable[str]) -> dict[str, tf.Tensor]:
    """What the last run took from its input, by tensor."""
    taken = {}
    for taker in program.lifted.kept.keys() & set(needed):
        (handle,) = program.handles([program.lifted.kept[taker].variable])
        if tf.raw_ops.VarIsInitializedOp(resource=handle):
            outputs = program.graph.get_operation_by_name(taker).outputs
            values = tf.raw_ops.OptionalGetValue(
                optional=tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.variant),
                output_types=[tensor.dtype for tensor in outputs],
                output_shapes=[tensor.shape for tensor in outputs],
            )
            names = [tensor.name for tensor in outputs]
            taken.update(zip(names, values, strict=True))
    return taken


def _without_effect(
    lifted: Lifted, needed: set[str], fed: Mapping[str, tf.Tensor]
) -> list[str]:
    """Names of the needed ops that write nothing, and nor does what they depend on."""
    takers = {op_of(name) for name in fed}
    excluded: set[str] = set(takers)
    for name, node in lifted.nodes.items():
        if name not in needed or name in takers:
            continue
        writes = has_effect(lifted, name) and _writes(lifted, node)
        sources = {op_of(source) for source in node.input} - takers
        if writes or not excluded.isdisjoint(sources):
            excluded.add(name)
    return [
        name for name in lifted.nodes
        if name in needed and name not in excluded and name not in lifted.owners
    ]


def _writes(lifted: Lifted, node: NodeDef) -> bool:
    """Whether a stateful op, or any in the functions that it calls, does more than draw."""
    names = [function.name for _, function in functions_of(node)]
    called = [name for name in names if name in lifted.functions]
    if called:
        return any(
            _writes(lifted, inner)
            for name in called
            for inner in lifted.functions[name].node_def
            if is_stateful(inner.op)
        )
    return not _DRAWS.search(node.op)


def _first_line(error: tf.errors.OpError) -> str:
    return _NODE.sub("", error.message).split("\n")[0].removesuffix(" ")
