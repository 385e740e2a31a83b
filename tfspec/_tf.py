"""The one door to what TensorFlow does not make public.

Everything in tfspec that touches `tensorflow.python`, `tf_keras` or a version number
stands here, each with the reason why the public API would not do. Callers import this
module; nothing here knows anything about the rest of tfspec.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

import tensorflow as tf
from tensorflow.python.client import session as _session_lib
from tensorflow.python.eager import context as _context
from tensorflow.python.eager import execute as _execute

# A handle made under this name owns its resource and frees it when it goes:
# without it every lifted variable would stay in the device's resource manager for ever.
ANONYMOUS_NAME: str = _context.anonymous_name()


def eager_mode() -> contextlib.AbstractContextManager[None]:
    """Eager execution on this thread even after `disable_eager_execution()`.

    There is no public way back, and compiled functions can only be called eagerly.
    """
    return _context.eager_mode()


def function_def() -> Any:
    """An empty `FunctionDef`: the message has no public name."""
    return type(tf.compat.v1.GraphDef().library.function.add())()


def define_function(definition: Any) -> None:
    """Makes a function known to the eager runtime, if one of its name isn't.

    What is public makes functions by tracing Python only.
    """
    context = _context.context()
    context.ensure_initialized()
    if not context.has_function(definition.signature.name):
        context.add_function_def(definition)


def function_definition(name: str) -> Any:
    """The `FunctionDef` of a function that the eager runtime knows."""
    return _context.context().get_function_def(name)


def is_function(name: str) -> bool:
    """Whether the eager runtime knows a function of that name."""
    return _context.context().has_function(name)


def forget_function(name: str) -> None:
    """Frees a function of the eager runtime."""
    context = _context.context_safe()
    if context is not None and context.has_function(name):
        context.remove_function(name)


def call_function(
    name: str, arguments: Sequence[tf.Tensor], outputs: int, optimize: bool = True
) -> Sequence[tf.Tensor]:
    """Calls a function of the eager runtime by its name, without argument binding.

    `ConcreteFunction.__call__` spends longer on 100 handles than a small step takes, and
    explains errors by where a function was made rather than by the user's lines. Whether the
    graph optimizer looks at it first, which takes longer than a short function, is not public.
    """
    context = _context.context()
    options = context.function_call_options
    config = options.config_proto_serialized
    attributes = (
        "executor_type", options.executor_type or "",
        "config_proto", config if optimize else _without_optimizer(config),
    )
    return _execute.execute(name, outputs, list(arguments), attributes, context)


@functools.lru_cache(maxsize=8)
def _without_optimizer(config: bytes) -> bytes:
    changed = tf.compat.v1.ConfigProto.FromString(config)
    changed.graph_options.rewrite_options.disable_meta_optimizer = True
    return changed.SerializeToString()


def optimized_graph(graph: Any, keep: Sequence[str]) -> Any:
    """A `GraphDef` as the graph optimizer rewrites it, as it did for each of a session's runs.

    The runtime runs it over functions as well, each time one is made ready, but not over those
    that `tf.data` calls. By itself it has no public name.

    Args:
      graph: a `GraphDef` that is complete.
      keep: names of ops and tensors, `op:index`, that the result has to have.
    """
    from tensorflow.python.grappler import tf_optimizer

    config = tf.compat.v1.ConfigProto.FromString(
        _context.context().function_call_options.config_proto_serialized
    )
    rewriting = config.graph_options.rewrite_options
    rewriting.meta_optimizer_iterations = rewriting.ONE  # as estimators have it
    meta_graph = tf.compat.v1.MetaGraphDef(graph_def=graph)
    meta_graph.collection_def["train_op"].node_list.value.extend(keep)
    return tf_optimizer.OptimizeGraph(config, meta_graph, cluster=_one_cpu())


@functools.cache
def _one_cpu() -> Any:
    """The cluster for which graphs are optimized; by default each call would make one that
    opens a session and logs it."""
    from tensorflow.core.protobuf import device_properties_pb2
    from tensorflow.python.grappler import cluster

    cpu = device_properties_pb2.NamedDevice(name="/device:CPU:0")
    cpu.properties.type = "CPU"
    cpu.properties.num_cores, cpu.properties.frequency = 1, 1000  # unknown ones are warned of
    return cluster.Cluster(devices=[cpu])


@functools.cache
def uses_onednn() -> bool:
    """Whether TensorFlow was built with oneDNN's ops, and takes them on this machine."""
    from tensorflow.python.util import _pywrap_util_port

    return _pywrap_util_port.IsMklEnabled()


@functools.cache
def has_plain_kernel(op: str) -> bool:
    """Whether the CPU has a kernel of an op that is found by the op's name alone. Looks at all
    kernels that there are, which takes milliseconds."""
    from tensorflow.python.framework import kernels

    found = kernels.get_registered_kernels_for_op(op).kernel
    return any(kernel.device_type == "CPU" and not kernel.label for kernel in found)


@functools.cache
def options_of_one_thread() -> bytes:
    """`tf.data.Options`, serialized: one thread for each op, and the dataset left as it is.

    What is public writes them into datasets made in Python only, one Python op at a time.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    options.threading.max_intra_op_parallelism = 1
    return options._to_proto().SerializeToString()


class SessionShell(tf.compat.v1.Session):
    """`tf.compat.v1.Session` less the native session below it.

    The public constructor opens a native session. Feeds, fetches and their errors are
    handled by the base class exactly as ever; a subclass supplies `_execute`.
    """

    def __init__(self, graph: tf.Graph | None = None, config: Any = None) -> None:
        # Deliberately not super().__init__(): that opens the native session.
        if graph is not None and not isinstance(graph, tf.Graph):
            raise TypeError(
                f'Argument `graph` must be a tf.Graph, but got "{type(graph).__name__}"'
            )
        self._graph = graph if graph is not None else tf.compat.v1.get_default_graph()
        self._config = config if config is not None else tf.compat.v1.ConfigProto()
        self._target = b""
        self._closed = False
        self._session = None
        self._add_shapes = False
        self._delete_lock = threading.Lock()
        self._dead_handles: list[str] = []
        self._handlers: dict[Any, Any] = {}
        self._default_graph_context_manager = None
        self._default_session_context_manager = None

    def close(self) -> None:
        """Closes the session; running anything afterwards raises `RuntimeError`."""
        self._closed = True

    def list_devices(self) -> list[Any]:
        """The logical devices that TensorFlow sees, with `name` and `device_type`."""
        return list(tf.config.list_logical_devices())

    def make_callable(
        self, fetches: Any, feed_list: Sequence[Any] | None = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """A function that runs `fetches`, fed with its arguments in `feed_list`'s order."""
        if feed_list is not None and not isinstance(feed_list, (list, tuple)):
            raise TypeError(
                f"Argument `feed_list` must be a list or tuple. Received: feed_list={feed_list}"
            )
        feeds = tuple(feed_list or ())

        def call(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            feed_dict = dict(zip(feeds, values, strict=True))
            return self.run(fetches, feed_dict or None, options, run_metadata)

        return call

    def run(self, fetches, feed_dict=None, options=None, run_metadata=None):
        """See `tf.compat.v1.Session.run`."""
        if run_metadata is not None:
            run_metadata.Clear()
        # A MonitoredSession gives options and metadata in each run, though few ask for a trace.
        traced = run_metadata is not None and is_traced(options)
        if feed_dict or traced or self._closed:
            # Not super().run(): that packs options and metadata up for a native session.
            return self._run(None, fetches, feed_dict, options, run_metadata if traced else None)
        # Hooks ask for the same things at every step, in new dicts and lists: working out
        # what is to be fetched takes longer than many a step.
        key = _fetch_key(fetches)
        handler = self._handlers.get(key)
        if handler is None:
            if key is None or not self._graph.version:
                return super().run(fetches)
            if len(self._handlers) >= _MAX_HANDLERS:
                self._handlers.clear()
            handler = _session_lib._FetchHandler(self._graph, fetches, {})
            self._handlers[key] = handler
        targets, tensors = handler.targets(), handler.fetches()
        results = []
        if targets or tensors:
            results = self._do_run(None, targets, tensors, {}, None, None)
        return handler.build_results(self, results)

    def _do_run(self, handle, target_list, fetch_list, feed_dict, options, run_metadata):
        feeds = {key.deref(): value for key, value in feed_dict.items()}
        # `_do_call` gives an OpError the user's line that made the failing op.
        return self._do_call(
            self._execute, target_list, fetch_list, feeds, options, run_metadata
        )

    def partial_run_setup(self, fetches: Any, feeds: Any = None) -> str:
        """Refuses: the base class's would crash without its native session."""
        raise tf.errors.UnimplementedError(
            None, None,
            "This session has no partial runs. Fetch everything in one `run`, or feed its "
            "results to the next one.",
        )

    def _extend_graph(self) -> None:
        """Nothing to extend: the graph is read at the next run."""

    def _execute(self, targets, fetches, feeds, options, run_metadata) -> list[Any]:
        raise TypeError(f"{type(self).__name__} must define `_execute`.")


_MAX_HANDLERS = 256
_FETCHABLE = (tf.Tensor, tf.Operation, tf.Variable)


def is_traced(options: Any) -> bool:
    """Whether `RunOptions`, or None, ask for the statistics of a run."""
    return getattr(options, "trace_level", 0) != tf.compat.v1.RunOptions.NO_TRACE


def _fetch_key(fetches: Any) -> Any:
    """Something hashable that is equal for fetches of the same structure and leaves.

    It holds on to the leaves, so that none can be mistaken for another at its address. None
    if there is anything but names and parts of a graph in plain containers.
    """
    if isinstance(fetches, _FETCHABLE):
        return _Identity(fetches)
    kind = type(fetches)
    if kind is dict:
        keys = [_fetch_key(value) for value in fetches.values()]
        return None if None in keys else (dict, *fetches, *keys)
    if kind is list or kind is tuple or hasattr(kind, "_fields"):
        keys = [_fetch_key(item) for item in fetches]
        return None if None in keys else (kind, *keys)
    return fetches if kind is str else None


class _Identity:
    """Compares by identity: tensors and variables compare by value or not at all."""

    __slots__ = ("_item",)

    def __init__(self, item: Any) -> None:
        self._item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self._item is other._item

    def __hash__(self) -> int:
        return id(self._item)


@contextlib.contextmanager
def legacy_keras() -> Iterator[None]:
    """Routes what `tf.keras` names are first touched inside to tf_keras.

    `tf.compat.v1.layers` and `tf.compat.v1.keras` exist in Keras 2 only. TensorFlow reads
    the variable when such a name is first used; one that is loaded already stays as it is.
    """
    if "TF_USE_LEGACY_KERAS" in os.environ:
        yield
        return
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    try:
        yield
    finally:
        os.environ.pop("TF_USE_LEGACY_KERAS", None)


def keras() -> ModuleType:
    """tf_keras, the maintained home of Keras 2 (`tf.keras` may be Keras 3)."""
    import tf_keras

    return tf_keras


def loaded_keras_modules() -> list[ModuleType]:
    """Those of tf_keras and keras that the program has imported so far; imports none."""
    return [sys.modules[name] for name in ("tf_keras", "keras") if name in sys.modules]


def op_definition(op_type: str) -> Any:
    """The `OpDef` of an op type, `KeyError` if no such op: no public call gives one."""
    from tensorflow.python.framework import op_def_registry

    definition = op_def_registry.get(op_type)
    if definition is None:
        raise KeyError(op_type)
    return definition


def attribute_value(value: Any) -> Any:
    """An `AttrValue` as the Python value that `tf.raw_ops` takes.

    `Operation.get_attr` does this for ops of a graph, nothing public for a NodeDef.
    """
    kind = value.WhichOneof("value")
    if kind == "list":
        return _attribute_list(value.list)
    if kind == "type":
        return tf.as_dtype(value.type)
    if kind == "shape":
        return tf.TensorShape(value.shape)
    return getattr(value, kind) if kind else None


def _attribute_list(values: Any) -> list[Any]:
    if values.type:
        return [tf.as_dtype(item) for item in values.type]
    if values.shape:
        return [tf.TensorShape(item) for item in values.shape]
    for kind in ("s", "i", "f", "b", "tensor", "func"):
        items = getattr(values, kind)
        if items:
            return list(items)
    return []


def one_shot_iterator(node: Any, functions: Mapping[str, Any]) -> tf.Tensor:
    """An iterator over the dataset that a `OneShotIterator` node's factory makes.

    The factory is a legacy `Defun` known to its graph alone; eagerly it can be called only
    once it is registered in the eager context, which has no public door.
    """
    for function in functions.values():
        define_function(function)
    factory = node.attr["dataset_factory"].func.name
    (dataset,) = tf.raw_ops.PartitionedCall(args=[], Tout=[tf.variant], f=factory)
    iterator = tf.raw_ops.AnonymousIteratorV3(
        output_types=attribute_value(node.attr["output_types"]),
        output_shapes=attribute_value(node.attr["output_shapes"]),
    )
    tf.raw_ops.MakeIterator(dataset=dataset, iterator=iterator)
    return iterator


def profile(path: str) -> Any:
    """What a profile of `tf.profiler` holds: the public doors lead to TensorBoard only."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    with open(path, "rb") as file:
        return xplane_pb2.XSpace.FromString(file.read())


# Hooks that TensorFlow ships keep their schedule in private fields. A run of many steps looks
# like one to them, so what they count has to be read and brought up to date from outside.

_v1_train = tf.compat.v1.train
_RUN_COUNTERS = {  # the field that counts runs, and by how much a due run is ahead of it
    _v1_train.LoggingTensorHook: "_iter_count",
    _v1_train.SummarySaverHook: "_next_step",
    _v1_train.ProfilerHook: "_next_step",
}
_DUE_FLAGS = {
    _v1_train.LoggingTensorHook: "_should_trigger",
    _v1_train.SummarySaverHook: "_request_summary",
    _v1_train.ProfilerHook: "_request_summary",
}


def run_counter(kind: type, hook: Any) -> int | None:
    """The number under which a hook of shipped class `kind` knows its next run."""
    return getattr(hook, _RUN_COUNTERS[kind])


def advance_run_counter(kind: type, hook: Any, runs: int) -> None:
    """Tells a hook of shipped class `kind` of runs that it has not seen."""
    field = _RUN_COUNTERS.get(kind)
    if field is not None and getattr(hook, field) is not None:
        setattr(hook, field, getattr(hook, field) + runs)


def withdraw_due(kind: type, hook: Any) -> None:
    """Makes a hook that prepared for a later run than took place skip this one."""
    if kind in _DUE_FLAGS:
        setattr(hook, _DUE_FLAGS[kind], False)


# What else of a shipped hook has to be known, by the name under which we ask for it.
_HOOK_FIELDS = {
    "timer": "_timer",  # of all hooks that act every so many steps or seconds
    "stop step": "_last_step",  # of StopAtStepHook
    "watched tensor": "_loss_tensor",  # of NanTensorHook
    "has started": "_worker_is_started",  # of GlobalStepWaiterHook
    "listeners": "_listeners",  # of CheckpointSaverHook
}


def hook_field(hook: Any, name: str) -> Any:
    """What a shipped hook keeps to itself, see `_HOOK_FIELDS`."""
    return getattr(hook, _HOOK_FIELDS[name])


def never_triggers(timer: Any) -> bool:
    """Whether it is the timer of a hook that acts at the end alone, a class without public name."""
    from tensorflow.python.training import basic_session_run_hooks

    return isinstance(timer, basic_session_run_hooks.NeverTriggerTimer)


def timer_period(timer: Any) -> tuple[float | None, int | None, float | None]:
    """A `SecondOrStepTimer`'s seconds, steps, and the time at which it last triggered."""
    return timer._every_secs, timer._every_steps, timer._last_triggered_time


def stop_after_evals_hook(steps: int) -> Any:
    """TensorFlow's hook that ends an evaluation and logs its progress; it has no public name."""
    from tensorflow.python.training import evaluation

    return evaluation._StopAfterNEvalsHook(num_evals=steps)


def eval_progress(hook: Any) -> tuple[int, int] | None:
    """Of a hook that ends an evaluation: after how many steps, and how often it logs."""
    from tensorflow.python.training import evaluation

    if isinstance(hook, evaluation._StopAfterNEvalsHook):
        return hook._num_evals, hook._log_frequency
    return None


def set_evals_completed(hook: Any, counter: tf.Tensor) -> None:
    """Tells a hook that ends an evaluation which tensor counts its steps."""
    hook._set_evals_completed_tensor(counter)


def eval_step() -> tf.Variable:
    """The local variable `eval_step` of the default graph, made if it isn't there.

    User hooks look it up by its collection, so it has to be TensorFlow's own.
    """
    from tensorflow.python.training import evaluation

    return evaluation._get_or_create_eval_step()


def global_step_read() -> tf.Tensor:
    """The read of the global step that hooks share in the default graph."""
    from tensorflow.python.training import training_util

    return training_util._get_or_create_global_step_read()


def shared_losses(strategy: tf.distribute.Strategy) -> contextlib.AbstractContextManager[None]:
    """Has TF1's optimizers divide losses that are means by the number of a strategy's replicas.

    They add the replicas' gradients up; only Estimators ask for what makes that a mean.
    """
    return strategy._scale_loss_for_estimator_enabled()


@contextlib.contextmanager
def transparent_cross_shards() -> Iterator[None]:
    """Has a `CrossShardOptimizer` leave the adding up of gradients to the optimizer in it.

    Under a strategy every optimizer of TF1 does that, so they would be added up twice. Only the
    class itself, wherever a script has it from, can be told so.
    """
    from tensorflow.python.tpu import tpu_optimizer

    class_ = tpu_optimizer.CrossShardOptimizer

    def compute_gradients(self, loss, var_list=None, **others):
        strategy = tf.distribute.get_strategy()
        if self._reduction == tf.compat.v1.losses.Reduction.MEAN:
            loss *= 1.0 / strategy.num_replicas_in_sync
        shared, strategy._scale_loss_for_estimator = strategy._scale_loss_for_estimator, False
        try:
            return self._opt.compute_gradients(loss, var_list=var_list, **others)
        finally:
            strategy._scale_loss_for_estimator = shared

    def apply_gradients(self, grads_and_vars, global_step=None, name=None):
        return self._opt.apply_gradients(grads_and_vars, global_step, name=name)

    kept = class_.compute_gradients, class_.apply_gradients
    class_.compute_gradients, class_.apply_gradients = compute_gradients, apply_gradients
    try:
        yield
    finally:
        class_.compute_gradients, class_.apply_gradients = kept


def in_program_of_cores(op: tf.Operation) -> bool:
    """Whether an op is part of the program that the cores of a TPU run.

    TensorFlow marks the ops so, and gives no other way to tell.
    """
    return "_tpu_replicate" in op.node_def.attr


def reported_loss_reduction() -> tf.distribute.ReduceOp:
    """How the losses of replicas make the one that is reported: as their gradients are added.

    An optimizer that divided them (`shared_losses`) notes that in the graph.
    """
    scaled = tf.compat.v1.get_default_graph()._is_loss_scaled_by_optimizer
    return tf.distribute.ReduceOp.MEAN if scaled else tf.distribute.ReduceOp.SUM


def add_control_inputs(op: tf.Operation, inputs: Sequence[tf.Operation]) -> None:
    """Makes an op that exists already wait for others.

    `tf.control_dependencies` is for ops yet to be made, and Keras 3 makes a metric's.
    """
    op._add_control_inputs(list(inputs))


def second_or_step_timer(every_secs: float) -> Any:
    """A `SecondOrStepTimer`, of the class that the shipped hooks use themselves.

    The public name is a copy: whoever replaces the class where the hooks look it up, to
    control their timing, expects it to count here too.
    """
    from tensorflow.python.training import basic_session_run_hooks

    return basic_session_run_hooks.SecondOrStepTimer(every_secs=every_secs)


def make_server(
    cluster: tf.train.ClusterSpec, job_name: str, task_index: int, config: Any, protocol: Any
) -> Any:
    """A server of a cluster, not yet started.

    Looked up where TensorFlow's own training code does, so that one replaced there is used.
    """
    from tensorflow.python.training import server_lib

    return server_lib.Server(
        cluster,
        job_name=job_name,
        task_index=task_index,
        config=config,
        protocol=protocol,
        start=False,
    )


def feature_columns() -> ModuleType:
    """The module of feature columns: their base classes and cache have no public names."""
    from tensorflow.python.feature_column import feature_column_v2

    return feature_column_v2


def legacy_keras_optimizer(optimizer: Any) -> Any:
    """A new-style tf_keras optimizer as a fresh legacy one, which has `get_updates`.

    Its settings are eager variables, so they have to be read eagerly.
    """
    with eager_mode():
        return keras().__internal__.optimizers.convert_to_legacy_optimizer(optimizer)


def reopen(graph: tf.Graph) -> None:
    """Lets a finalized graph grow again.

    `Scaffold.finalize()` is the only way to a `Saver` over a `tf.train.Checkpoint`, and closes
    the graph to which an export still has to add ops.
    """
    graph._unsafe_unfinalize()


def assign_moving_average(variable: tf.Variable, value: tf.Tensor, decay: float) -> tf.Tensor:
    """Moves a running mean, which has no bias to its start at 0, and gives it.

    TensorFlow has it under no public name.
    """
    from tensorflow.python.training import moving_averages

    return moving_averages.assign_moving_average(variable, value, decay)


def staging_area_class() -> type:
    """The class of `tf.contrib.staging`, whose ops TensorFlow makes public, but not it."""
    from tensorflow.python.ops import data_flow_ops

    return data_flow_ops.StagingArea


def kmeans_graph(inputs: Sequence[tf.Tensor], **settings: Any) -> tuple[Any, ...]:
    """The ops of k-means over `inputs`: distances, indices, scores, initialized, init, train.

    TensorFlow ships the kernels and their graph, for the estimator only, under no public name.
    """
    from tensorflow.python.ops import clustering_ops

    made = clustering_ops.KMeans(inputs, **settings).training_graph()
    # By mini-batches, counts are read and added to with nothing between. In a session nearly
    # all reads came last; put so, runs repeat themselves.
    ops = tf.compat.v1.get_default_graph().get_operations()
    adding = [op for op in ops if op.type == "ResourceScatterAdd"]
    reading = [op for op in ops if op.type == "ResourceGather"]
    for added in adding:
        for read in reading:
            unordered = read.inputs[0] is added.inputs[0] and read.inputs[1] is added.inputs[1]
            if unordered and read.outputs[0].shape.rank == 1:
                read._add_control_input(added)
    return made


@contextlib.contextmanager
def writing_graphs(text_of: Callable[[Any], str]) -> Iterator[None]:
    """Has `tf.io.write_graph`, inside, take the texts of graphs from `text_of`.

    The hook that saves checkpoints writes `graph.pbtxt` by it, and can't be given another.
    """
    from google.protobuf import text_format
    from tensorflow.python.framework import graph_io

    graph_io.text_format = SimpleNamespace(
        MessageToString=lambda graph_def, **options: text_of(graph_def)
    )
    try:
        yield
    finally:
        graph_io.text_format = text_format


def read_saved_model(path: str) -> Any:
    """The `SavedModel` message in a file, binary or text, which has no public name."""
    from google.protobuf import text_format
    from tensorflow.core.protobuf import saved_model_pb2

    with open(path, "rb") as file:
        content = file.read()
    if path.endswith(".pbtxt"):
        return text_format.Parse(content.decode("utf-8"), saved_model_pb2.SavedModel())
    return saved_model_pb2.SavedModel.FromString(content)


# What is left of TensorFlow 1 without public names.


def lookup_ops() -> ModuleType:
    """Tables that are made of files and lists: tf.contrib.lookup's."""
    return importlib.import_module("tensorflow.python.ops.lookup_ops")


def nest() -> ModuleType:
    """Functions over structures, of which `tf.nest` has a few: tf.contrib.framework.nest's."""
    return importlib.import_module("tensorflow.python.util.nest")


def keras_v1(name: str) -> ModuleType:
    """`layers` or `rnn_cell` of tf.compat.v1, whichever Keras `tf.keras` is."""
    return importlib.import_module(f"tf_keras.api._v1.keras.__internal__.legacy.{name}")


def stale_layers(name: str) -> ModuleType:
    """The module behind a name at or below `tf_keras.legacy_tf_layers`, which have moved."""
    return importlib.import_module(name.replace("tf_keras.", "tf_keras.src.", 1))


def prepare_for_slim() -> None:
    """Gives tf_slim what it looks for in TensorFlow and no longer finds there."""
    from tensorflow.python.framework import ops
    from tensorflow.python.ops import array_ops, control_flow_ops, variable_scope

    for module in ("", ".base", ".convolutional", ".core", ".normalization", ".pooling"):
        name = f"tf_keras.legacy_tf_layers{module}"
        if name not in sys.modules:
            sys.modules[name] = stale_layers(name)
    # Functions that moved from one internal module to another; they are public, too.
    moved = {
        ops: {"Tensor": tf.Tensor, "IndexedSlices": tf.IndexedSlices},
        array_ops: {"stack": tf.stack, "unstack": tf.unstack},
        control_flow_ops: {
            name: getattr(tf.compat.v1, name) for name in ("Assert", "case", "cond", "while_loop")
        },
        variable_scope: {"variable": tf.compat.v1.Variable},
    }
    for module, names in moved.items():
        for name, value in names.items():
            if not hasattr(module, name):
                setattr(module, name, value)


def module_inside(name: str) -> ModuleType | None:
    """A module inside TensorFlow, for programs that import it from where it was; None if gone."""
    return _import_if_there(name)


def moved_names(public: dict[str, dict[str, str]]) -> Iterator[tuple[ModuleType, str, Any]]:
    """Names that TensorFlow's internal modules lost, for programs that import them from there.

    Args:
        public: by module: the name, and what is public of it in `tf.compat.v1`, or its absolute
        name below `tensorflow.python`.

    Yields:
        The module, the name and the value. Modules that aren't loaded are left out, as are names
        that they have.
    """
    for module_name, names in public.items():
        module = sys.modules.get(module_name)
        for name, path in names.items() if module else ():
            value: Any = tf.compat.v1
            if path.startswith("tensorflow."):
                home, _, path = path.rpartition(".")
                value = _import_if_there(home)
            for part in path.split("."):
                value = getattr(value, part, None)
            if value is not None and name not in vars(module):
                yield module, name, value


def keras_by_file(path: str) -> ModuleType | None:
    """A module of TensorFlow's own copy of Keras, by its place there: of Keras 2 instead.

    In TensorFlow 1 `tensorflow.python.keras` was `tf.keras`; what is left of it is another Keras
    than any that is public, and knows no model of these.

    Args:
        path: e.g. `preprocessing.sequence` for `tensorflow.python.keras.preprocessing.sequence`;
            '' for the package itself.

    Returns:
        A module with what Keras 2's own files have there, and its public names; None where there
        is no such place.
    """
    roots = ("tf_keras.src", "tf_keras")
    places = [place for root in roots if (place := _import_if_there(f"{root}.{path}".rstrip(".")))]
    if not places:
        return None

    def load(name: str) -> Any:
        for place in places:
            found = getattr(place, name, None) or _import_if_there(f"{place.__name__}.{name}")
            if isinstance(found, ModuleType):
                return keras_by_file(f"{path}.{name}".lstrip(".")) or found
            if found is not None:
                return found
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    module = ModuleType(f"tensorflow.python.keras.{path}".rstrip("."))
    module.__getattr__ = load
    return module


def feature_columns_by_file(path: list[str]) -> ModuleType | None:
    """TensorFlow's `python.feature_column`, whose column classes are those of today's columns.

    Scripts pick columns by class (`isinstance(column, feature_column._NumericColumn)`). Those
    classes are still there, but since TensorFlow 1.13 no public function makes an object of them.

    Args:
        path: `["feature_column"]` for `tensorflow.python.feature_column.feature_column`; empty for
            the package itself.

    Returns:
        A module with the same names as TensorFlow's; None where that is the one to take.
    """
    if path not in ([], ["feature_column"]):
        return None
    package = "tensorflow.python.feature_column"
    old, new = (importlib.import_module(f"{package}.feature_column{v}") for v in ("", "_v2"))

    def load(name: str) -> Any:
        value = getattr(old, name)
        of_today = getattr(new, name.removeprefix("_"), None)
        # A column's class is a tuple of what it was made from; base classes stay what they are,
        # as does that of the columns that share an embedding: these are of the old class.
        if name == "_SharedEmbeddingColumn" or not hasattr(value, "_fields"):
            return value
        return of_today if hasattr(of_today, "_fields") else value

    module = ModuleType(old.__name__)
    module.__getattr__ = load
    if path:
        return module
    whole = ModuleType(package)
    whole.__getattr__ = lambda name: getattr(importlib.import_module(package), name)
    whole.feature_column = module
    return whole


def _initialized_value(variable: Any) -> Any:
    """What `Variable.initialized_value` gives: its value, or what it is about to be."""
    import tensorflow as tf

    v1 = tf.compat.v1
    with tf.init_scope():
        return tf.cond(
            v1.is_variable_initialized(variable),
            variable.read_value,
            lambda: variable.initial_value,
        )


class VariablesOf1:
    """Lets resource variables do what reference variables did in graphs and these refuse.

    `if variable:` holds for each (scripts write `average if average else variable`), and
    `initialized_value()` is there. Eager variables keep their own ways. There is no public class
    to derive from: TensorFlow picks the class of a variable that a script makes.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def turn_on(self) -> None:
        """Puts the methods in place."""
        import tensorflow as tf

        variables = importlib.import_module("tensorflow.python.ops.resource_variable_ops")
        self._class = variables.BaseResourceVariable
        as_number = self._class.__bool__
        methods = {
            "__bool__": lambda v: as_number(v) if tf.executing_eagerly() else True,
            "initialized_value": _initialized_value,
        }
        for name, method in methods.items():
            self._kept[name] = vars(self._class).get(name)
            setattr(self._class, name, method)

    def turn_off(self) -> None:
        """Puts back what was there."""
        while self._kept:
            name, method = self._kept.popitem()
            if method is None:  # inherited
                delattr(self._class, name)
            else:
                setattr(self._class, name, method)


def _import_if_there(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if name != error.name and not name.startswith(f"{error.name}."):
            raise
        return None


def named_saveables(model: Any) -> list[Any]:
    """What a `Saver` saves of a trackable object under the names of the objects that own it.

    `tf.train.Checkpoint(root=model)` gives them the same, but not in the hands of a `Scaffold`.
    """
    from tensorflow.python.checkpoint import graph_view

    return graph_view.ObjectGraphView(model).frozen_saveable_objects()
