"""What a saver restores: its shapes are checked, and large checkpoints are read by all threads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import tensorflow as tf

from tfspec.graph._work import cores

NodeDef = tf.compat.v1.NodeDef

_LARGE = 16 << 20  # bytes, of which reading takes a few milliseconds


def check_and_share(nodes: dict[str, NodeDef], owners: Mapping[str, NodeDef]) -> None:
    """Adds nodes to a graph that check what is restored, and that read it side by side.

    Args:
      nodes: the nodes by name; new ones are added, and some take their input from those.
      owners: the nodes of variables by the names under which others take them.
    """
    sizes: dict[str, dict[int, int]] = {}
    for check, tensor in list(_checks(nodes, owners)):
        name, _, index = tensor.partition(":")
        shape = check.attr["shape"].shape
        if not shape.unknown_rank:
            count = math.prod(max(dim.size, 1) for dim in shape.dim)
            size = count * tf.as_dtype(check.attr["T"].type).size
            sizes.setdefault(name, {})[int(index or 0)] = size
        nodes[check.name] = check
    for name, by_index in sizes.items():
        if sum(by_index.values()) >= _LARGE:
            _share(nodes, nodes[name], by_index)


def _checks(
    nodes: dict[str, NodeDef], owners: Mapping[str, NodeDef]
) -> Iterator[tuple[NodeDef, str]]:
    """Puts checks before the assignments that take what a saver restores.

    A resource variable takes a value of any shape; a saver relies on an error to tell that a
    checkpoint is another model's.

    Yields:
      Each check's node, and the restored tensor that it looks at, `op:index` or `op`.
    """
    for node in nodes.values():
        if node.op != "AssignVariableOp":
            continue
        owner = owners.get(node.input[0])
        tensor = node.input[1]
        source = nodes.get(tensor.split(":")[0])
        while source is not None and source.op == "Identity":
            tensor = source.input[0]
            source = nodes.get(tensor.split(":")[0])
        if owner is None or source is None or source.op != "RestoreV2":
            continue
        check = NodeDef(name=node.name + "/ensure_shape", op="EnsureShape", device=node.device)
        check.input.append(node.input[1])
        check.attr["T"].CopyFrom(node.attr["dtype"])
        check.attr["shape"].CopyFrom(owner.attr["shape"])
        node.input[1] = check.name
        yield check, tensor


def _share(nodes: dict[str, NodeDef], restore: NodeDef, sizes: Mapping[int, int]) -> None:
    """Shares what an op reads among as many ops as there are threads, by size."""
    prefix, *listed = (source for source in restore.input if not source.startswith("^"))
    lists = [nodes[source.split(":")[0]] for source in listed]
    if any(node.op != "Const" for node in lists):
        return
    values = [tf.make_ndarray(node.attr["value"].tensor) for node in lists]
    shares = _balanced(sizes, len(restore.attr["dtypes"].list.type), cores())
    moved: dict[str, str] = {}
    for number, indices in enumerate(shares):
        part = NodeDef()
        part.CopyFrom(restore)
        part.name = f"{restore.name}/share_{number}"
        part.experimental_debug_info.original_node_names.append(restore.name)
        del part.input[:], part.attr["dtypes"].list.type[:]
        part.input.append(prefix)
        for node, value in zip(lists, values, strict=True):
            own = NodeDef()
            own.CopyFrom(node)
            own.name = f"{node.name}/share_{number}"
            own.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value[indices]))
            nodes[own.name] = own
            part.input.append(own.name)
        part.input.extend(source for source in restore.input if source.startswith("^"))
        types = restore.attr["dtypes"].list.type
        part.attr["dtypes"].list.type.extend(types[index] for index in indices)
        nodes[part.name] = part
        moved.update({
            f"{restore.name}:{index}": f"{part.name}:{place}"
            for place, index in enumerate(indices)
        })
    moved[restore.name] = moved[f"{restore.name}:0"]
    for node in nodes.values():
        for place, source in enumerate(node.input):
            if source in moved:
                node.input[place] = moved[source]


def _balanced(sizes: Mapping[int, int], count: int, parts: int) -> list[Sequence[int]]:
    """The numbers below `count` in up to `parts` lists whose sizes are about the same."""
    shares: list[list[int]] = [[] for _ in range(parts)]
    loads = [0] * parts
    for index in sorted(range(count), key=lambda index: -sizes.get(index, 0)):
        least = loads.index(min(loads))
        shares[least].append(index)
        loads[least] += sizes.get(index, 0)
    return [sorted(share) for share in shares if share]
