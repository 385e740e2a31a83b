"""The TPUEstimator."""

from __future__ import annotations

import dataclasses
import enum
import functools
import os
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec import runner, summaries
from tfspec.custom import EstimatorV1
from tfspec.runner import Job
from tfspec.spec import EstimatorSpec, ModeKeys
from tfspec.tpu._devices import TPUSystem, find_tpu
from tfspec.tpu._embedding import EmbeddingConfigSpec
from tfspec.tpu._hooks import ExamplesPerSecondHook, speed_period
from tfspec.tpu._input import Deployment, TPUContext, input_of_cores
from tfspec.tpu._run_config import RunConfig
from tfspec.tpu._spec import TPUEstimatorSpec
from tfspec.tpu._tpu_config import InputPipelineConfig, TPUConfig, check_positive, loop_length

_logging = tf.compat.v1.logging
_ARGUMENT_NAMES = {
    ModeKeys.TRAIN: "train_batch_size",
    ModeKeys.EVAL: "eval_batch_size",
    ModeKeys.PREDICT: "predict_batch_size",
}
_RESERVED_PARAMS = ("batch_size", "context")


class ExportSavedModelApiVersion(enum.Enum):
    """How the graph of an export for TPUs is written."""

    V1 = 1
    V2 = 2


class TPUEstimator(EstimatorV1):
    """An Estimator for TPUs, that as well runs where there is none.

    `model_fn` and `input_fn` get the batch size as `params["batch_size"]`; `model_fn` also finds
    there, as `params["use_tpu"]`, whether it is built for a TPU. With `use_tpu=False`, or where no
    TPU is seen, everything runs on the devices that are there, with one replica of the model. Where
    one is seen, its cores share each batch, and `params["context"]` tells how.

    Speed is logged every `log_step_count_steps / iterations_per_loop` steps, since on a TPU it
    could only be after each loop; if `iterations_per_loop` is a time, that often.

    Args:
      model_fn: a function of `features`, `labels`, `mode`, `params` and `config`, or a part of
        these with at least `features` and `params`, that returns a `TPUEstimatorSpec` or, without
        a TPU, an `EstimatorSpec`.
      model_dir: as for `Estimator`.
      config: a `tpu.RunConfig`.
      params: hyperparameters, a dict or an object with `add_hparam`, without 'batch_size' and
        'context'; copied.
      use_tpu: whether to use a TPU if one is seen.
      train_batch_size: examples in a training step, on all devices together.
      eval_batch_size: the same for evaluation.
      predict_batch_size: the same for prediction.
      batch_axis: has no effect.
      eval_on_tpu: False evaluates without the TPU.
      export_to_tpu: has no effect: exports hold the graph for CPUs and GPUs.
      export_to_cpu: likewise; an export needs one of both.
      warm_start_from: as for `Estimator`.
      embedding_config_spec: an `EmbeddingConfigSpec` for embeddings kept on the TPU.
      export_saved_model_api_version: 1 or 2; has no effect.

    Raises:
      ValueError: `config` isn't a `tpu.RunConfig`, `params` holds a reserved key, a batch size is
        missing or not positive with `use_tpu`, or as `Estimator`.
      TypeError: an argument has the wrong type.

    Behaviour: tf.compat.v1.estimator.tpu.TPUEstimator of TensorFlow 2.15.
    """

    def __init__(
        self,
        model_fn: Callable[..., TPUEstimatorSpec | EstimatorSpec] | None = None,
        model_dir: str | os.PathLike | None = None,
        config: RunConfig | None = None,
        params: Any = None,
        use_tpu: bool = True,
        train_batch_size: int | None = None,
        eval_batch_size: int | None = None,
        predict_batch_size: int | None = None,
        batch_axis: list[int] | None = None,
        eval_on_tpu: bool = True,
        export_to_tpu: bool = True,
        export_to_cpu: bool = True,
        warm_start_from: Any = None,
        embedding_config_spec: EmbeddingConfigSpec | None = None,
        export_saved_model_api_version: int = ExportSavedModelApiVersion.V1,
    ) -> None:
        if not isinstance(config, RunConfig):
            raise ValueError(
                "`config` must be provided with type `tpu_config.RunConfig`. "
                f"Got {config!r}, expected a tfspec.compat.v1.estimator.tpu.RunConfig."
            )
        _check_params(params)
        batch_sizes = {
            ModeKeys.TRAIN: train_batch_size,
            ModeKeys.EVAL: eval_batch_size,
            ModeKeys.PREDICT: predict_batch_size,
        }
        if use_tpu:
            _check_for_tpu(config.tpu_config, batch_sizes)
        _check_embedding(embedding_config_spec)
        _check_api_version(export_saved_model_api_version)
        # The hook that logs examples per second logs steps as well.
        self._speed_period = speed_period(
            loop_length(config.tpu_config.iterations_per_loop), config.log_step_count_steps
        )
        super().__init__(
            model_fn=model_fn,
            model_dir=model_dir,
            config=config.replace(log_step_count_steps=None),
            params=params,
            warm_start_from=warm_start_from,
        )
        self._batch_sizes = batch_sizes
        self._use_tpu = use_tpu
        self._eval_on_tpu = eval_on_tpu
        self._can_export = export_to_tpu or export_to_cpu
        self._warn_of_export = not export_to_cpu
        if eval_on_tpu and not use_tpu:
            _logging.warning("eval_on_tpu ignored because use_tpu is False.")

    def _job(self, input_fn: Callable[..., Any]) -> Job:
        job = super()._job(input_fn)
        modes = [mode for mode in _ARGUMENT_NAMES if self._runs_on_tpu(mode)]
        cores = {mode: self._strategy for mode in modes}
        return dataclasses.replace(job, model_fn=self._run_spec, cores=cores)

    @functools.cached_property
    def _tpu(self) -> TPUSystem | None:
        """The TPU to use, looked for once."""
        return find_tpu(self._config) if self._use_tpu else None

    @functools.cached_property
    def _strategy(self) -> tf.distribute.TPUStrategy:
        return self._tpu.strategy(self._config.tpu_config)

    def _runs_on_tpu(self, mode: str) -> bool:
        return self._tpu is not None and (mode != ModeKeys.EVAL or self._eval_on_tpu)

    def _deployment(self, mode: str) -> Deployment:
        return Deployment(mode, self._tpu, self._config.tpu_config)

    def _call_input_fn(self, input_fn: Any, mode: str, input_context: Any = None) -> Any:
        if not self._runs_on_tpu(mode):
            own = {"batch_size": self._batch_sizes[mode]}
            return self._input_of_host(input_fn, mode, own, input_context)
        deployment, batch_size = self._deployment(mode), self._batch_sizes[mode]
        deployment.check(batch_size)
        own = {"batch_size": deployment.input_batch_size(batch_size)}
        return input_of_cores(
            lambda context: self._input_of_host(
                input_fn, mode, {**own, "context": context}, input_context
            ),
            deployment, batch_size,
        )

    def _input_of_host(
        self, input_fn: Any, mode: str, own_params: dict[str, Any], input_context: Any
    ) -> Any:
        """What one call of the input_fn returns."""
        if callable(input_fn) and "params" not in runner.argument_names(input_fn):
            raise ValueError(
                f"input_fn ({input_fn}) does not include params argument, required by "
                'TPUEstimator to pass batch size as params["batch_size"]'
            )
        params = _with_params(self.params, **own_params)
        offered = {"mode": mode, "params": params, "config": self.config}
        if input_context is not None:
            offered["input_context"] = input_context
        return runner.call_input_fn(input_fn, offered)

    def _call_model_fn(
        self, features: Any, labels: Any, mode: str, config: RunConfig
    ) -> EstimatorSpec:
        """The spec of an export, whose batches have any size."""
        if not self._can_export:
            raise ValueError("One of export_to_cpu and export_to_tpu must be true.")
        if self._warn_of_export:
            _logging.warning("export_to_cpu=False ignored: the export holds the graph for CPUs.")
        return self._spec(features, labels, mode, config, {"use_tpu": False})

    def _run_spec(self, features: Any, labels: Any, mode: str) -> Any:
        """The spec of a run, whose batches have the size given for its mode.

        Where a TPU runs it, it is what the model_fn returned, to be split.
        """
        batch_size = self._batch_sizes[mode]
        on_tpu = self._runs_on_tpu(mode)
        own = {"batch_size": batch_size, "use_tpu": on_tpu}
        if on_tpu:
            deployment = self._deployment(mode)
            own["batch_size"] = deployment.model_batch_size(batch_size)
            own["context"] = TPUContext(deployment)
        spec = self._spec(features, labels, mode, self.config, own)
        if on_tpu and mode != ModeKeys.TRAIN and not isinstance(spec, TPUEstimatorSpec):
            name = "evaluation" if mode == ModeKeys.EVAL else "prediction"
            raise ValueError(
                f"estimator_spec used by TPU {name} must have type `TPUEstimatorSpec`. Got "
                f"{type(spec)}"
            )
        if mode != ModeKeys.TRAIN or batch_size is None or not self._speed_period:
            return spec
        speed = ExamplesPerSecondHook(batch_size, output_dir=self.model_dir, **self._speed_period)
        return spec._replace(training_hooks=[*spec.training_hooks, speed])

    def _spec(
        self, features: Any, labels: Any, mode: str, config: RunConfig, own_params: dict[str, Any]
    ) -> EstimatorSpec:
        if "params" not in runner.argument_names(self._model_fn):
            raise ValueError(
                f"model_fn ({self._model_fn}) does not include params argument, required by "
                "TPUEstimator to pass batch size as params['batch_size']"
            )
        params = _with_params(self.params, **own_params)
        where = "TPU" if own_params["use_tpu"] else "CPU/GPU"
        _logging.info("Running %s on %s", mode, where)
        offered = {"mode": mode, "params": params, "config": config}
        with summaries.without_tensorboard():
            return runner.call_model_fn(
                self._model_fn, features, labels, offered, split=own_params["use_tpu"]
            )


def _with_params(params: Any, **own: Any) -> Any:
    """The user's hyperparameters, taken over, with those of ours that aren't None."""
    for name, value in own.items():
        if value is None:
            continue
        if hasattr(params, "add_hparam") and name not in params:
            params.add_hparam(name, value)
        elif hasattr(params, "set_hparam"):
            params.set_hparam(name, value)
        else:
            params[name] = value
    return params


def _check_params(params: Any) -> None:
    if params is None:
        return
    if not hasattr(params, "add_hparam") and not hasattr(params, "__setitem__"):
        raise TypeError(
            f"params must be a dict, got {params!r} of type {type(params).__name__}."
        )
    if any(key in params for key in _RESERVED_PARAMS):
        raise ValueError(
            f"{list(_RESERVED_PARAMS)} are reserved keys but existed in params {params}. "
            "Rename them: TPUEstimator sets them itself."
        )


def _check_for_tpu(tpu_config: TPUConfig, batch_sizes: dict[str, Any]) -> None:
    if batch_sizes[ModeKeys.TRAIN] is None:
        raise ValueError("`train_batch_size` cannot be `None` with use_tpu=True.")
    for mode, name in _ARGUMENT_NAMES.items():
        check_positive(name, batch_sizes[mode])
    per_shard = tpu_config.per_host_input_for_training == InputPipelineConfig.PER_SHARD_V1
    if tpu_config.num_cores_per_replica and per_shard:
        raise ValueError(
            "Model parallelism only supports per host input for training. "
            "Please adjust TPURunconfig.per_host_input_for_training."
        )


def _check_embedding(spec: Any) -> None:
    if spec is not None and not isinstance(spec, EmbeddingConfigSpec):
        raise TypeError(
            "embedding_config_spec must be a tpu.experimental.EmbeddingConfigSpec, "
            f"got {spec!r} of type {type(spec).__name__}."
        )


def _check_api_version(version: Any) -> None:
    known = [*ExportSavedModelApiVersion, *(v.value for v in ExportSavedModelApiVersion)]
    if version not in known:
        raise ValueError(f"export_saved_model_api_version should be 1 or 2; got {version}.")
