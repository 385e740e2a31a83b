"""EstimatorSpec, what a model_fn returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec.spec import _checks
from tfspec.spec._export_output import ExportOutput

TensorOrVariable = tf.Tensor | tf.Variable
TrainOp = tf.Operation | tf.Tensor | tf.Variable | Callable[[], Any]
Hook = tf.compat.v1.train.SessionRunHook


class _Fields(NamedTuple):
    """The fields by number: the first eight as documented, then what came later."""

    predictions: TensorOrVariable | dict[str, TensorOrVariable]
    loss: TensorOrVariable | None
    train_op: TrainOp | None
    eval_metric_ops: dict[str, tuple[Any, Any]]
    export_outputs: dict[str, ExportOutput] | None
    training_chief_hooks: tuple[Hook, ...]
    training_hooks: tuple[Hook, ...]
    scaffold: tf.compat.v1.train.Scaffold
    mode: str | None
    evaluation_hooks: tuple[Hook, ...]
    prediction_hooks: tuple[Hook, ...]


class EstimatorSpec(_Fields):
    """What a `model_fn` returns: the ops by which its model trains, evaluates and predicts.

    A named tuple that is checked when it is made. Which fields are needed depends on the mode:
    TRAIN needs `loss` and `train_op`, EVAL `loss`, PREDICT `predictions`; more are always
    welcome, so that a `model_fn` may return the same spec for every mode. It is made in the graph
    that `model_fn` built, from tensors of that graph, or outside of any graph from eager tensors,
    variables and functions.

        def model_fn(features, labels, mode):
            logits = tf.compat.v1.layers.dense(features["x"], 1)
            if mode == tf.estimator.ModeKeys.PREDICT:
                return EstimatorSpec(mode, predictions={"y": logits})
            loss = tf.compat.v1.losses.mean_squared_error(labels, logits)
            step = tf.compat.v1.train.get_or_create_global_step()
            train_op = tf.compat.v1.train.AdamOptimizer().minimize(loss, step)
            return EstimatorSpec(mode, loss=loss, train_op=train_op)

    Args:
        mode: a `ModeKeys` value.
        predictions: tensor or dict of tensors, the first dimension of each the batch.
        loss: numeric tensor of shape `[]`, or of one element, which is reshaped to `[]`.
        train_op: operation, tensor or variable whose evaluation takes a training step, or a
            function without arguments that takes or builds it.
        eval_metric_ops: dict by metric name of pairs `(value tensor, update op)`, or of Keras
            metric objects on which `update_state` was called; those become such pairs, and their
            variables local variables. Outside of graphs both of a pair may be functions.
        export_outputs: dict by signature name of `ExportOutput` objects to serve; several need one
            named `serving_default`. By default, a `PredictOutput` of the predictions.
        training_chief_hooks: iterable of hooks to run on the chief worker while training.
        training_hooks: iterable of hooks to run on all workers while training.
        scaffold: `tf.compat.v1.train.Scaffold` for initialization, saver and more.
        evaluation_hooks: iterable of hooks to run while evaluating.
        prediction_hooks: iterable of hooks to run while predicting.

    Raises:
        ValueError: a field that the mode needs is missing, the loss has more than one element,
            something comes from another graph, a Keras metric was not updated, or several
            `export_outputs` have no default.
        TypeError: a field has the wrong type.

    Behaviour: tf.estimator 2.15. Field numbers follow its documentation (0 predictions, 1 loss, ...
    7 scaffold, 8 mode), not its code, so unpack by name. The dicts given are copied, never changed.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: str | None,
        predictions: TensorOrVariable | dict[str, TensorOrVariable] | None = None,
        loss: TensorOrVariable | None = None,
        train_op: TrainOp | None = None,
        eval_metric_ops: dict[str, Any] | None = None,
        export_outputs: dict[str, ExportOutput] | None = None,
        training_chief_hooks: Iterable[Hook] | None = None,
        training_hooks: Iterable[Hook] | None = None,
        scaffold: tf.compat.v1.train.Scaffold | None = None,
        evaluation_hooks: Iterable[Hook] | None = None,
        prediction_hooks: Iterable[Hook] | None = None,
    ) -> EstimatorSpec:
        # Of several faults, the first in this order is reported.
        train_op = _checks.train_op(train_op, mode)
        loss = _checks.loss(loss, mode)
        predictions = _checks.predictions(predictions, mode)
        export_outputs = _checks.export_outputs(export_outputs, predictions, mode)
        training_hooks = _checks.hooks(training_hooks, "training_hooks")
        training_chief_hooks = _checks.hooks(training_chief_hooks, "training_chief_hooks")
        evaluation_hooks = _checks.hooks(evaluation_hooks, "evaluation_hooks")
        prediction_hooks = _checks.hooks(prediction_hooks, "prediction_hooks")
        metric_pairs = _checks.eval_metric_ops(eval_metric_ops)
        scaffold = _checks.scaffold(scaffold)
        _checks.register_metric_variables(eval_metric_ops)
        return _Fields.__new__(
            cls,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            eval_metric_ops=metric_pairs,
            export_outputs=export_outputs,
            training_chief_hooks=training_chief_hooks,
            training_hooks=training_hooks,
            scaffold=scaffold,
            mode=mode,
            evaluation_hooks=evaluation_hooks,
            prediction_hooks=prediction_hooks,
        )

    def _replace(self, **changes: Any) -> EstimatorSpec:
        """Returns a copy with some fields changed, checked like a new spec.

        Args:
            **changes: new values by field name.

        Returns:
            A new spec of the same mode.

        Raises:
            ValueError: for another mode or a name that is no field, and like a new spec.
            TypeError: like a new spec.
        """
        unknown = sorted(changes.keys() - set(self._fields))
        if unknown:
            raise ValueError(
                f"Got unexpected field names: {unknown}. EstimatorSpec has {sorted(self._fields)}."
            )
        if changes.get("mode", self.mode) != self.mode:
            raise ValueError(
                f"mode of EstimatorSpec cannot be changed. It is {self.mode!r}, "
                f"given: {changes['mode']!r}. Make a new EstimatorSpec."
            )
        return EstimatorSpec.__new__(type(self), **{**self._asdict(), **changes})

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies were checked when they were made, and may be taken outside of the graph.
        return type(self)._make, (tuple(self),)
