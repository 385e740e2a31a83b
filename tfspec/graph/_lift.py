"""Takes the state out of a traced graph.

A function has no state of its own, so every op of the graph that owns some is replaced by
a placeholder, and what it owned is created once, eagerly, by a `StateStore`:

- an op that makes a resource handle from nothing (variable, iterator, table, queue, reader,
  summary writer...), found by that property and not by a list of names;
- a one-shot iterator, which owns the dataset that its factory function makes;
- a random op, which owns a stream: its generator becomes a resource too, so that the numbers
  go on whatever function draws them. TensorFlow's ops over explicit generators share the
  kernel code of the implicit ones, hence the numbers are the same to the last bit.

What a TPU's cores run is left as it is: XLA compiles it, with random numbers of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import threading
from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.graph._called import GENERATOR_OPS, Streams, draw_nodes, rename_functions
from tfspec.graph._kept_input import KeptInput, keep_input
from tfspec.graph._light_maps import keep_light_maps
from tfspec.graph._replicas import in_program, sum_over_one_replica
from tfspec.graph._restored import check_and_share

GraphDef = tf.compat.v1.GraphDef
NodeDef = tf.compat.v1.NodeDef

_RESOURCE = tf.resource.as_datatype_enum
# Ops that TensorFlow calls stateful though they leave all state as it is.
READS = frozenset((
    "ReadVariableOp", "VarIsInitializedOp", "ResourceGather", "ResourceGatherNd", "VariableShape",
    "LookupTableFindV2", "LookupTableSizeV2", "LookupTableExportV2", "IteratorToStringHandle",
    "Assert", "CheckNumerics", "CheckNumericsV2",
))


@dataclasses.dataclass(frozen=True)
class Lifted:
    """A graph whose state has been taken out.

    Attributes:
      nodes: the nodes by name, in the order in which they were made; a node of `owners` is
        a placeholder for a resource handle here.
      owners: the original node of each piece of state, by the placeholder's name.
      functions: the functions that nodes refer to, by name.
      gradients: which of those have a gradient function of their own.
      versions: the graph's `VersionDef`.
      kept: how what an op takes from an input is kept, by the op's name.
    """

    nodes: dict[str, NodeDef]
    owners: dict[str, NodeDef]
    functions: dict[str, Any]
    gradients: dict[str, Any]
    versions: Any
    kept: dict[str, KeptInput]


def lift(graph_def: GraphDef, token: str) -> Lifted:
    """Replaces every op that owns state by a placeholder.

    Args:
      graph_def: the graph; it is taken over, not copied.
      token: what makes names of state unique to this graph, the same at every lift of it.
    """
    rename_functions(graph_def, token)
    sum_over_one_replica(graph_def)
    functions = {function.signature.name: function for function in graph_def.library.function}
    streams = Streams(functions)
    nodes: dict[str, NodeDef] = {}
    owners: dict[str, NodeDef] = {}
    for node in graph_def.node:
        if in_program(node):
            nodes[node.name] = node
        elif node.op == "OneShotIterator" or _makes_handle(node):
            owners[node.name] = node
            nodes[node.name] = handle_placeholder(node.name)
        elif node.op in GENERATOR_OPS:
            if "device:TPU" in node.device:  # a first value, which the host can draw as well
                node.device = ""
            generator = _own(f"{node.name}/generator", node, nodes, owners)
            nodes.update({new.name: new for new in draw_nodes(node, generator)})
        else:
            wanted = streams.wanted(node)
            if wanted:
                streams.pass_on(node, {
                    path: _own(f"{node.name}/{path}/generator", random, nodes, owners)
                    for path, random in wanted.items()
                })
            nodes[node.name] = node
    kept = {}
    for node in list(nodes.values()):
        found = None if in_program(node) else keep_input(node)
        if found is not None:
            kept[node.name] = found
            _own(found.variable, found.owner, nodes, owners)
            nodes.update({new.name: new for new in found.nodes})
    check_and_share(nodes, owners)
    keep_light_maps(nodes, functions)
    for node in nodes.values():
        # Colocation with nodes that are arguments or in another piece cannot be asked for.
        node.attr.pop("_class", None)
        _name_remaining_state(node, token)
    gradients = {item.function_name: item for item in graph_def.library.gradient}
    return Lifted(nodes, owners, functions, gradients, graph_def.versions, kept)


def _makes_handle(node: NodeDef) -> bool:
    """Whether an op is stateful, takes nothing and gives one resource handle."""
    if any(not name.startswith("^") for name in node.input):
        return False
    definition = _op_definition(node.op)
    return bool(
        definition is not None
        and definition.is_stateful
        and len(definition.output_arg) == 1
        and definition.output_arg[0].type == _RESOURCE
    )


def has_effect(lifted: Lifted, name: str) -> bool:
    """Whether running a node twice may differ from running it once: it writes or draws."""
    return name not in lifted.owners and is_stateful(lifted.nodes[name].op)


def is_stateful(op_type: str) -> bool:
    """Whether running an op of a type may differ from not running it, if nobody takes what it
    gives; so of a call of a function by its name."""
    definition = _op_definition(op_type)
    return op_type not in READS and (definition is None or definition.is_stateful)


def _op_definition(op_type: str):
    try:
        return _tf.op_definition(op_type)
    except KeyError:  # a function called by its name
        return None


def handle_placeholder(name: str) -> NodeDef:
    """A node that stands for a resource handle."""
    placeholder = NodeDef(name=name, op="Placeholder")
    placeholder.attr["dtype"].type = _RESOURCE
    placeholder.attr["shape"].shape.CopyFrom(tf.TensorShape([]).as_proto())
    return placeholder


def _own(
    name: str, owner: NodeDef, nodes: dict[str, NodeDef], owners: dict[str, NodeDef]
) -> str:
    """Adds a placeholder for the state of `owner`; returns its name."""
    nodes[name] = handle_placeholder(name)
    owners[name] = owner
    return name


def _name_remaining_state(node: NodeDef, token: str) -> None:
    """Names state that cannot be lifted because making it takes inputs.

    An empty shared name means 'my own kernel's', and each compiled function has kernels of
    its own: under a name they find the same table.
    """
    if "shared_name" in node.attr and not node.attr["shared_name"].s:
        node.attr["shared_name"].s = f"{node.name}_{token}".encode()


class StateStore:
    """Creates and keeps what a lifted graph's state nodes owned, each on first use."""

    def __init__(self) -> None:
        self._handles: dict[str, tf.Tensor] = {}
        self._named: list[tf.Tensor] = []
        self._valued: set[str] = set()  # placeholders of variables known to have values
        self._lock = threading.Lock()

    def handle(self, name: str, lifted: Lifted) -> tf.Tensor:
        """The resource handle that stands for placeholder `name`, a scalar of `tf.resource`."""
        with self._lock:
            if name not in self._handles:
                self._handles[name] = self._create(name, lifted)
            return self._handles[name]

    def adopt(self, name: str, handle: tf.Tensor) -> None:
        """Lets an existing resource stand for placeholder `name`."""
        with self._lock:
            self._handles[name] = handle

    def has_value(self, name: str, lifted: Lifted) -> bool:
        """Whether the variable that placeholder `name` stands for has a value."""
        if name in self._valued:
            return True
        handle = self.handle(name, lifted)
        with _tf.eager_mode():
            return bool(tf.raw_ops.VarIsInitializedOp(resource=handle))

    def note_values(self, names: Iterable[str]) -> None:
        """Says that variables have values from now on, so that nobody has to look: asking the
        runtime takes as long as a small step."""
        self._valued.update(names)

    def close(self) -> None:
        """Frees every resource. Variables go with their handles, the rest is destroyed."""
        with self._lock, _tf.eager_mode():
            for handle in self._named:
                tf.raw_ops.DestroyResourceOp(resource=handle, ignore_lookup_error=True)
            self._named.clear()
            self._valued.clear()
            self._handles.clear()

    def _create(self, name: str, lifted: Lifted) -> tf.Tensor:
        node = lifted.owners[name]
        device = local_device(node.device)
        with _tf.eager_mode(), tf.device(device) if device else contextlib.nullcontext():
            if node.op in GENERATOR_OPS:
                return _generator(node)
            if node.op == "OneShotIterator":
                return _tf.one_shot_iterator(node, lifted.functions)
            if node.op == "VarHandleOp":
                return _variable(node)
            if _owns_itself(node, lifted):
                return _raw_handle(node, anonymous=True)
            return self._keep(_raw_handle(node, anonymous=False))

    def _keep(self, handle: tf.Tensor) -> tf.Tensor:
        self._named.append(handle)
        return handle


def local_device(device: str) -> str | None:
    """The part of a device name that holds on this machine: no job, no task.

    A TPU may be another machine's, which TensorFlow has been connected with.
    """
    if "device:TPU" in device:
        return device
    kept = [part for part in device.split("/") if part.startswith("device:")]
    return "/" + kept[0] if kept else None


def _variable(node: NodeDef) -> tf.Tensor:
    return tf.raw_ops.VarHandleOp(
        dtype=tf.as_dtype(node.attr["dtype"].type),
        shape=tf.TensorShape(node.attr["shape"].shape),
        shared_name=_tf.ANONYMOUS_NAME,
        name=node.name,
    )


def _generator(node: NodeDef) -> tf.Tensor:
    """A variable that holds the state from which `node`'s kernel would have started."""
    seed, seed2 = node.attr["seed"].i, node.attr["seed2"].i
    if seed == 0 and seed2 == 0:  # TensorFlow's sign for 'never the same twice'
        seed, seed2 = (secrets.randbits(63) for _ in range(2))
    handle = tf.raw_ops.VarHandleOp(
        dtype=tf.int64, shape=[3], shared_name=_tf.ANONYMOUS_NAME, name=node.name
    )
    tf.raw_ops.AssignVariableOp(resource=handle, value=tf.constant([0, seed2, seed], tf.int64))
    return handle


# Handles that own what they stand for. Under a name of its own, each op would stay in the
# runtime's cache of kernels, with its dataset or table, for as long as the process lives.
_ANONYMOUS = {
    "IteratorV2": "AnonymousIteratorV3",
    "HashTableV2": "AnonymousHashTable",
    "MutableHashTableV2": "AnonymousMutableHashTable",
    "MutableHashTableOfTensorsV2": "AnonymousMutableHashTableOfTensors",
}


def _owns_itself(node: NodeDef, lifted: Lifted) -> bool:
    """Whether the state of a node can go with its handle: nothing looks it up by a name."""
    by_name = node.op == "IteratorV2" and any(
        other.op.startswith("IteratorFromStringHandle") for other in lifted.nodes.values()
    )
    return node.op in _ANONYMOUS and not by_name


def _raw_handle(node: NodeDef, anonymous: bool) -> tf.Tensor:
    """Runs a handle-making op eagerly, under no name or one that no other graph uses."""
    attributes = {
        name: _tf.attribute_value(value)
        for name, value in node.attr.items() if not name.startswith("_")
    }
    if anonymous:
        for name in ("shared_name", "container", "use_node_name_sharing"):
            attributes.pop(name, None)
        return getattr(tf.raw_ops, _ANONYMOUS[node.op])(**attributes)
    if "shared_name" in attributes:
        attributes["shared_name"] = f"{node.name}_{secrets.token_hex(8)}"
    return getattr(tf.raw_ops, node.op)(**attributes)
