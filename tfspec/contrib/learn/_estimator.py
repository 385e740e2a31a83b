"""tf.contrib.learn.Estimator: `fit`, and model_fns that return `ModelFnOps`."""

from __future__ import annotations

import contextlib
import inspect
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec.contrib.learn._constants import ProblemType
from tfspec.contrib.learn._export import receiver_fn
from tfspec.contrib.learn._inputs import arrays, once
from tfspec.contrib.learn._monitors import replace_monitors_with_hooks
from tfspec.custom import EstimatorV1
from tfspec.spec import ClassificationOutput, EstimatorSpec, PredictOutput, RegressionOutput

v1 = tf.compat.v1

_CLASSES = (ProblemType.CLASSIFICATION, ProblemType.LOGISTIC_REGRESSION)


class ModeKeys:
    """What a model_fn is called for."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises `ValueError` for anything else."""
        if key not in (cls.TRAIN, cls.EVAL, cls.INFER):
            raise ValueError(f"Invalid mode {key}.")


_FIELDS = (
    "predictions", "loss", "train_op", "eval_metric_ops", "output_alternatives",
    "training_chief_hooks", "training_hooks", "scaffold", "mode",
)


class ModelFnOps(namedtuple("ModelFnOps", _FIELDS)):
    """What a model_fn returns: `ModelFnOps(mode, predictions, loss, train_op, ...)`."""

    __slots__ = ()

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Mapping[str, Any] | None = None,
        output_alternatives: Mapping[str, Any] | None = None,
        training_chief_hooks: Sequence[Any] | None = None,
        training_hooks: Sequence[Any] | None = None,
        scaffold: Any = None,
    ):
        ModeKeys.validate(mode)
        return super().__new__(
            cls, predictions, loss, train_op, eval_metric_ops or {}, output_alternatives,
            training_chief_hooks or [], training_hooks or [], scaffold, mode,
        )


class MetricSpec:
    """A metric over a prediction and a label, picked by their keys.

    Args:
        metric_fn: a function of `predictions`, `labels` and maybe `weights`.
        prediction_key, label_key, weight_key: which; None where there is but one.
    """

    def __init__(
        self,
        metric_fn: Callable[..., Any],
        prediction_key: str | None = None,
        label_key: str | None = None,
        weight_key: str | None = None,
    ) -> None:
        self.metric_fn = metric_fn
        self.prediction_key = prediction_key
        self.label_key = label_key
        self.weight_key = weight_key

    def create_metric_ops(self, inputs: Any, labels: Any, predictions: Any) -> Any:
        """The metric's value and update op.

        Raises:
            ValueError: a key is missing where there are several, or isn't there.
        """
        arguments = {
            "predictions": _pick("prediction", predictions, self.prediction_key),
            "labels": _pick("label", labels, self.label_key),
        }
        if self.weight_key is not None:
            arguments["weights"] = inputs[self.weight_key]
        known = inspect.signature(self.metric_fn).parameters
        if "targets" in known and "labels" not in known:
            arguments["targets"] = arguments.pop("labels")
        return self.metric_fn(**arguments)


def _pick(what: str, values: Any, key: str | None) -> Any:
    if not isinstance(values, Mapping):
        return values
    if key is None:
        if len(values) != 1:
            raise ValueError(f"MetricSpec without {what}_key, but there are {sorted(values)}.")
        return next(iter(values.values()))
    if key not in values:
        raise ValueError(f"MetricSpec: no {what} {key!r}; there are {sorted(values)}.")
    return values[key]


def _as_spec(result: Any, mode: str) -> EstimatorSpec:
    """What a model_fn of contrib.learn returned, as an `EstimatorSpec`."""
    if isinstance(result, EstimatorSpec):
        return result
    if not isinstance(result, ModelFnOps):
        predictions, loss, train_op = result
        result = ModelFnOps(mode, predictions, loss, train_op)
    fields = result._asdict()
    alternatives = fields.pop("output_alternatives")
    outputs = None
    if mode == ModeKeys.INFER and result.predictions is not None:
        outputs = _outputs(result.predictions, alternatives)
    return EstimatorSpec(**{**fields, "mode": mode}, export_outputs=outputs)


def _outputs(predictions: Any, alternatives: Mapping[Any, Any] | None) -> dict[str, Any]:
    """The signatures of an export."""
    named = predictions if isinstance(predictions, Mapping) else {"output": predictions}
    found: dict[str, Any] = {}
    for key, (problem, tensors) in (alternatives or {}).items():
        if problem == ProblemType.LINEAR_REGRESSION and len(tensors) == 1:
            output: Any = RegressionOutput(next(iter(tensors.values())))
        elif problem in _CLASSES and "probabilities" in tensors:
            output = ClassificationOutput(scores=tensors["probabilities"])
        else:
            output = PredictOutput(tensors)
        found[key or "serving_default"] = output
    if "serving_default" not in found:
        found["serving_default"] = PredictOutput(dict(named))
    return found


class Fitted:
    """The methods of tf.contrib.learn over an estimator of tf.estimator.

    Attributes:
        core: the estimator that does the work.
    """

    core: Any

    @property
    def model_dir(self) -> str:
        return self.core.model_dir

    @property
    def config(self) -> Any:
        return self.core.config

    @property
    def params(self) -> Any:
        return self.core.params

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[[], Any] | None = None,
        steps: int | None = None,
        batch_size: int | None = None,
        monitors: Sequence[Any] | None = None,
        max_steps: int | None = None,
    ) -> Fitted:
        """Trains on arrays, or on what `input_fn` gives."""
        input_fn = input_fn or arrays(x, y, batch_size, epochs=None)
        hooks = replace_monitors_with_hooks(monitors, self)
        self.core.train(self.named(input_fn), hooks, steps, max_steps)
        return self

    partial_fit = fit
    train = fit

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Callable[[], Any] | None = None,
        feed_fn: Any = None,
        batch_size: int | None = None,
        steps: int | None = None,
        metrics: Mapping[str, MetricSpec] | None = None,
        name: str | None = None,
        checkpoint_path: str | None = None,
        hooks: Sequence[Any] | None = None,
        log_progress: bool = True,
    ) -> dict[str, Any]:
        """Evaluates on arrays, or on what `input_fn` gives."""
        input_fn = input_fn or arrays(x, y, batch_size, epochs=1)
        with self._measuring(metrics):
            found = self.core.evaluate(self.named(input_fn), steps, hooks, checkpoint_path, name)
        return self.renamed(found)

    def _measuring(self, metrics: Mapping[str, MetricSpec] | None) -> Any:
        """Where these metrics are measured as well."""
        if metrics:
            raise ValueError(f"{type(self).__name__}.evaluate takes no metrics.")
        return contextlib.nullcontext()

    def named(self, input_fn: Callable[[], Any]) -> Callable[[], Any]:
        """An `input_fn` whose features the estimator takes."""
        return input_fn

    def renamed(self, results: dict[str, Any]) -> dict[str, Any]:
        """Results of an evaluation under their names in tf.contrib.learn."""
        return results

    def predict(
        self,
        x: Any = None,
        input_fn: Callable[[], Any] | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """Predicts for arrays, or for what `input_fn` gives, one example after the other."""
        read = self.named(once(input_fn or arrays(x, None, batch_size, epochs=1)))
        found = self.core.predict(read, outputs, yield_single_examples=not iterate_batches)
        found = _unwrapped(found)
        return found if as_iterable else np.array(list(found))

    def predict_all(
        self, x: Any, batch_size: int | None = None, outputs: Sequence[str] | None = None
    ) -> Iterator[Any]:
        """Yields all that is predicted for each example of arrays, or `outputs` of it."""
        return self.predict(x, batch_size=batch_size, outputs=outputs)

    def export_savedmodel(
        self,
        export_dir_base: str,
        serving_input_fn: Callable[[], Any],
        default_output_alternative_key: str | None = None,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        **others: Any,
    ) -> bytes:
        """Writes a SavedModel to a new folder below `export_dir_base`, and returns that."""
        return self.core.export_savedmodel(
            export_dir_base, receiver_fn(serving_input_fn), assets_extra, as_text, checkpoint_path
        )

    def get_variable_names(self) -> list[str]:
        return self.core.get_variable_names()

    def get_variable_value(self, name: str) -> Any:
        return self.core.get_variable_value(name)


class Estimator(Fitted):
    """An estimator over a model_fn that returns `ModelFnOps`, or predictions, loss and train op.

    Args:
        model_fn: a function of features, labels, and maybe mode, params, config, model_dir.
        model_dir, config, params: as for `tf.estimator.Estimator`.
        feature_engineering_fn: changes features and labels first.
    """

    def __init__(
        self,
        model_fn: Callable[..., Any] | None = None,
        model_dir: str | None = None,
        config: Any = None,
        params: Any = None,
        feature_engineering_fn: Callable[..., Any] | None = None,
    ) -> None:
        if model_fn is None:
            raise ValueError("model_fn must be given.")
        self._user_fn = model_fn
        self._engineer = feature_engineering_fn
        self._metrics: Mapping[str, MetricSpec] = {}
        self.core = EstimatorV1(self._model_fn, model_dir, config, params)

    def _model_fn(self, features, labels, mode, params, config):
        if self._engineer is not None:
            features, labels = self._engineer(features, labels)
        known = inspect.signature(self._user_fn).parameters
        more = {"mode": mode, "params": params, "config": config, "model_dir": self.model_dir}
        more = {name: value for name, value in more.items() if name in known}
        spec = _as_spec(self._user_fn(features, labels, **more), mode)
        if mode == ModeKeys.EVAL and self._metrics:
            added = {
                name: metric.create_metric_ops(features, labels, spec.predictions)
                for name, metric in self._metrics.items()
            }
            spec = spec._replace(eval_metric_ops={**(spec.eval_metric_ops or {}), **added})
        return spec

    @contextlib.contextmanager
    def _measuring(self, metrics: Mapping[str, MetricSpec] | None) -> Iterator[None]:
        self._metrics = metrics or {}
        try:
            yield
        finally:
            self._metrics = {}


def _unwrapped(predictions: Iterator[Any]) -> Iterator[Any]:
    """Predictions; a lone one that the model returned without a key comes without it."""
    for prediction in predictions:
        lone = isinstance(prediction, dict) and set(prediction) == {"output"}
        yield prediction["output"] if lone else prediction
