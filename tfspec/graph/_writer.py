"""Writes functions of the runtime down, node by node.

Tracing Python for the same takes ten times as long, and adds control dependencies of its own.
"""

from __future__ import annotations

import dataclasses
import itertools
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf

NodeDef = tf.compat.v1.NodeDef

_serial = itertools.count()
_run = secrets.token_hex(4)


def new_name(prefix: str) -> str:
    """A name that no other function of this or another process's library has."""
    return f"tfspec_{prefix}_{_run}_{next(_serial)}"


def output_names(node: NodeDef, signature: Any) -> Iterator[str]:
    """Each output tensor of a node as `output argument:index in it`.

    Args:
      node: the node.
      signature: the `OpDef` of its op.
    """
    for output in signature.output_arg:
        count = 1
        if output.number_attr:
            count = node.attr[output.number_attr].i
        elif output.type_list_attr:
            count = len(node.attr[output.type_list_attr].list.type)
        for index in range(count):
            yield f"{output.name}:{index}"


@dataclasses.dataclass(frozen=True)
class Called:
    """The name of a function, as the value of a node's attribute."""

    name: str


@dataclasses.dataclass(frozen=True)
class Node:
    """A node of a function: its name, to wait for, and the tensors that it gives."""

    name: str
    outputs: tuple[str, ...]

    @property
    def output(self) -> str:
        (only,) = self.outputs
        return only


class Writer:
    """A function being written.

    Args:
      prefix: what its name says of it.
      dtypes: of the arguments.
    """

    def __init__(self, prefix: str, dtypes: Sequence[tf.DType]) -> None:
        self.definition = _tf.function_def()
        self.name = self.definition.signature.name = new_name(prefix)
        self.definition.signature.is_stateful = True
        self.arguments = [f"a{index}" for index in range(len(dtypes))]
        for name, dtype in zip(self.arguments, dtypes, strict=True):
            self.definition.signature.input_arg.add(name=name, type=dtype.as_datatype_enum)
        self._names: dict[str, int] = {}

    def add(
        self,
        op: str,
        inputs: Iterable[str] = (),
        after: Iterable[Node] = (),
        name: str | None = None,
        **attributes: Any,
    ) -> Node:
        """Adds a node.

        Args:
          op: its type.
          inputs: tensors: arguments, or outputs of nodes.
          after: nodes that must have run before.
          name: its name, with a number if that is taken; the op's type if None.
          attributes: of the op. A dtype, bool, int or `Called`, a list of dtypes, or a
            `TensorProto`.
        """
        node = self.definition.node_def.add(name=self._free(name or op), op=op)
        node.input.extend(inputs)
        node.input.extend(f"^{other.name}" for other in after)
        for key, value in attributes.items():
            _set(node.attr[key], value)
        outputs = output_names(node, _tf.op_definition(op))
        return Node(node.name, tuple(f"{node.name}:{output}" for output in outputs))

    def constant(self, value: Any, dtype: tf.DType = tf.int32) -> str:
        """A tensor of that value."""
        tensor = tf.make_tensor_proto(value, dtype)
        return self.add("Const", value=tensor, dtype=dtype).output

    def nothing(self, dtype: tf.DType) -> str:
        """A tensor without elements."""
        tensor = tf.make_tensor_proto(0).__class__(dtype=dtype.as_datatype_enum)
        tensor.tensor_shape.dim.add(size=0)
        return self.add("Const", value=tensor, dtype=dtype).output

    def define(
        self, results: Sequence[str], dtypes: Sequence[tf.DType], waits: Iterable[Node]
    ) -> str:
        """Makes the function known to the runtime; returns its name.

        Args:
          results: the tensors that it returns.
          dtypes: of those.
          waits: nodes that must have run when it ends.
        """
        signature = self.definition.signature
        for index, (source, dtype) in enumerate(zip(results, dtypes, strict=True)):
            signature.output_arg.add(name=f"o{index}", type=dtype.as_datatype_enum)
            self.definition.ret[f"o{index}"] = source
        for index, node in enumerate(waits):
            signature.control_output.append(f"c{index}")
            self.definition.control_ret[f"c{index}"] = node.name
        _tf.define_function(self.definition)
        return self.name

    def _free(self, name: str) -> str:
        number = self._names.get(name, 0)
        self._names[name] = number + 1
        return f"{name}_{number}" if number else name


def _set(attribute: Any, value: Any) -> None:
    if isinstance(value, tf.DType):
        attribute.type = value.as_datatype_enum
    elif isinstance(value, bool):
        attribute.b = value
    elif isinstance(value, int):
        attribute.i = value
    elif isinstance(value, Called):
        attribute.func.name = value.name
    elif isinstance(value, list):
        attribute.list.type.extend(dtype.as_datatype_enum for dtype in value)
        attribute.list.SetInParent()
    else:
        attribute.tensor.CopyFrom(value)
