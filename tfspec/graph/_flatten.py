"""Functions that one thread can run from end to end.

Kernels that call functions hand them to the thread pool and wait, and two that wait for each
other's thread wait for ever. Of all of them `While` alone runs its functions in its own
thread. So a flat function has no other calls: those of functions are replaced by the nodes of
what they call, and a branch becomes a loop of one iteration or none.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._called import functions_of

NodeDef = tf.compat.v1.NodeDef

_LOOPS = ("While", "StatelessWhile")
_BRANCHES = ("If", "StatelessIf")
_CALLS = ("PartitionedCall", "StatefulPartitionedCall")
OLD_CONTROL_FLOW = frozenset(("Switch", "Merge", "Enter", "Exit", "NextIteration", "LoopCond"))
LOWERING = "_lower_using_switch_merge"
_BOOL = tf.bool.as_datatype_enum
_VARIANT = tf.variant.as_datatype_enum
_RESOURCE = tf.resource.as_datatype_enum

_serial = itertools.count()


class CannotBeFlat(Exception):
    """A function has calls for which there is no loop; the message names the op."""


def flatten(name: str) -> list[str]:
    """Makes a flat copy of a function of the runtime.

    Args:
      name: of the function, which the runtime knows.

    Returns:
      Names of the new functions: the copy, then those of its loops. The caller has to have
      the runtime forget them.

    Raises:
      CannotBeFlat: if it calls functions in other ways than calls, loops and branches, or has
        control flow of its own.
    """
    flattener = _Flattener()
    flattener.copy_of(name)
    definitions = list(flattener.definitions.values())
    for definition in definitions:
        definition.attr["_tf_data_function"].b = True
        _tf.define_function(definition)
    return [definition.signature.name for definition in definitions]


class _Flattener:
    """Flat copies of functions, by the names of the originals."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}

    def copy_of(self, name: str) -> str:
        """The name of the flat copy of a function."""
        if name not in self.definitions:
            original = _tf.function_definition(name)
            flat = _tf.function_def()
            self.definitions[name] = flat
            flat.signature.CopyFrom(original.signature)
            flat.signature.name = f"{name}_flat_{next(_serial)}"
            flat.attr["_noinline"].b = True  # into what would hand it to the pool
            for index, attributes in original.arg_attr.items():
                flat.arg_attr[index].CopyFrom(attributes)
            body = _Body(self)
            body.add(original.node_def)
            flat.node_def.extend(body.finished())
            flat.ret.update({key: body.tensor(value) for key, value in original.ret.items()})
            _wait_for(flat, (
                end for node in original.control_ret.values() for end in body.controls(node)
            ))
        return self.definitions[name].signature.name

    def once(self, branch: str, count: int, outputs: list[int]) -> str:
        """The name of a loop body that runs a branch and ends.

        Args:
          branch: the name of the branch's function.
          count: of its arguments.
          outputs: the types of what it returns.
        """
        key = f"once {branch}"
        if key not in self.definitions:
            original = _tf.function_definition(branch)
            flat = _tf.function_def()
            self.definitions[key] = flat
            signature = flat.signature
            signature.name = f"{branch}_once_{next(_serial)}"
            signature.is_stateful = True
            types = [argument.type for argument in original.signature.input_arg[:count]]
            for index, kind in enumerate([_BOOL, *types, *outputs]):
                signature.input_arg.add(name=f"a{index}", type=kind)
                signature.output_arg.add(name=f"o{index}", type=kind)
            call = NodeDef(name="branch", op="StatefulPartitionedCall")
            call.input.extend(f"a{index + 1}" for index in range(count))
            call.attr["f"].func.name = branch
            body = _Body(self)
            body.add([call, constant("never", False)])
            flat.node_def.extend(body.finished())
            flat.ret["o0"] = "never:output:0"
            for index in range(count):
                flat.ret[f"o{index + 1}"] = f"a{index + 1}"
            for index in range(len(outputs)):
                flat.ret[f"o{1 + count + index}"] = body.tensor(f"branch:output:{index}")
            _wait_for(flat, body.controls("branch"))
        return self.definitions[key].signature.name

    def asks(self, types: list[int]) -> str:
        """The name of a loop condition that returns its first argument, a bool."""
        key = f"asks {types}"
        if key not in self.definitions:
            flat = _tf.function_def()
            self.definitions[key] = flat
            flat.signature.name = f"tfspec_asks_{next(_serial)}"
            for index, kind in enumerate(types):
                flat.signature.input_arg.add(name=f"a{index}", type=kind)
            flat.signature.output_arg.add(name="o0", type=_BOOL)
            flat.ret["o0"] = "a0"
        return self.definitions[key].signature.name


class _Body:
    """The nodes of a flat function.

    A node that is replaced leaves aliases: of its outputs, and of itself as something to wait
    for. They are followed when all nodes are there, since nodes come in any order.
    """

    def __init__(self, flattener: _Flattener) -> None:
        self._flattener = flattener
        self._nodes: list[NodeDef] = []
        self._tensors: dict[str, str] = {}
        self._waits: dict[str, list[str]] = {}

    def add(self, nodes: Iterable[NodeDef], prefix: str = "", waits: Sequence[str] = ()) -> None:
        """Adds nodes under names with a prefix.

        Args:
          nodes: of one function.
          prefix: for the names of the nodes and all that they refer to.
          waits: names of nodes that must have run before any of these.
        """
        nodes = list(nodes)
        started = {node.name for node in nodes if node.op != "Const"}
        for original in nodes:
            node = NodeDef()
            node.CopyFrom(original)
            node.name = prefix + original.name
            del node.input[:]
            node.input.extend(_prefixed(source, prefix) for source in original.input)
            # Those after another node here wait through it; a constant is there before all.
            sources = (source.lstrip("^").split(":")[0] for source in original.input)
            if waits and node.op != "Const" and started.isdisjoint(sources):
                node.input.extend(f"^{name}" for name in waits)
            if prefix and not node.experimental_debug_info.original_node_names:
                node.experimental_debug_info.original_node_names.append(original.name)
            self._add(node)

    def _add(self, node: NodeDef) -> None:
        node.attr.pop(LOWERING, None)
        if node.op in _CALLS:
            self._inline(node, node.attr["f"].func.name, lambda index, name: f"output:{index}")
        elif node.op in _BRANCHES:
            self._branch(node)
        elif node.op in _LOOPS:
            for place in ("cond", "body"):
                function = node.attr[place].func
                function.name = self._flattener.copy_of(function.name)
            self._nodes.append(node)
        elif _tf.is_function(node.op):
            self._inline(node, node.op, lambda index, name: f"{name}:0")
        elif node.op in OLD_CONTROL_FLOW or any(functions_of(node)) and "Dataset" not in node.op:
            raise CannotBeFlat(f"{node.name} ({node.op})")
        else:
            self._nodes.append(node)

    def _inline(self, call: NodeDef, name: str, output: Callable[[int, str], str]) -> None:
        """Puts the nodes of a called function in place of a call."""
        definition = _tf.function_definition(name)
        prefix = f"{call.name}/{next(_serial)}/"
        data, waits = _split(call.input)
        arguments = [argument.name for argument in definition.signature.input_arg]
        self._tensors.update({
            prefix + argument: source for argument, source in zip(arguments, data, strict=True)
        })
        self.add(definition.node_def, prefix, waits)
        for index, result in enumerate(definition.signature.output_arg):
            self._tensors[f"{call.name}:{output(index, result.name)}"] = _prefixed(
                definition.ret[result.name], prefix
            )
        ends = [prefix + node for node in definition.control_ret.values()]
        # Who waits for a call waits for all that it returns, too.
        ends += [_prefixed(source, prefix).split(":")[0] for source in definition.ret.values()]
        self._waits[call.name] = list(dict.fromkeys([*ends, *waits]))

    def _branch(self, node: NodeDef) -> None:
        """Puts two loops of at most one iteration in place of a branch."""
        (condition, *arguments), waits = _split(node.input)
        outputs = list(node.attr["Tout"].list.type)
        if _RESOURCE in outputs:
            raise CannotBeFlat(f"{node.name} ({node.op}, which returns a resource)")
        truth = NodeDef(name=f"{node.name}/if", op="ToBool", input=[condition])
        truth.attr["T"].CopyFrom(node.attr["Tcond"])
        untruth = NodeDef(name=f"{node.name}/if_not", op="LogicalNot")
        untruth.input.append(f"{truth.name}:output:0")
        self._nodes += [truth, untruth]
        values = []
        for index, kind in enumerate(outputs):
            values.append(self._no_value(f"{node.name}/no_value_{index}", kind))
        types = [_BOOL, *node.attr["Tin"].list.type, *outputs]
        first = 1 + len(arguments)
        flag = f"{truth.name}:output:0"
        for place in ("then_branch", "else_branch"):
            loop = NodeDef(name=f"{node.name}/{place}", op="While")
            loop.input.extend([flag, *arguments, *values, *(f"^{name}" for name in waits)])
            loop.attr["T"].list.type.extend(types)
            loop.attr["cond"].func.name = self._flattener.asks(types)
            loop.attr["body"].func.name = self._flattener.once(
                node.attr[place].func.name, len(arguments), outputs
            )
            self._nodes.append(loop)
            flag, waits = f"{untruth.name}:y:0", [loop.name]
            values = [f"{loop.name}:output:{first + index}" for index in range(len(outputs))]
        self._tensors.update({
            f"{node.name}:output:{index}": value for index, value in enumerate(values)
        })
        self._waits[node.name] = waits

    def _no_value(self, name: str, kind: int) -> str:
        """Adds something of a type for a loop to start with; returns its tensor."""
        if kind != _VARIANT:
            node = NodeDef(name=name, op="Const")
            node.attr["dtype"].type = kind
            node.attr["value"].tensor.dtype = kind
            node.attr["value"].tensor.tensor_shape.dim.add(size=0)
            self._nodes.append(node)
            return f"{name}:output:0"
        shape, length = constant(f"{name}/shape", -1), constant(f"{name}/length", 0)
        node = NodeDef(name=name, op="EmptyTensorList")
        node.input.extend([f"{shape.name}:output:0", f"{length.name}:output:0"])
        node.attr["element_dtype"].type = tf.float32.as_datatype_enum
        node.attr["shape_type"].type = tf.int32.as_datatype_enum
        self._nodes += [shape, length, node]
        return f"{name}:handle:0"

    def finished(self) -> list[NodeDef]:
        """All nodes, taking their inputs from nodes that are there."""
        for node in self._nodes:
            data, waits = _split(node.input)
            del node.input[:]
            node.input.extend(self.tensor(source) for source in data)
            waited = (name for wait in waits for name in self.controls(wait))
            node.input.extend(f"^{name}" for name in dict.fromkeys(waited))
        return self._nodes

    def tensor(self, source: str) -> str:
        """Where a tensor comes from in the flat function."""
        while source in self._tensors:
            source = self._tensors[source]
        return source

    def controls(self, name: str) -> list[str]:
        """What to wait for instead of a node, or an argument."""
        if name in self._waits:
            return [end for wait in self._waits[name] for end in self.controls(wait)]
        if name in self._tensors:
            return self.controls(self.tensor(name).split(":")[0])
        return [name]


def _wait_for(definition: Any, nodes: Iterable[str]) -> None:
    """Makes a function end when these nodes have run."""
    del definition.signature.control_output[:]
    for index, node in enumerate(dict.fromkeys(nodes)):
        definition.signature.control_output.append(f"c{index}")
        definition.control_ret[f"c{index}"] = node


def _prefixed(source: str, prefix: str) -> str:
    return f"^{prefix}{source[1:]}" if source.startswith("^") else prefix + source


def _split(inputs: Iterable[str]) -> tuple[list[str], list[str]]:
    """A node's data inputs, and the names of the nodes for which it waits."""
    inputs = list(inputs)
    return (
        [source for source in inputs if not source.startswith("^")],
        [source[1:] for source in inputs if source.startswith("^")],
    )


def constant(name: str, value: Any) -> NodeDef:
    """A node of a function with that value."""
    node = NodeDef(name=name, op="Const")
    tensor = tf.make_tensor_proto(value)
    node.attr["dtype"].type = tensor.dtype
    node.attr["value"].tensor.CopyFrom(tensor)
    return node
