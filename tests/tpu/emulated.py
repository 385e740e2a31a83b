"""Does on several CPU devices what a TPU's runtime does with the program of its cores.

TensorFlow's own `TPUStrategy` builds the graph, over devices that are made up. What is missing
without a TPU is the last step, in which the runtime copies the program for each core and compiles
it: here every node that is marked as part of the program is copied for a CPU device of its own,
and sums over the cores are computed by adding up.
"""

from __future__ import annotations

import collections

import tensorflow as tf

from tfspec import _tf

_PROGRAM = "_tpu_replicate"
Device = collections.namedtuple("Device", "name")


def emulate(cores: int) -> None:
    """Makes this process see a TPU; before TensorFlow has started its devices.

    Args:
      cores: how many it has, on one host.
    """
    cpu, *_ = tf.config.list_physical_devices("CPU")
    devices = [tf.config.LogicalDeviceConfiguration()] * cores
    tf.config.set_logical_device_configuration(cpu, devices)
    names = [f"/job:localhost/replica:0/task:0/device:TPU:{core}" for core in range(cores)]
    metadata = tf.tpu.experimental.TPUSystemMetadata(
        num_cores=cores, num_hosts=1, num_of_cores_per_host=cores, topology=None,
        devices=[Device(name) for name in names],
    )
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver
    resolver.get_tpu_system_metadata = lambda self: metadata
    tf.tpu.experimental.initialize_tpu_system = lambda resolver: None
    real_device, define = tf.device, _tf.define_function

    def device(name):
        return real_device(_on_cpu(name) if isinstance(name, str) else name)

    tf.device = device
    _tf.define_function = lambda definition: define(_spread(definition))


def _on_cpu(device: str) -> str:
    return device.replace("device:TPU:", "device:CPU:").replace("TPU_REPLICATED_CORE", "CPU")


def _spread(definition):
    """A function with a copy of each of the program's nodes for every core."""
    nodes = {node.name: node for node in definition.node_def}
    program = {name for name, node in nodes.items() if _PROGRAM in node.attr}
    for node in nodes.values():
        node.device = _on_cpu(node.device)
    if not program:
        return definition
    (start,) = (node for node in nodes.values() if node.op == "TPUReplicateMetadata")
    cores = start.attr["num_replicas"].i
    program |= {name for name, node in nodes.items() if node.op == "TPUReplicatedInput"}
    result = type(definition)()
    result.CopyFrom(definition)
    del result.node_def[:]
    for name, node in nodes.items():
        if name in program:
            for core in range(cores):
                _copy_for(core, cores, node, program, nodes, result.node_def.add())
        elif node.op != "TPUReplicatedOutput":
            _keep(cores, node, program, nodes, result.node_def.add())
    return result


def _copy_for(core, cores, node, program, nodes, copy) -> None:
    copy.CopyFrom(node)
    copy.attr.pop(_PROGRAM, None)
    copy.name = _name(node.name, core)
    copy.device = f"/device:CPU:{core}"
    controls = [source for source in node.input if source.startswith("^")]
    inputs = [source for source in node.input if not source.startswith("^")]
    del copy.input[:]
    if node.op == "TPUReplicatedInput":
        inputs = [inputs[core]]
        dtype = node.attr["T"].type
        copy.ClearField("attr")
        copy.op, copy.attr["T"].type = "Identity", dtype
    elif node.op == "TPUReplicateMetadata":
        copy.ClearField("attr")
        copy.op = "NoOp"
    elif node.op == "CrossReplicaSum":
        copy.op, copy.attr["N"].i = "AddN", cores
        inputs = [_renamed(inputs[0], other, program, nodes) for other in range(cores)]
    copy.input.extend(_renamed(source, core, program, nodes) for source in inputs)
    copy.input.extend(_renamed(source, core, program, nodes) for source in controls)


def _renamed(source: str, core: int, program, nodes) -> str:
    control = "^" if source.startswith("^") else ""
    name, *port = source.lstrip("^").split(":")
    if name not in program:
        return source
    if nodes[name].op in ("TPUReplicatedInput", "CrossReplicaSum") and port:
        port = ["sum" if nodes[name].op == "CrossReplicaSum" else "output", "0"]
    return control + ":".join([_name(name, core), *port])


def _keep(cores, node, program, nodes, copy) -> None:
    """A node outside the program: it takes from the copies what the program put out."""
    copy.CopyFrom(node)
    del copy.input[:]
    controls = []
    for source in node.input:
        name, *port = source.lstrip("^").split(":")
        if source.startswith("^"):
            names = [_name(name, core) for core in range(cores)] if name in program else [name]
            controls += [f"^{name}" for name in names]
        elif nodes.get(name) is not None and nodes[name].op == "TPUReplicatedOutput":
            copy.input.append(_renamed(nodes[name].input[0], int(port[1]), program, nodes))
        else:
            assert name not in program, f"{node.name} takes {source} out of the TPU's program"
            copy.input.append(source)
    copy.input.extend(controls)


def _name(name: str, core: int) -> str:
    return f"{name}/core_{core}"

