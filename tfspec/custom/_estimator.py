"""The Estimator."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from tfspec import checkpoints, export, runner, summaries
from tfspec.config import RunConfig
from tfspec.custom import _settings
from tfspec.runner import Job
from tfspec.spec import EstimatorSpec, ModeKeys

v1 = tf.compat.v1
Hooks = Sequence[v1.train.SessionRunHook] | None

# What a subclass may define anew. Everything else is called from places that rely on it.
_MAY_OVERRIDE = frozenset(("_create_and_assert_global_step", "model_fn"))


class Estimator:
    """Trains, evaluates, predicts with and exports a model given by a `model_fn`.

    Args:
      model_fn: a function of `features`, `labels`, `mode`, `params` and `config`, or a part of
        these with at least `features`, that returns an `EstimatorSpec`. It is called in a graph
        of its own for every `train`, `evaluate` and `predict`.
      model_dir: the folder for checkpoints and event files; a temporary one if neither this
        nor `config` names one.
      config: a `RunConfig`; the default one if None.
      params: hyperparameters for `model_fn`, usually a dict; copied.
      warm_start_from: a checkpoint, a SavedModel or `WarmStartSettings` from which a model
        without a checkpoint of its own takes its first values.

    Raises:
      ValueError: if `model_fn` lacks an argument or has a wrong one, if `model_dir` and
        `config` disagree, or if a subclass overrides what it must not.

    Behaviour: tf.estimator.Estimator of TensorFlow 2.15.
    """

    def __init__(
        self,
        model_fn: Callable[..., EstimatorSpec],
        model_dir: str | os.PathLike | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        warm_start_from: Any = None,
    ) -> None:
        # By the class: subclasses that do override put a static function of one argument there.
        type(self)._assert_members_are_not_overridden(self)
        self._config = _settings.checked_config(config, model_dir)
        self._model_dir = self._config.model_dir
        self._session_config = self._config.session_config
        v1.logging.info("Using config: %s", vars(self._config))
        _settings.check_model_fn(model_fn, params)
        self._device_fn = self._config.device_fn
        self._model_fn = model_fn
        self._params = copy.deepcopy(params or {})
        self._warm_start_settings = checkpoints.warm_start_settings(warm_start_from)

    @classmethod
    def _members_kept(cls) -> frozenset[str]:
        """Names that a subclass must leave as they are."""
        own = {name for name in vars(Estimator) if not name.startswith("__")}
        return frozenset(own - _MAY_OVERRIDE)

    def _assert_members_are_not_overridden(self) -> None:
        kept = self._members_kept()
        overridden = sorted(
            name for name in kept
            if getattr(type(self), name) is not vars(Estimator).get(name)
            and not _is_library_class(type(self), name)
        )
        if overridden:
            raise ValueError(
                "Subclasses of Estimator cannot override members of Estimator. "
                f"{type(self)} does override {overridden}"
            )

    @property
    def model_dir(self) -> str:
        """The folder with checkpoints and event files."""
        return self._model_dir

    @property
    def config(self) -> RunConfig:
        """A copy of the configuration."""
        return copy.deepcopy(self._config)

    @property
    def params(self) -> Any:
        """A copy of the hyperparameters."""
        return copy.deepcopy(self._params)

    @property
    def model_fn(self) -> Callable[..., EstimatorSpec]:
        """The `model_fn`, bound to `params`: a function of features, labels, mode, config."""

        def public_model_fn(features, labels, mode, config):
            return self._call_model_fn(features, labels, mode, config)

        return public_model_fn

    def train(
        self,
        input_fn: Callable[..., Any],
        hooks: Hooks = None,
        steps: int | None = None,
        max_steps: int | None = None,
        saving_listeners: Sequence[v1.train.CheckpointSaverListener] | None = None,
    ) -> Estimator:
        """Trains, from the newest checkpoint if there is one.

        Args:
          input_fn: gives the training data: a `tf.data.Dataset` of `(features, labels)`, or
            such a pair of (dicts of) tensors. May take `mode`, `params`, `config`.
          hooks: `SessionRunHook`s run besides the model's.
          steps: how many steps to train; None: to the end of the input, or `max_steps`.
          max_steps: the global step at which to stop; training that is there already returns.
          saving_listeners: called before and after each checkpoint.

        Returns:
          The estimator itself.

        Raises:
          ValueError: if both `steps` and `max_steps` are given, if one isn't positive, or if
            the configuration is that of an evaluator or a parameter server.
          NanLossDuringTrainingError: if the loss becomes NaN.
        """
        if steps is not None and max_steps is not None:
            raise ValueError("Can not provide both steps and max_steps.")
        _settings.check_count("steps", steps)
        _settings.check_count("max_steps", max_steps)
        if max_steps is not None and max_steps <= checkpoints.global_step(self._model_dir):
            v1.logging.info("Skipping training since max_steps has already saved.")
            return self
        _settings.check_trains(self._config)
        hooks = _settings.checked_hooks(hooks)
        if steps is not None or max_steps is not None:
            hooks.append(v1.train.StopAtStepHook(steps, max_steps))
        listeners = _settings.checked_listeners(saving_listeners)
        _settings.ensure_writable(self._model_dir)
        loss = self._train_model(input_fn, hooks, listeners)
        v1.logging.info("Loss for final step: %s.", loss)
        return self

    def evaluate(
        self,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Hooks = None,
        checkpoint_path: str | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Evaluates the newest checkpoint; a model with fresh values if there is none.

        Args:
          input_fn: gives the data, as for `train`.
          steps: how many batches to take; None: all.
          hooks: `SessionRunHook`s run besides the model's.
          checkpoint_path: the checkpoint to evaluate instead of the newest.
          name: results go to the folder `eval_<name>` instead of `eval`.

        Returns:
          The metrics by name as NumPy values, with `loss` (the mean over batches) and
          `global_step`.

        Raises:
          ValueError: if `steps` isn't positive.
        """
        _settings.check_count("steps", steps)
        hooks = _settings.checked_hooks(hooks)
        checkpoint_path = self._checkpoint(checkpoint_path, "evaluate")
        results = runner.evaluate(self._job(input_fn), steps, hooks, checkpoint_path)
        runner.write_results(self.eval_dir(name), results, checkpoint_path)
        return results

    def predict(
        self,
        input_fn: Callable[..., Any],
        predict_keys: Sequence[str] | str | None = None,
        hooks: Hooks = None,
        checkpoint_path: str | None = None,
        yield_single_examples: bool = True,
    ) -> Iterator[Any]:
        """Yields predictions for given features, computed as they are asked for.

        Args:
          input_fn: gives features, or `(features, labels)`, whose labels are dropped.
          predict_keys: keys of the predictions wanted; None: all.
          hooks: `SessionRunHook`s run besides the model's.
          checkpoint_path: the checkpoint to predict with instead of the newest.
          yield_single_examples: False yields batches as the model returns them.

        Yields:
          The predictions for one example, in the structure of the spec's `predictions`.

        Raises:
          ValueError: if `predict_keys` don't fit, or predictions differ in batch length.
        """
        hooks = _settings.checked_hooks(hooks)
        checkpoint_path = self._checkpoint(checkpoint_path, "predict")
        yield from runner.predict(
            self._job(input_fn), predict_keys, hooks, checkpoint_path, yield_single_examples
        )

    def export_saved_model(
        self,
        export_dir_base: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        experimental_mode: str = ModeKeys.PREDICT,
    ) -> bytes:
        """Exports the model; see `tfspec.export.export_saved_model`."""
        return export.export_saved_model(
            self, export_dir_base, serving_input_receiver_fn, assets_extra, as_text,
            checkpoint_path, experimental_mode,
        )

    def experimental_export_all_saved_models(
        self,
        export_dir_base: str,
        input_receiver_fn_map: dict[str, Callable[[], Any]],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
    ) -> bytes:
        """Exports the model for several modes; see `tfspec.export.export_all_saved_models`."""
        return export.export_all_saved_models(
            self, export_dir_base, input_receiver_fn_map, assets_extra, as_text, checkpoint_path
        )

    def eval_dir(self, name: str | None = None) -> str:
        """The folder to which `evaluate(name=name)` writes."""
        return os.path.join(self._model_dir, "eval" if not name else "eval_" + name)

    def latest_checkpoint(self) -> str | None:
        """The newest checkpoint's path, None if there is none."""
        return tf.train.latest_checkpoint(self._model_dir)

    def get_variable_names(self) -> list[str]:
        """Names of the variables in the newest checkpoint; ValueError if there is none."""
        return checkpoints.variable_names(self._model_dir)

    def get_variable_value(self, name: str) -> Any:
        """A variable's value in the newest checkpoint; ValueError if there is none."""
        return checkpoints.variable_value(self._model_dir, name)

    def __getattr__(self, name: str) -> Any:
        if name == "export_savedmodel":
            raise AttributeError(
                "`Estimator` has no `export_savedmodel`. Please use `export_saved_model` "
                "instead, or `tfspec.compat.v1.estimator.Estimator`."
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    # What the rooms below and above call.

    def _checkpoint(self, checkpoint_path: str | None, purpose: str) -> str | None:
        path = checkpoint_path or self.latest_checkpoint()
        if not path:
            v1.logging.info(
                "Could not find trained model in model_dir: %s, running initialization to %s.",
                self._model_dir, purpose,
            )
        return path

    def _train_model(self, input_fn: Any, hooks: list[Any], saving_listeners: list[Any]) -> Any:
        return runner.train(self._job(input_fn), hooks, saving_listeners)

    def _job(self, input_fn: Callable[..., Any]) -> Job:
        """What to run, with the user's functions called through this object."""
        warm_start = self._warm_start_settings
        return Job(
            config=self.config,
            model_dir=self._model_dir,
            input_fn=lambda mode, *context: self._call_input_fn(input_fn, mode, *context),
            model_fn=lambda features, labels, mode: self._call_model_fn(
                features, labels, mode, self.config
            ),
            warm_start=warm_start and (lambda: checkpoints.warm_start(warm_start)),
            device_fn=self._device_fn,
            make_global_step=self._create_and_assert_global_step,
        )

    def _call_input_fn(self, input_fn: Any, mode: str, input_context: Any = None) -> Any:
        offered = {"mode": mode, "params": self.params, "config": self.config}
        if input_context is not None:
            offered["input_context"] = input_context
        return runner.call_input_fn(input_fn, offered)

    def _call_model_fn(
        self, features: Any, labels: Any, mode: str, config: RunConfig
    ) -> EstimatorSpec:
        offered = {"mode": mode, "params": self.params, "config": config}
        with summaries.without_tensorboard():
            return runner.call_model_fn(self._model_fn, features, labels, offered)

    def _create_and_assert_global_step(self, graph: tf.Graph) -> tf.Variable | None:
        return v1.train.create_global_step(graph)


def _is_library_class(kind: type, name: str) -> bool:
    """Whether what `kind` has under `name` was defined in tfspec."""
    for base in kind.__mro__:
        if name in vars(base):
            return base.__module__.startswith("tfspec.")
    return False


class EstimatorV1(Estimator):
    """The Estimator of `tf.compat.v1.estimator`: besides `Estimator`, the older export."""

    def export_savedmodel(
        self,
        export_dir_base: str,
        serving_input_receiver_fn: Callable[[], Any],
        assets_extra: dict[str, str] | None = None,
        as_text: bool = False,
        checkpoint_path: str | None = None,
        strip_default_attrs: bool = False,
    ) -> bytes:
        """Exports the model for serving; see `tfspec.export.export_saved_model`.

        `strip_default_attrs=False` leaves the attributes of ops that have their default value
        in the exported graph.
        """
        return export.export_saved_model(
            self, export_dir_base, serving_input_receiver_fn, assets_extra, as_text,
            checkpoint_path, ModeKeys.PREDICT, strip_default_attrs,
        )
