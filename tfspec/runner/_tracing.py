"""Traces a job: input_fn and model_fn in a graph of their own."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.config import RunConfig
from tfspec.graph import trace_scope
from tfspec.runner import _cores, _distribute
from tfspec.runner._user_code import split_input, warn_if_endless
from tfspec.spec import EstimatorSpec, ModeKeys

v1 = tf.compat.v1


@dataclasses.dataclass(frozen=True)
class Job:
    """What is to be traced and run.

    Attributes:
      config: the run's configuration.
      model_dir: where checkpoints and event files go.
      input_fn: from a mode, and an `InputContext` where the mode has a strategy, to what the
        user's input_fn returns.
      model_fn: from features, labels (or None) and mode to an `EstimatorSpec`.
      warm_start: called in the graph once the model is there, or None.
      device_fn: the graph's device function, or None.
      make_global_step: makes the global step in a graph.
      cores: the strategy of the TPU that runs the model, by mode. `model_fn` then returns what
        can be split between cores and host, a `TPUEstimatorSpec`.
    """

    config: RunConfig
    model_dir: str | None
    input_fn: Callable[..., Any]
    model_fn: Callable[[Any, Any, str], EstimatorSpec]
    warm_start: Callable[[], None] | None = None
    device_fn: Any = None
    make_global_step: Callable[[tf.Graph], tf.Variable | None] = v1.train.create_global_step
    cores: Mapping[str, tf.distribute.TPUStrategy] = dataclasses.field(default_factory=dict)

    def strategy_of_cores(self, mode: str) -> tf.distribute.TPUStrategy | None:
        """The strategy of the TPU that runs a mode, if one does.

        A configuration's runs training only: metrics have to be split off for the host.
        """
        strategy = _distribute.strategy_of(self.config, mode)
        if mode == ModeKeys.TRAIN and _distribute.is_of_tpu(strategy):
            return self.cores.get(mode, strategy)
        return self.cores.get(mode)


@dataclasses.dataclass(frozen=True)
class Traced:
    """A traced job.

    Attributes:
      graph: its graph; not finalized yet.
      spec: what the model_fn returned.
      hooks: hooks that start the input.
      features: what the input_fn returned for the model, graph tensors.
      labels: likewise, or None.
      mean_loss: value and update of the mean over the losses of replicas, None if there is one.
    """

    graph: tf.Graph
    spec: EstimatorSpec
    hooks: list[v1.train.SessionRunHook]
    features: Any
    labels: Any
    mean_loss: Any = None


@contextlib.contextmanager
def graph_scope(job: Job, mode: str) -> Iterator[tf.Graph]:
    """A new graph under the job's seed and device, for a mode's strategy if it has one."""
    strategy = _distribute.strategy_of(job.config, mode)
    placed = _distribute.places_model(strategy)
    with (
        tf.Graph().as_default() as graph,
        graph.device(job.device_fn),
        trace_scope(),
        strategy.scope() if placed else contextlib.nullcontext(),
    ):
        v1.set_random_seed(job.config.tf_random_seed)
        yield graph


def trace(job: Job, mode: str, graph: tf.Graph) -> Traced:
    """Calls the job's input_fn and model_fn in `graph`, inside its `graph_scope`."""
    cores = job.strategy_of_cores(mode)
    with cores.scope() if cores else contextlib.nullcontext():
        global_step = job.make_global_step(graph)
    if mode == ModeKeys.TRAIN and global_step is not None:
        # Hooks share one read, which has to be made before the step that changes it.
        _tf.global_step_read()
    strategy = cores or _distribute.strategy_of(job.config, mode)
    context = [_distribute.input_context(strategy)] if strategy else []
    returned = job.input_fn(mode, *context)
    if cores:
        return _trace_cores(job, mode, graph, cores, returned)
    if _distribute.places_model(strategy):
        return _trace_replicas(job, mode, graph, strategy, returned)
    features, labels, hooks = split_input(returned)
    if mode == ModeKeys.PREDICT:
        warn_if_endless(features)
        labels = None
    spec = job.model_fn(features, labels, mode)
    return Traced(graph, spec, hooks, features, labels)


def _trace_replicas(
    job: Job, mode: str, graph: tf.Graph, strategy: tf.distribute.Strategy, returned: Any
) -> Traced:
    """Traces a copy of the model for each replica; its features are the first one's."""
    batches, hooks, _ = _distribute.batches_of_replicas(
        returned, strategy.num_replicas_in_sync
    )
    mean_losses = []

    def model_fn(features: Any, labels: Any) -> EstimatorSpec:
        spec = job.model_fn(features, labels, mode)
        if mode == ModeKeys.EVAL:
            mean_losses.append(v1.metrics.mean(spec.loss))
            return spec
        return spec._replace(train_op=train_op_in_graph(spec.train_op))

    spec = _distribute.spec_of_replicas(strategy, model_fn, batches, mode)
    mean_loss = _distribute.metric_of_replicas(mean_losses) if mean_losses else None
    return Traced(graph, spec, hooks, *batches[0], mean_loss)


def _trace_cores(
    job: Job, mode: str, graph: tf.Graph, strategy: tf.distribute.TPUStrategy, returned: Any
) -> Traced:
    """Traces the model once, as the program of a TPU's cores; its features are the first's."""
    batches, hooks, examples = _distribute.batches_of_replicas(
        returned, strategy.num_replicas_in_sync
    )

    def model_fn(features: Any, labels: Any) -> Any:
        spec = job.model_fn(features, labels, mode)
        if mode == ModeKeys.TRAIN:
            return spec._replace(train_op=train_op_in_graph(spec.train_op))
        return spec

    spec = _cores.spec_of_cores(strategy, model_fn, batches, mode, examples)
    return Traced(graph, spec, hooks, *batches[0])


def train_op_in_graph(train_op: Any) -> tf.Tensor | tf.Operation:
    """A spec's `train_op` as something of the graph: callables are called here, once.

    Of a callable that returns nothing every op takes part that it makes: under TF2's rules a
    call has its effects whether or not its value is used.
    """
    if isinstance(train_op, (tf.Tensor, tf.Operation)):
        return train_op
    if isinstance(train_op, tf.Variable) or not callable(train_op):
        return tf.convert_to_tensor(train_op)
    graph = v1.get_default_graph()
    before = len(graph.get_operations())
    returned = [item for item in tf.nest.flatten(train_op()) if item is not None]
    if not returned:
        variables = [*v1.global_variables(), *v1.local_variables()]
        starts = {variable.initializer for variable in variables}
        returned = [op for op in graph.get_operations()[before:] if op not in starts]
    return tf.group(*returned, name="train_op")
