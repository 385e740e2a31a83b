"""Predicts with a job."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec.graph import FunctionSession
from tfspec.graph._batches import BatchLoop, asks_python, takes_batches
from tfspec.runner._ahead import batch_by_batch, run_ahead
from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._schedule import NEVER, Schedule
from tfspec.runner._tracing import Job, graph_scope, trace
from tfspec.spec import ModeKeys

v1 = tf.compat.v1
Hooks = Sequence[v1.train.SessionRunHook]

_NO_EXAMPLES = (
    "Predictions need a first dimension with an entry for each example; predict with "
    "yield_single_examples=False for others."
)


def predict(
    job: Job,
    predict_keys: Sequence[str] | None = None,
    hooks: Hooks = (),
    checkpoint_path: str | None = None,
    yield_single_examples: bool = True,
) -> Iterator[Any]:
    """Yields predictions, as they are asked for.

    Args:
      job: what to predict with.
      predict_keys: keys of the predictions to compute, None for all.
      hooks: run besides the model's own; each sees every batch.
      checkpoint_path: the checkpoint to predict with, or None.
      yield_single_examples: whether to yield examples or whole batches.
    """
    with graph_scope(job, ModeKeys.PREDICT) as graph:
        traced = trace(job, ModeKeys.PREDICT, graph)
        if job.warm_start is not None and not checkpoint_path:
            job.warm_start()
        predictions = _chosen(traced.spec.predictions, predict_keys)
        all_hooks = [*traced.hooks, *hooks, *(traced.spec.prediction_hooks or ())]
        creator = FunctionSessionCreator(
            traced.spec.scaffold, job.config.session_config, checkpoint_path=checkpoint_path
        )
        monitored = v1.train.MonitoredSession(session_creator=creator, hooks=all_hooks)
    # No graph or session is entered while a caller holds what was yielded.
    with _Closing(monitored, graph):
        for batch in _batches(monitored, graph, creator, predictions, all_hooks):
            if yield_single_examples:
                yield from _examples(batch)
            else:
                yield batch


class _Closing:
    """Closes a monitored session; the end of the input is no error.

    `with monitored:` would enter the session's context, which outlives a `yield`.
    """

    def __init__(self, monitored: v1.train.MonitoredSession, graph: tf.Graph) -> None:
        self._monitored = monitored
        self._graph = graph

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool:
        ended = isinstance(error, (tf.errors.OutOfRangeError, StopIteration))
        if kind is None or ended or issubclass(kind, GeneratorExit):
            with self._graph.as_default():  # hooks find their graph, as in all their callbacks
                self._monitored.close()
        else:
            # Hooks' `end` is not called after an error.
            self._monitored.__exit__(kind, error, traceback)
        return ended


def _chosen(predictions: Any, predict_keys: Sequence[str] | None) -> Any:
    """The predictions with those keys only."""
    if not predict_keys:
        return predictions
    if not isinstance(predictions, dict):
        raise ValueError("predict_keys argument is not valid in case of non-dict predictions.")
    chosen = {key: value for key, value in predictions.items() if key in predict_keys}
    if not chosen:
        raise ValueError(
            f"Expected to run at least one output from {predictions.keys()}, "
            f"provided {predict_keys}."
        )
    return chosen


def _batches(monitored, graph, creator, predictions: Any, hooks: Hooks) -> Iterator[Any]:
    """Evaluated predictions, batch by batch; ends, or raises, with the input."""
    schedule = Schedule(hooks)
    unseen = not schedule.every_step and schedule.all_due(0) >= NEVER
    loop = None
    while loop is None and not monitored.should_stop():
        try:
            with graph.as_default():
                batch = monitored.run(predictions)
        except StopIteration:  # a hook ends the input; out of a generator it would be an error
            return
        yield batch
        if unseen:  # whoever asks for a second batch gets a loop
            loop = _batch_loop(creator.session, predictions)
            unseen = loop is not None
    if loop is None:
        return
    pack = _packer(predictions)
    runs = batch_by_batch(loop) if asks_python(creator.session.program) else run_ahead(loop)
    with contextlib.closing(runs):
        while not monitored.should_stop():
            results, error = next(runs, (None, None))
            if results is None:
                return
            yield from map(pack, results)
            if error is not None:
                raise creator.session.explain(error, tf.nest.flatten(predictions))


def _packer(predictions: Any) -> Callable[[Sequence[Any]], Any]:
    """A function from the flat values of `predictions` to their structure."""
    if isinstance(predictions, tf.Tensor):
        return lambda values: values[0]
    if type(predictions) is dict and not any(map(tf.nest.is_nested, predictions.values())):
        keys = sorted(predictions)  # as tf.nest flattens
        order = [(key, keys.index(key)) for key in predictions]
        return lambda values: {key: values[index] for key, index in order}
    return lambda values: tf.nest.pack_sequence_as(predictions, values)


def _batch_loop(session: FunctionSession, predictions: Any) -> BatchLoop | None:
    """A loop over the batches, None if the predictions don't allow one."""
    tensors = tf.nest.flatten(predictions)
    if not all(isinstance(tensor, tf.Tensor) for tensor in tensors):
        return None
    names = [tensor.name for tensor in tensors]
    if not takes_batches(session.program, names):
        return None
    return BatchLoop(session.program, names)


def _examples(batch: Any) -> Iterator[Any]:
    """A batch's examples, one by one.

    Raises:
      ValueError: if the arrays of a dict differ in their first dimension.
      TypeError: if an array has no first dimension.
      IndexError: if an array of a dict has none.
    """
    if not isinstance(batch, dict):
        if not np.ndim(batch):
            raise TypeError(f"'{type(batch).__name__}' object is not iterable. {_NO_EXAMPLES}")
        yield from batch
        return
    length = None
    for key, value in batch.items():
        if not np.ndim(value):
            raise IndexError(f"tuple index out of range: {key} is a scalar. {_NO_EXAMPLES}")
        length = length or value.shape[0]
        if value.shape[0] != length:
            raise ValueError(
                "Batch length of predictions should be same. "
                f"{key} has different batch length than others."
            )
    keys = list(batch)
    for row in zip(*batch.values(), strict=True):
        yield dict(zip(keys, row, strict=True))
