"""A hook that evaluates in the training process, on the training session's values."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow as tf

from tfspec import _checks, _tf, runner
from tfspec.graph import Program, trace_scope
from tfspec.spec import ModeKeys

v1 = tf.compat.v1


class InMemoryEvaluatorHook(v1.train.SessionRunHook):
    """Evaluates before training, every few iterations, and at its end, without checkpoints.

    The evaluation has a graph of its own, which is built and compiled once. Each time it gets
    the values that the variables of the same names have in training; a variable that is not
    in the training graph starts from its initializer. What evaluation does to a variable
    stays without effect on training. Results go to `estimator.eval_dir(name)`.

    It supports one machine, and no `Scaffold` of the evaluation with its own saver or init_fn.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        estimator: Any,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Iterable[v1.train.SessionRunHook] | None = None,
        name: str | None = None,
        every_n_iter: int = 100,
    ):
        """Checks the arguments.

        Args:
          estimator: the Estimator that is trained.
          input_fn: function that returns the evaluation data, as for `Estimator.evaluate`.
          steps: batches to evaluate; None for all there are.
          hooks: hooks that run in the evaluation session.
          name: name of the evaluation, which becomes part of its directory.
          every_n_iter: training iterations between two evaluations.

        Raises:
          ValueError: `every_n_iter` or `steps` isn't positive, or the estimator's
            configuration describes a cluster.
          TypeError: an argument has the wrong type.
        """
        _checks.check_estimator(estimator)
        if not callable(input_fn):
            raise TypeError(f"`input_fn` must be callable, given: {input_fn!r}")
        if every_n_iter is None or every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}. It must be above zero.")
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        config = estimator.config
        if config.num_ps_replicas > 0 or config.num_worker_replicas > 1:
            raise ValueError(
                "InMemoryEvaluator supports only single machine (aka Local) setting. Given: "
                f"{config.num_worker_replicas} workers and {config.num_ps_replicas} parameter "
                "servers. In a cluster, let a task of type `evaluator` evaluate checkpoints."
            )
        self._estimator = estimator
        self._input_fn = input_fn
        self._steps = steps
        self._hooks = _checks.check_all(hooks, "hooks", v1.train.SessionRunHook)
        self._name = name
        self._every_n_iter = every_n_iter

    def begin(self) -> None:
        """Builds the graph of the evaluation beside the training graph, the default one."""
        has_step = v1.train.get_global_step() is not None
        self._global_step = _tf.global_step_read() if has_step else None
        trained = {variable.name: variable for variable in v1.global_variables()}
        _check_saveables()
        job = self._estimator._job(self._input_fn)
        with runner.graph_scope(job, ModeKeys.EVAL) as graph:
            traced = runner.trace(job, ModeKeys.EVAL, graph)
            _check_scaffold(traced.spec.scaffold)
            shared = [v for v in v1.global_variables() if v.name in trained]
            self._feeds = {v.name: v1.placeholder(v.dtype, v.shape) for v in shared}
            self._load = tf.group(*(v1.assign(v, self._feeds[v.name]) for v in shared))
            scaffold = v1.train.Scaffold(
                init_fn=self._load_values, copy_from_scaffold=traced.spec.scaffold
            )
            traced = dataclasses.replace(traced, spec=traced.spec._replace(scaffold=scaffold))
            self._evaluation = runner.Evaluation(job, traced)
        self._graph = graph
        self._program = Program(graph)
        self._trained = {name: trained[name] for name in self._feeds}
        self._iterations = self._evaluated_at = 0
        self._step_before_run: int | None = None

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Evaluates the values with which training starts."""
        self._evaluate(session)

    def steps_until_due(self, global_step: int, seconds_per_step: float) -> int:
        """How many steps the runner may take before this hook has to see one."""
        self._step_before_run = global_step
        return max(1, self._evaluated_at + self._every_n_iter - self._iterations)

    def before_run(self, run_context: Any) -> Any:
        return v1.train.SessionRunArgs(self._global_step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._iterations += self._iterations_of_run(run_values.results)
        if self._iterations - self._evaluated_at >= self._every_n_iter:
            self._evaluate(run_context.session)

    def end(self, session: Any) -> None:
        """Evaluates the values with which training ends."""
        self._evaluate(session)
        self._program.close()

    def _iterations_of_run(self, global_step: int | None) -> int:
        """How many iterations a run was; more than one only where the runner asked us before."""
        before, self._step_before_run = self._step_before_run, None
        if before is None or global_step is None:
            return 1
        return max(1, int(global_step) - before + 1)  # fetched as it was before the last step

    def _load_values(self, scaffold: Any, session: Any) -> None:
        feeds = {self._feeds[name]: value for name, value in self._values.items()}
        session.run(self._load, feed_dict=feeds)

    def _evaluate(self, session: Any) -> None:
        self._evaluated_at = self._iterations
        self._values = session.run(self._trained)
        with self._graph.as_default(), trace_scope():
            results = self._evaluation.run(self._steps, self._hooks, program=self._program)
        self._values = {}
        runner.write_results(self._estimator.eval_dir(self._name), results)


def _check_saveables() -> None:
    saveables = v1.get_collection(v1.GraphKeys.SAVEABLE_OBJECTS)
    if saveables:
        raise ValueError(
            "InMemoryEvaluator does not support saveables other than global variables. "
            f"Given: {saveables}"
        )


def _check_scaffold(scaffold: v1.train.Scaffold) -> None:
    for part in ("saver", "init_fn"):
        if getattr(scaffold, part):
            raise ValueError(
                f"InMemoryEvaluator does not support custom {part}. Leave it out of the "
                "Scaffold that model_fn returns for evaluation."
            )
