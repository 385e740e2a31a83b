"""Makes a piece of a graph a function of the runtime.

The function is written down directly, node by node, rather than by importing the piece into a
graph and converting that: it costs a tenth of the time, and TF1's rules stay as they are, with
no control dependencies added and nothing run but what the fetches and targets need.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._cut import Piece, op_of, tensor_name
from tfspec.graph._kept_input import keep_first
from tfspec.graph._lift import NodeDef
from tfspec.graph._optimize import optimize
from tfspec.graph._writer import Called, Node, Writer, new_name, output_names


class Function:
    """A piece of a graph as a function of its handles, then its feeds.

    Args:
      piece: what to compute.
      dtype_of: the dtype of the graph's tensor of a name, `op:index`.
      functions: the definitions of the functions that nodes may call, by name.
      optimized: whether the graph optimizer is to look at the piece now; or else the runtime
        has it do so before the first call, if at all.
    """

    def __init__(
        self,
        piece: Piece,
        dtype_of: Callable[[str], tf.DType],
        functions: Mapping[str, Any],
        optimized: bool = False,
    ) -> None:
        self.name = new_name("piece")
        if optimized:
            piece = optimize(piece, self.name, dtype_of)
            functions = {item.signature.name: item for item in piece.graph_def.library.function}
            for name in functions:
                weakref.finalize(self, _tf.forget_function, name)
        self.dtypes = [dtype_of(name) for name in piece.fetches]
        self.takes = [tf.resource] * len(piece.handles) + [dtype_of(name) for name in piece.feeds]
        for function in piece.graph_def.library.function:
            _tf.define_function(function)
        definition = _definition(self.name, piece, dtype_of, functions)
        if optimized:
            keep_first(definition.node_def)
        _tf.define_function(definition)
        # A function keeps its constants and kernels until the runtime is told to drop it.
        weakref.finalize(self, _tf.forget_function, self.name)

    def __call__(self, arguments: Sequence[tf.Tensor], optimize: bool) -> Sequence[tf.Tensor]:
        """Runs the function, while executing eagerly; returns its fetches.

        Args:
          arguments: eager tensors.
          optimize: whether the graph optimizer is to look at it before its first run.
        """
        return _tf.call_function(self.name, arguments, len(self.dtypes), optimize)

    def write(
        self, writer: Writer, arguments: Sequence[str], after: Iterable[Node] = ()
    ) -> Node:
        """Puts a call of the function into one being written; its outputs are the fetches."""
        return writer.add(
            "StatefulPartitionedCall", arguments, after, name="part",
            Tin=self.takes, Tout=self.dtypes, f=Called(self.name),
        )


def _definition(name: str, piece: Piece, dtype_of: Any, functions: Mapping[str, Any]) -> Any:
    """The piece as a FunctionDef."""
    definition = _tf.function_def()
    signature = definition.signature
    signature.name = name
    signature.is_stateful = True
    arguments: dict[str, str] = {}
    names = _free_names(piece.graph_def.node)
    for index, (handle, owner) in enumerate(zip(piece.handles, piece.owners, strict=True)):
        name = arguments[handle + ":0"] = next(names)
        signature.input_arg.add(name=name, type=tf.resource.as_datatype_enum)
        _describe_variable(definition.arg_attr[index], owner)
    for feed in piece.feeds:
        name = arguments[feed] = next(names)
        signature.input_arg.add(name=name, type=dtype_of(feed).as_datatype_enum)
    outputs = _Outputs(piece.graph_def.node, functions, arguments)
    for node in piece.graph_def.node:
        copy = definition.node_def.add()
        copy.CopyFrom(node)
        for index, source in enumerate(node.input):
            if not source.startswith("^"):
                copy.input[index] = outputs.reference(source)
    sources = piece.sources or piece.fetches
    for index, (fetch, source) in enumerate(zip(piece.fetches, sources, strict=True)):
        signature.output_arg.add(name=f"o{index}", type=dtype_of(fetch).as_datatype_enum)
        definition.ret[f"o{index}"] = outputs.reference(source)
    # Who waits for a call waits for these: its fetches too, or a read could still be late.
    awaited = dict.fromkeys([*piece.targets, *map(op_of, sources)])
    for index, name in enumerate(awaited):
        signature.control_output.append(f"c{index}")
        definition.control_ret[f"c{index}"] = name
    return definition


def _free_names(nodes: Iterable[NodeDef]) -> Iterator[str]:
    """Names for arguments: those of nodes and arguments must differ, and scripts name nodes."""
    taken = {node.name for node in nodes}
    return (name for name in (f"a{index}" for index in itertools.count()) if name not in taken)


def _describe_variable(attributes: Any, owner: NodeDef) -> None:
    """Tells the graph optimizer what variable an argument stands for."""
    if owner.op == "VarHandleOp":
        attributes.attr["_handle_dtypes"].list.type.append(owner.attr["dtype"].type)
        attributes.attr["_handle_shapes"].list.shape.add().CopyFrom(owner.attr["shape"].shape)


class _Outputs:
    """Names of tensors as FunctionDefs have them: `node:output:index` instead of `node:index`.

    Args:
      nodes: the nodes whose outputs are named.
      functions: see `Function`.
      arguments: names of the function's arguments by the tensors that they replace.
    """

    def __init__(
        self, nodes: Sequence[NodeDef], functions: Mapping[str, Any], arguments: dict[str, str]
    ) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._functions = functions
        self._names = dict(arguments)

    def reference(self, source: str) -> str:
        """How the function's nodes name the tensor `source`, an input of a graph's node."""
        tensor = tensor_name(source)
        found = self._names.get(tensor)
        if found is None:
            node = self._nodes[op_of(tensor)]
            called = self._functions.get(node.op)
            signature = called.signature if called is not None else _tf.op_definition(node.op)
            for index, output in enumerate(output_names(node, signature)):
                self._names.setdefault(f"{node.name}:{index}", f"{node.name}:{output}")
            found = self._names[tensor]
        return found
