"""Prepares the functions that a graph's nodes call: loop bodies, branches, `tf.function`s.

They get names of this graph's own, since the runtime knows one function by each name, while
two graphs may use one name for different functions. And the streams of random ops in them
are taken out: the generator of such an op becomes an argument of its function, and of every
function on the way there from the graph, where it is state like any other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import tensorflow as tf

NodeDef = tf.compat.v1.NodeDef

# Implicit random op -> the op that draws the same numbers from a generator resource.
GENERATOR_OPS = {
    "RandomUniform": "StatefulUniform",
    "RandomStandardNormal": "StatefulStandardNormalV2",
    "TruncatedNormal": "StatefulTruncatedNormal",
    "RandomUniformInt": "StatefulUniformInt",
}

_RESOURCE = tf.resource.as_datatype_enum
_PHILOX = 1

# Ops that call functions with their own inputs: the attribute that lists the inputs' types.
_INPUT_TYPES = {
    "While": "T",
    "StatelessWhile": "T",
    "If": "Tin",
    "StatelessIf": "Tin",
    "Case": "Tin",
    "StatelessCase": "Tin",
    "PartitionedCall": "Tin",
    "StatefulPartitionedCall": "Tin",
}


_serial = itertools.count()


def rename_functions(graph_def: Any, token: str) -> None:
    """Appends `token` to the names of all functions of a graph, wherever they are used."""
    library = graph_def.library
    if not library.function:
        return
    names = {
        function.signature.name: f"{function.signature.name}_{token}"
        for function in library.function
    }
    for function in library.function:
        function.signature.name = names[function.signature.name]
        _rename_in(function.node_def, names)
    for gradient in library.gradient:
        gradient.function_name = names.get(gradient.function_name, gradient.function_name)
        gradient.gradient_func = names.get(gradient.gradient_func, gradient.gradient_func)
    _rename_in(graph_def.node, names)


def _rename_in(nodes: Iterable[NodeDef], names: dict[str, str]) -> None:
    for node in nodes:
        node.op = names.get(node.op, node.op)
        for _, function in functions_of(node):
            function.name = names.get(function.name, function.name)


def functions_of(node: NodeDef) -> Iterator[tuple[str, Any]]:
    """The functions among a node's attributes, each under a name of its place."""
    for name, value in node.attr.items():
        if value.HasField("func"):
            yield name, value.func
        for index, function in enumerate(value.list.func):
            yield f"{name}_{index}", function


def draw_nodes(node: NodeDef, generator: str, in_function: bool = False) -> list[NodeDef]:
    """The nodes that draw a random op's numbers from a generator.

    Args:
      node: the op, one of `GENERATOR_OPS`.
      generator: the name of the resource to draw from.
      in_function: whether the nodes are for a `FunctionDef`, which names tensors its own way.
    """
    algorithm = NodeDef(name=node.name + "/algorithm", op="Const", device=node.device)
    algorithm.attr["dtype"].type = tf.int64.as_datatype_enum
    algorithm.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(_PHILOX, tf.int64))
    draw = NodeDef(name=node.name, op=GENERATOR_OPS[node.op], device=node.device)
    constant = algorithm.name + ":output:0" if in_function else algorithm.name
    draw.input.extend(_before_controls(node.input, [], first=[generator, constant]))
    draw.attr["shape_dtype"].CopyFrom(node.attr["T"])
    draw.attr["dtype"].CopyFrom(node.attr["Tout" if "Tout" in node.attr else "dtype"])
    for name in ("_XlaCompile", "_XlaScope"):
        if name in node.attr:
            draw.attr[name].CopyFrom(node.attr[name])
    return [algorithm, draw]


def _before_controls(inputs: Iterable[str], added: list[str], first: Iterable[str] = ()):
    data = [name for name in inputs if not name.startswith("^")]
    return [*first, *data, *added, *(name for name in inputs if name.startswith("^"))]


class Streams:
    """Makes generators arguments of the functions whose random ops draw from them.

    Args:
      functions: the functions by name. Changed ones are added under new names, because the
        ops of every call have streams of their own.
    """

    def __init__(self, functions: dict[str, Any]) -> None:
        self._functions = functions
        self._found: dict[str, dict[str, NodeDef]] = {}

    def wanted(self, node: NodeDef) -> dict[str, NodeDef]:
        """The random ops that a node's call leads to, by their place from that node on."""
        if node.op not in _INPUT_TYPES:
            return {}
        return {
            f"{place}/{path}": random
            for place, function in functions_of(node)
            for path, random in self._random_ops(function.name).items()
        }

    def _random_ops(self, name: str) -> dict[str, NodeDef]:
        if name not in self._found:
            found: dict[str, NodeDef] = {}
            for node in self._functions[name].node_def:
                if node.op in GENERATOR_OPS:
                    found[node.name] = node
                found.update({
                    f"{node.name}/{path}": random for path, random in self.wanted(node).items()
                })
            self._found[name] = found
        return self._found[name]

    def pass_on(self, node: NodeDef, generators: dict[str, str]) -> None:
        """Makes a call pass generators on.

        Args:
          node: the call; it is changed.
          generators: the name of a resource for each of `wanted(node)`, in the same order.
        """
        is_loop = node.op.endswith("While")
        for place, function in list(functions_of(node)):
            function.name = self._changed(
                function.name, f"{place}/", list(generators), returns=is_loop and place == "body"
            )
        inputs = _before_controls(list(node.input), list(generators.values()))
        del node.input[:]
        node.input.extend(inputs)
        node.attr[_INPUT_TYPES[node.op]].list.type.extend([_RESOURCE] * len(generators))
        if is_loop and node.attr["output_shapes"].list.shape:
            for _ in generators:
                node.attr["output_shapes"].list.shape.add()

    def _changed(self, name: str, place: str, paths: list[str], returns: bool) -> str:
        """A copy of a function that takes a generator for each of `paths`; its name.

        Those under `place` are the function's own; a loop's body has to return all of them.
        """
        definition = type(self._functions[name])()
        definition.CopyFrom(self._functions[name])
        definition.signature.name = new_name = f"{name}_{next(_serial)}"
        arguments = {path: f"tfspec_generator_{index}" for index, path in enumerate(paths)}
        for argument in arguments.values():
            definition.signature.input_arg.add(name=argument, type=_RESOURCE)
            if returns:
                definition.signature.output_arg.add(name=argument, type=_RESOURCE)
                definition.ret[argument] = argument
        del definition.node_def[:]
        for node in self._functions[name].node_def:
            own = f"{place}{node.name}"
            if node.op in GENERATOR_OPS:
                definition.node_def.extend(draw_nodes(node, arguments[own], in_function=True))
                continue
            copy = definition.node_def.add()
            copy.CopyFrom(node)
            passed = {path: arguments[f"{own}/{path}"] for path in self.wanted(node)}
            if passed:
                self.pass_on(copy, passed)
        self._functions[new_name] = definition
        return new_name
