"""tf.contrib.learn.Experiment and learn_runner: training and evaluation of one estimator."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tfspec import training
from tfspec.contrib.learn._estimator import Fitted
from tfspec.contrib.learn._export import ExportStrategy
from tfspec.contrib.learn._monitors import replace_monitors_with_hooks


class _StrategyExporter(training.Exporter):
    """An `ExportStrategy` as an exporter, run after the last evaluation or each."""

    def __init__(self, strategy: ExportStrategy) -> None:
        self._strategy = strategy

    @property
    def name(self) -> str:
        return self._strategy.name

    def export(self, estimator, export_path, checkpoint_path, eval_result, is_the_final_export):
        return self._strategy.export(estimator, export_path, checkpoint_path, eval_result)


def _strategies(given: Any) -> list[ExportStrategy]:
    if given is None:
        return []
    return [given] if isinstance(given, ExportStrategy) else list(given)


class Experiment:
    """An estimator with the data that it trains and is evaluated on.

    Args:
        estimator: an estimator of tf.estimator or of tf.contrib.learn.
        train_input_fn, eval_input_fn: give the data.
        eval_metrics: metrics by name, for an `Estimator` of tf.contrib.learn.
        train_steps: the global step at which training ends; None for the end of the data.
        eval_steps: how many batches an evaluation takes; None for all.
        train_monitors, eval_hooks: run along.
        eval_delay_secs: before the first evaluation.
        continuous_eval_throttle_secs: between evaluations.
        min_eval_frequency: steps between evaluations; those follow checkpoints here.
        export_strategies: run after evaluations.
    """

    def __init__(
        self,
        estimator: Any,
        train_input_fn: Callable[[], Any],
        eval_input_fn: Callable[[], Any],
        eval_metrics: Mapping[str, Any] | None = None,
        train_steps: int | None = None,
        eval_steps: int | None = 100,
        train_monitors: Sequence[Any] | None = None,
        eval_hooks: Sequence[Any] | None = None,
        local_eval_frequency: int | None = None,
        eval_delay_secs: float = 120,
        continuous_eval_throttle_secs: float = 60,
        min_eval_frequency: int | None = None,
        delay_workers_by_global_step: bool = False,
        export_strategies: ExportStrategy | Iterable[ExportStrategy] | None = None,
        train_steps_per_iteration: int | None = None,
        **others: Any,
    ) -> None:
        self._estimator = estimator
        self._train_input_fn, self._eval_input_fn = train_input_fn, eval_input_fn
        self._metrics = eval_metrics
        self._train_steps, self._eval_steps = train_steps, eval_steps
        self._monitors, self._eval_hooks = list(train_monitors or ()), list(eval_hooks or ())
        self._delay, self._throttle = eval_delay_secs, continuous_eval_throttle_secs
        self._strategies = _strategies(export_strategies)

    @property
    def estimator(self) -> Any:
        return self._estimator

    @property
    def _core(self) -> Any:
        return self._estimator.core if self._is_fitted else self._estimator

    @property
    def _is_fitted(self) -> bool:
        return isinstance(self._estimator, Fitted)

    def _reading(self, input_fn: Callable[[], Any]) -> Callable[[], Any]:
        """An `input_fn` for the core."""
        return self._estimator.named(input_fn) if self._is_fitted else input_fn

    @property
    def _hooks(self) -> list[Any]:
        return replace_monitors_with_hooks(self._monitors, self._estimator)

    def extend_train_hooks(self, additional_hooks: Iterable[Any]) -> None:
        """Adds hooks to training."""
        self._monitors.extend(additional_hooks)

    def reset_export_strategies(self, new_export_strategies: Any = None) -> list[ExportStrategy]:
        """Replaces the export strategies, and returns the ones before."""
        before, self._strategies = self._strategies, _strategies(new_export_strategies)
        return before

    def train(self, delay_secs: float | None = None) -> Any:
        """Trains up to `train_steps`."""
        return self._core.train(
            self._reading(self._train_input_fn), self._hooks, max_steps=self._train_steps
        )

    def evaluate(self, delay_secs: float | None = None, name: str | None = None) -> dict[str, Any]:
        """Evaluates the latest checkpoint."""
        if self._is_fitted:
            return self._estimator.evaluate(
                input_fn=self._eval_input_fn, steps=self._eval_steps, metrics=self._metrics,
                hooks=self._eval_hooks, name=name,
            )
        return self._core.evaluate(
            self._eval_input_fn, self._eval_steps, self._eval_hooks, name=name
        )

    def train_and_evaluate(self) -> tuple[Any, Any]:
        """Trains, evaluates and exports: all here, or the part that TF_CONFIG gives this task."""
        train_spec = training.TrainSpec(
            self._reading(self._train_input_fn), max_steps=self._train_steps, hooks=self._hooks
        )
        eval_spec = training.EvalSpec(
            self._reading(self._eval_input_fn),
            steps=self._eval_steps,
            hooks=self._eval_hooks,
            exporters=[_StrategyExporter(strategy) for strategy in self._strategies] or None,
            start_delay_secs=self._delay,
            throttle_secs=self._throttle,
        )
        if not self._metrics:
            result = training.train_and_evaluate(self._core, train_spec, eval_spec)
            found, exports = result if result is not None else (None, None)
            if found is not None and self._is_fitted:
                found = self._estimator.renamed(found)
            return found, exports
        self.train()  # metrics that come with the experiment are measured by its own evaluation
        result = self.evaluate()
        folder = os.path.join(self._core.model_dir, "export")
        exports = [
            strategy.export(self._core, os.path.join(folder, strategy.name), None, result)
            for strategy in self._strategies
        ]
        return result, exports

    local_run = train_and_evaluate
    continuous_train_and_eval = train_and_evaluate

    def test(self) -> tuple[Any, Any]:
        """One step of training, and one of evaluation."""
        self._train_steps = self._eval_steps = 1
        return self.train_and_evaluate()


def run(
    experiment_fn: Callable[..., Experiment],
    output_dir: str | None = None,
    schedule: str | None = None,
    run_config: Any = None,
    hparams: Any = None,
) -> Any:
    """Makes an experiment, and runs the method of it that is asked for.

    Args:
        experiment_fn: a function of `output_dir`; or, with a `run_config`, of that and `hparams`.
        output_dir: where it writes.
        schedule: the method; `train_and_evaluate` if None.
        run_config: the configuration, with its `model_dir` set.
        hparams: passed on.

    Returns:
        What the method does.

    Raises:
        ValueError: neither an output folder nor a configuration, both, or no such method.
        TypeError: `experiment_fn` returned something else.
    """
    if (output_dir is None) == (run_config is None):
        raise ValueError("Exactly one of `output_dir` and `run_config` must be set.")
    if run_config is not None:
        if not run_config.model_dir:
            raise ValueError("Must specify a model directory `model_dir` in `run_config`.")
        known = inspect.signature(experiment_fn).parameters
        more = {"hparams": hparams} if "hparams" in known or len(known) > 1 else {}
        experiment = experiment_fn(run_config, *more.values())
    else:
        experiment = experiment_fn(output_dir)
    if not isinstance(experiment, Experiment):
        raise TypeError(f"Experiment builder did not return an Experiment instance, got "
                        f"{type(experiment).__name__} instead.")
    method = getattr(experiment, schedule or "train_and_evaluate", None)
    if not callable(method):
        raise ValueError(f"Schedule references non-existent task {schedule}")
    return method()


def tune(experiment_fn: Callable[..., Experiment], tuner: Any) -> None:
    """Runs experiments as a tuner asks for them."""
    while tuner.next_trial():
        tuner.run_experiment(experiment_fn)
