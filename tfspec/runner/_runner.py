"""A compiled step without an Estimator around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tfspec.config import RunConfig
from tfspec.runner._eager_steps import EagerSteps
from tfspec.runner._evaluate import metric_ops, with_local_init
from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._schedule import Schedule
from tfspec.runner._tracing import Job, Traced, graph_scope, trace, train_op_in_graph
from tfspec.runner._user_code import call_input_fn, call_model_fn
from tfspec.spec import EstimatorSpec, ModeKeys

v1 = tf.compat.v1


class Runner:
    """Builds a model's compiled step and runs it, step by step or many at once.

    Either from a TF1-style `model_fn`, which is traced in a graph of its own:

        with tfspec.Runner(model_fn, input_fn, "train", params={"rate": 0.1}) as runner:
            loss = runner.train(1000)
            runner.save("/tmp/model")

    or from a spec made outside any graph, whose `train_op` and metric updates are callables
    (`tf.function`s or not) over `tf.Variable`s:

        spec = EstimatorSpec("train", loss=loss_variable, train_op=train_step)
        tfspec.Runner(spec=spec).train(1000)

    Args:
      model_fn: as for `Estimator`; None if `spec` is given.
      input_fn: as for `Estimator`; None if `spec` is given.
      mode: one of `ModeKeys`; of a given spec its own mode.
      params: hyperparameters that `model_fn` and `input_fn` may take.
      config: a `RunConfig`; its seed, session options and device function count.
      checkpoint_path: a checkpoint from which variables take their first values.
      spec: an `EstimatorSpec` of callables and eager variables instead of a `model_fn`.

    Raises:
      ValueError: if neither or both of `model_fn` and `spec` are given, or what they return
        isn't valid.
    """

    def __init__(
        self,
        model_fn: Callable[..., EstimatorSpec] | None = None,
        input_fn: Callable[..., Any] | None = None,
        mode: str = ModeKeys.TRAIN,
        params: Any = None,
        config: RunConfig | None = None,
        *,
        checkpoint_path: str | None = None,
        spec: EstimatorSpec | None = None,
    ) -> None:
        if (model_fn is None) == (spec is None):
            raise ValueError(
                "Give either `model_fn` (with `input_fn`) or `spec`. "
                f"Received: model_fn={model_fn!r}, spec={spec!r}"
            )
        self.config = config if config is not None else RunConfig()
        if spec is not None:
            self._steps: _GraphSteps | EagerSteps = EagerSteps(spec)
            if checkpoint_path:
                self._steps.restore(checkpoint_path)
            return
        if input_fn is None:
            raise ValueError("A `model_fn` needs an `input_fn` that gives its features.")
        offered = {"mode": mode, "params": params or {}, "config": self.config}
        job = Job(
            config=self.config,
            model_dir=None,
            input_fn=lambda mode, *context: call_input_fn(
                input_fn, offered | dict(zip(["input_context"], context, strict=False))
            ),
            model_fn=lambda features, labels, mode: call_model_fn(
                model_fn, features, labels, offered
            ),
            device_fn=self.config.device_fn,
        )
        self._steps = _GraphSteps(job, mode, checkpoint_path)

    @property
    def spec(self) -> EstimatorSpec:
        """What the model_fn returned, or the spec that was given."""
        return self._steps.spec

    @property
    def device(self) -> str:
        """Name of the device on which the variables live, `/job:localhost/...`."""
        return self._steps.device()

    def train(self, steps: int = 1) -> Any:
        """Runs train steps in fused loops.

        Args:
          steps: how many, at least 1. Fewer are run if the input ends.

        Returns:
          The last step's loss, a NumPy scalar; None if the input had ended before.

        Raises:
          ValueError: if the mode isn't TRAIN, or `steps` isn't positive.
        """
        self._expect(ModeKeys.TRAIN, "train")
        return self._steps.train(_positive(steps))

    def evaluate(self, steps: int | None = None) -> dict[str, Any]:
        """Runs metric updates, from where the last call left the metrics.

        Args:
          steps: how many batches; None for all that the input still has.

        Returns:
          The metrics' values by name, NumPy values, with `loss`.

        Raises:
          ValueError: if the mode isn't EVAL, or `steps` isn't positive.
        """
        self._expect(ModeKeys.EVAL, "evaluate")
        return self._steps.evaluate(None if steps is None else _positive(steps))

    def predict(self) -> Iterator[Any]:
        """Yields predictions batch by batch until the input ends, NumPy arrays.

        Raises:
          ValueError: if the mode isn't PREDICT.
        """
        self._expect(ModeKeys.PREDICT, "predict")
        return self._steps.predict()

    def run(self, fetches: Any, feed_dict: dict[Any, Any] | None = None) -> Any:
        """Computes anything of the traced graph, as `tf.compat.v1.Session.run` does.

        Args:
          fetches: tensors, ops, names, or structures of them.
          feed_dict: values to use instead of tensors.
        """
        return self._steps.run(fetches, feed_dict)

    def save(self, path: str) -> str:
        """Writes a checkpoint; returns its path, `path-<global step>` of a traced model."""
        return self._steps.save(path)

    def restore(self, path: str) -> None:
        """Reads all variables from a checkpoint."""
        self._steps.restore(path)

    def close(self) -> None:
        """Frees the variables and ends input threads."""
        self._steps.close()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _expect(self, mode: str, method: str) -> None:
        if self.spec.mode != mode:
            raise ValueError(
                f"`{method}` needs a Runner made with mode={mode!r}. "
                f"This one has mode={self.spec.mode!r}."
            )


def _positive(steps: int) -> int:
    if steps <= 0:
        raise ValueError(f"Must specify steps > 0, given: {steps}")
    return steps


class _GraphSteps:
    """The steps of a traced model_fn."""

    def __init__(self, job: Job, mode: str, checkpoint_path: str | None) -> None:
        with graph_scope(job, mode) as graph:
            traced = trace(job, mode, graph)
            self.spec = traced.spec
            self._fetches, self._values = self._step_of(traced, mode)
            scaffold = with_local_init(self.spec.scaffold)
            creator = FunctionSessionCreator(
                scaffold, job.config.session_config, checkpoint_path=checkpoint_path
            )
            self._monitored = v1.train.MonitoredSession(creator, hooks=traced.hooks)
        self._scaffold, self._graph = scaffold, graph
        self._session = creator.session
        if self._fetches:
            self._session.define_step(self._fetches)
        self._schedule = Schedule(())

    def _step_of(self, traced: Traced, mode: str) -> tuple[list[Any], Any]:
        """What a step fetches, and what is read after steps."""
        spec = traced.spec
        if mode == ModeKeys.TRAIN:
            return [train_op_in_graph(spec.train_op), spec.loss], None
        if mode == ModeKeys.EVAL:
            update, values = metric_ops(spec, traced.mean_loss)
            return [update], values
        return [], spec.predictions

    def _advance(self, steps: int | None) -> int:
        """Runs steps, or all there are; returns how many calls came to their end."""
        calls = 0
        left = steps
        try:
            while left is None or left > 0:
                wanted = self._schedule.next_steps(0)
                wanted = wanted if left is None else min(wanted, left)
                with self._schedule.timed(wanted):
                    self._session.plan(wanted)
                    self._session.run(self._fetches)
                calls += 1
                left = left and left - wanted
        except tf.errors.OutOfRangeError:
            pass
        return calls

    def train(self, steps: int) -> Any:
        with self._graph.as_default():
            global_step = v1.train.get_global_step()
        before = self._session.program.read(global_step)
        whole_calls = self._advance(steps)
        if not whole_calls and self._session.program.read(global_step) == before:
            return None
        return self._session.last_values()[self.spec.loss.name]

    def evaluate(self, steps: int | None) -> dict[str, Any]:
        self._advance(steps)
        return self._session.run(self._values)

    def predict(self) -> Iterator[Any]:
        while True:
            try:
                batch = self._session.run(self._values)
            except tf.errors.OutOfRangeError:
                return
            yield batch

    def run(self, fetches: Any, feed_dict: dict[Any, Any] | None) -> Any:
        return self._session.run(fetches, feed_dict)

    def save(self, path: str) -> str:
        with self._graph.as_default():
            step = v1.train.get_global_step()
            return self._scaffold.saver.save(self._session, path, global_step=step)

    def restore(self, path: str) -> None:
        with self._graph.as_default():
            self._scaffold.saver.restore(self._session, path)

    def device(self) -> str:
        return self._session.program.device()

    def close(self) -> None:
        self._monitored.close()
