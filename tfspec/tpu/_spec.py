"""TPUEstimatorSpec, what the model_fn of a TPUEstimator returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec.spec import EstimatorSpec, ExportOutput, ModeKeys
from tfspec.tpu._hooks import HostCallHook, SummaryWriterHook

v1 = tf.compat.v1
Hook = v1.train.SessionRunHook
# A function, and the tensors to call it with: a list, or a dict by argument name.
Call = tuple[Callable[..., Any], Sequence[Any] | dict[str, Any]]


class _Fields(NamedTuple):
    mode: str | None
    predictions: Any
    loss: Any
    train_op: Any
    eval_metrics: Call | None
    export_outputs: dict[str, ExportOutput] | None
    scaffold_fn: Callable[[], v1.train.Scaffold] | None
    host_call: Call | None
    training_hooks: tuple[Hook, ...]
    evaluation_hooks: tuple[Hook, ...]
    prediction_hooks: tuple[Hook, ...]


class TPUEstimatorSpec(_Fields):
    """What a `model_fn` for a `TPUEstimator` returns: an `EstimatorSpec` that can be split.

    What a TPU can't do is given as functions that are called for the host: the metrics, summaries
    and the scaffold.

    Args:
      mode: a `ModeKeys` value.
      predictions: tensor or dict of tensors.
      loss: tensor of shape `[]`.
      train_op: op, or tensor, that takes a training step.
      eval_metrics: a function that returns a dict of metrics as `EstimatorSpec.eval_metric_ops`,
        and what to call it with: a list of tensors, or a dict of them by argument name.
      export_outputs: dict of `ExportOutput`s by signature name.
      scaffold_fn: a function without arguments that returns a `tf.compat.v1.train.Scaffold`.
      host_call: a function that returns ops to run with every step, usually summaries, and what to
        call it with, as for `eval_metrics`.
      training_hooks: hooks to run while training.
      evaluation_hooks: hooks to run while evaluating.
      prediction_hooks: hooks to run while predicting.

    Raises:
      ValueError: a field that the mode needs is missing, or like `EstimatorSpec`.
      TypeError: a field has the wrong type.
      RuntimeError: a function of `eval_metrics` or `host_call` takes another number of tensors.

    Behaviour: tf.compat.v1.estimator.tpu.TPUEstimatorSpec of TensorFlow 2.15.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str | None,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metrics: Call | None = None,
        export_outputs: dict[str, ExportOutput] | None = None,
        scaffold_fn: Callable[[], v1.train.Scaffold] | None = None,
        host_call: Call | None = None,
        training_hooks: Iterable[Hook] | None = None,
        evaluation_hooks: Iterable[Hook] | None = None,
        prediction_hooks: Iterable[Hook] | None = None,
    ) -> TPUEstimatorSpec:
        _check_call("eval_metrics", eval_metrics)
        _check_call("host_call", host_call)
        if scaffold_fn is not None and not callable(scaffold_fn):
            raise TypeError(
                "scaffold_fn must be a function without arguments that returns a "
                f"tf.compat.v1.train.Scaffold. Given: {scaffold_fn!r}"
            )
        checked = EstimatorSpec(
            mode,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            export_outputs=export_outputs,
            training_hooks=training_hooks,
            evaluation_hooks=evaluation_hooks,
            prediction_hooks=prediction_hooks,
        )
        return _Fields.__new__(
            cls,
            mode=mode,
            predictions=checked.predictions,
            loss=checked.loss,
            train_op=checked.train_op,
            eval_metrics=eval_metrics,
            export_outputs=checked.export_outputs,
            scaffold_fn=scaffold_fn,
            host_call=host_call,
            training_hooks=checked.training_hooks,
            evaluation_hooks=checked.evaluation_hooks,
            prediction_hooks=checked.prediction_hooks,
        )

    def as_estimator_spec(self) -> EstimatorSpec:
        """The same for CPUs and GPUs: calls the functions, in the default graph.

        Returns:
          An `EstimatorSpec` whose train op and hooks run the host call with every step.
        """
        mine = self._asdict()
        fields = {name: mine[name] for name in EstimatorSpec._fields if name in mine}
        fields["eval_metric_ops"] = _called(self.eval_metrics)
        if self.host_call is not None:
            self._add_host_call(fields)
        if self.scaffold_fn:
            fields["scaffold"] = self.scaffold_fn()
        return EstimatorSpec(**fields)

    def _add_host_call(self, fields: dict[str, Any]) -> None:
        """Makes the ops of the host call a part of each step."""
        ops = _ops_of(_called(self.host_call))
        hook: Hook = HostCallHook(ops)
        if self.mode == ModeKeys.TRAIN and not callable(self.train_op):
            # Part of the train op, so that many steps can be taken in a row.
            fields["train_op"] = tf.group(self.train_op, *ops)
            hook = SummaryWriterHook()
        for name in ("training_hooks", "evaluation_hooks", "prediction_hooks"):
            fields[name] = [*fields[name], hook]


def _check_call(name: str, call: Any) -> None:
    """Checks a function that comes with the tensors to call it with."""
    if call is None:
        return
    expected = f"Expected (function, tensors), got {call!r}."
    if not isinstance(call, (tuple, list)):
        raise ValueError(f"{name} should be tuple or list. {expected}")
    if len(call) != 2:
        raise ValueError(f"{name} should have two elements. {expected}")
    function, tensors = call
    if not callable(function):
        raise TypeError(f"{name}[0] should be callable. {expected}")
    if not isinstance(tensors, (tuple, list, dict)):
        raise ValueError(f"{name}[1] should be tuple or list, or dict. {expected}")
    if isinstance(tensors, (tuple, list)):
        _check_count(name, function, len(tensors))


def _check_count(name: str, function: Callable[..., Any], count: int) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a builtin without a signature
        return
    try:
        signature.bind(*range(count))
    except TypeError as error:
        raise RuntimeError(
            f"In TPUEstimatorSpec.{name}, length of tensors {count} does not match method args of "
            f"the function, which takes {len(signature.parameters)}. "
            f"Function {function} of {signature}: {error}."
        ) from None


def _called(call: Call | None) -> Any:
    if call is None:
        return None
    function, tensors = call
    return function(**tensors) if isinstance(tensors, dict) else function(*tensors)


def _ops_of(returned: Any) -> list[Any]:
    """What of the value of a host call can be run."""
    kinds = (tf.Tensor, tf.Operation, tf.Variable)
    return [item for item in tf.nest.flatten(returned) if isinstance(item, kinds)]
