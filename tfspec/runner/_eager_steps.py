"""The steps of a spec made outside any graph: callables over `tf.Variable`s."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tfspec.runner._schedule import Schedule
from tfspec.spec import EstimatorSpec


class EagerSteps:
    """Compiles a spec's callables into one loop.

    A `train_op` may return the step's loss; else the spec's `loss` is read after it.

    Args:
      spec: an `EstimatorSpec` whose train_op and metric updates are callables, and whose
        other values are callables, tensors or variables.
    """

    def __init__(self, spec: EstimatorSpec) -> None:
        self.spec = spec
        self._schedule = Schedule(())
        updates = [update for _, update in (spec.eval_metric_ops or {}).values()]
        self._train = _Loop([spec.train_op] if spec.train_op is not None else [], spec.loss)
        self._update = _Loop([update for update in updates if update is not None], spec.loss)

    def train(self, steps: int) -> Any:
        return self._advance(self._train, steps)

    def evaluate(self, steps: int | None) -> dict[str, Any]:
        mean = self._advance(self._update, steps, average=True)
        values = {name: _numpy(value) for name, (value, _) in self.spec.eval_metric_ops.items()}
        return {**values, "loss": mean}

    def predict(self) -> Iterator[Any]:
        while True:
            try:
                yield tf.nest.map_structure(_numpy, self.spec.predictions)
            except tf.errors.OutOfRangeError:
                return

    def _advance(self, loop: _Loop, steps: int | None, average: bool = False) -> Any:
        total, done, loss, left = 0.0, 0, None, steps
        try:
            while left is None or left > 0:
                wanted = self._schedule.next_steps(0)
                wanted = wanted if left is None else min(wanted, left)
                with self._schedule.timed(wanted):
                    loss, added = loop.run(wanted)
                total, done = total + added, done + wanted
                left = left and left - wanted
        except tf.errors.OutOfRangeError:
            loss, added, more = loop.last()
            total, done = total + added, done + more
        if average:
            return total / done if done else None
        return loss

    def run(self, fetches: Any, feed_dict: dict[Any, Any] | None) -> Any:
        if feed_dict:
            raise ValueError(
                "A spec made outside a graph has no tensors to feed. Set its variables instead."
            )
        return tf.nest.map_structure(_numpy, fetches)

    def save(self, path: str) -> str:
        return self._checkpoint().write(path)

    def restore(self, path: str) -> None:
        self._checkpoint().read(path).assert_consumed()

    def _checkpoint(self) -> tf.train.Checkpoint:
        return tf.train.Checkpoint(
            variables=[*self._train.variables(), *self._update.variables()]
        )

    def device(self) -> str:
        for variable in [*self._train.variables(), *self._update.variables()]:
            return variable.device
        return tf.config.list_logical_devices()[0].name

    def close(self) -> None:
        """Nothing to free: the variables are the caller's."""


class _Loop:
    """Callables, run together many times in one call."""

    def __init__(self, callables: list[Callable[[], Any]], loss: Any) -> None:
        self._callables = callables
        self._loss = loss
        self._function: Any = None
        # What an error in the middle of a call must not take away.
        self._last = self._sum = self._count = None

    def variables(self) -> tuple[tf.Variable, ...]:
        """All variables that the callables use, in the order of their first use."""
        if not self._callables:
            return ()
        kept = {id(variable) for variable in (self._last, self._sum, self._count)}
        used = self._traced().graph.variables
        return tuple(variable for variable in used if id(variable) not in kept)

    def run(self, steps: int) -> tuple[Any, float]:
        """Runs `steps` steps; returns the last loss and the losses' sum."""
        function = self._traced()
        self._sum.assign(0.0)
        self._count.assign(0)
        function(tf.constant(steps))
        loss, total, _ = self.last()
        return loss, total

    def last(self) -> tuple[Any, float, int]:
        """Of the steps that the latest call ran: last loss, sum of losses, and their number."""
        return self._last.numpy(), float(self._sum), int(self._count)

    def _traced(self) -> Any:
        if self._function is None:
            dtype = tf.as_dtype(getattr(self._loss, "dtype", tf.float32))
            self._last = tf.Variable(tf.zeros([], dtype), trainable=False)
            self._sum = tf.Variable(0.0, trainable=False, dtype=tf.float64)
            self._count = tf.Variable(0, trainable=False)
            self._function = tf.function(self._steps, autograph=False).get_concrete_function(
                tf.TensorSpec([], tf.int32)
            )
        return self._function

    def _steps(self, count: tf.Tensor) -> tf.Tensor:
        def body(i: tf.Tensor) -> tuple[tf.Tensor]:
            returned = [call() if callable(call) else call for call in self._callables]
            loss = _scalar(returned[0] if len(returned) == 1 else None)
            if loss is None and self._loss is not None:
                loss = tf.reshape(tf.convert_to_tensor(_value(self._loss)), [])
            if loss is not None:
                self._last.assign(tf.cast(loss, self._last.dtype))
                self._sum.assign_add(tf.cast(loss, tf.float64))
            # A step counts once its loss is known: its input may have ended.
            with tf.control_dependencies([] if loss is None else [loss]):
                self._count.assign_add(1)
            return (i + 1,)

        (done,) = tf.while_loop(
            lambda i: i < count, body, (tf.constant(0),), parallel_iterations=1
        )
        return done


def _value(item: Any) -> Any:
    return item() if callable(item) and not isinstance(item, tf.Variable) else item


def _scalar(returned: Any) -> tf.Tensor | None:
    """A train_op's result, if it is a float that can be the loss."""
    if isinstance(returned, tf.Tensor) and returned.dtype.is_floating and returned.shape == ():
        return returned
    return None


def _numpy(item: Any) -> Any:
    value = _value(item)
    if hasattr(value, "result"):  # a Keras metric
        value = value.result()
    return tf.convert_to_tensor(value).numpy()


