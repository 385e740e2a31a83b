"""Runs one fidelity model under one implementation and observes it.

Everything here works the same with the original `tf.estimator` and with tfspec.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import platform
import random
import shutil
from typing import Any

from tests.fidelity import observe
from tests.fidelity.case import Case, make

SEED = 20240229
STEPS = 30  # trained from the start
RESUMED_STEPS = 36  # trained to, from the checkpoint at STEPS
EVERY = 10  # steps between log lines and between summaries
SAVE_EVERY = 15

# Kernels choose code by the CPU's features and the number of threads; these settings make the same
# numbers come out on x86 machines with the same caches. They are set before TensorFlow is loaded.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
}


def namespaces(implementation: str) -> tuple[Any, Any]:
    """Returns `tensorflow.compat.v1` and the estimator namespace of an implementation."""
    os.environ.update(ENVIRONMENT)
    os.environ.pop("TF_CONFIG", None)
    if implementation == "tfspec":
        os.environ["TF_USE_LEGACY_KERAS"] = "1"
    else:  # 2.15 comes with Keras 2 and would look for a tf_keras
        os.environ.pop("TF_USE_LEGACY_KERAS", None)
    import tensorflow as tf

    if implementation == "original":
        return tf.compat.v1, tf.estimator
    import tfspec.estimator

    return tf.compat.v1, tfspec.estimator


def certificate(tf: Any, estimator: Any) -> dict[str, Any]:
    """Where a recording comes from."""
    return {
        "script": "python -m tests.fidelity.record",
        "estimator": estimator.Estimator.__module__,
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processor": processor(),
        "seed": SEED,
        "environment": ENVIRONMENT,
    }


def processor() -> str:
    """What kernels choose their code by, and the size of the blocks that they sum up in."""
    cpu = pathlib.Path("/sys/devices/system/cpu/cpu0/cache")
    caches = [path.read_text().strip() for path in sorted(cpu.glob("index*/size"))]
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # no Linux
        return platform.processor()
    facts = {key.strip(): value.strip() for key, _, value in (x.partition(":") for x in lines)}
    kind = [facts.get(key, "") for key in ("vendor_id", "cpu family", "model", "stepping")]
    flags = hashlib.sha256(facts.get("flags", "").encode()).hexdigest()[:8]
    return " ".join([*kind, *caches, flags])


def run_case(
    tf: Any, estimator: Any, name: str, work: pathlib.Path, attempts: int = 1
) -> dict[str, Any]:
    """Runs one model in every way and returns the observations.

    Args:
      tf: the module `tensorflow.compat.v1`.
      estimator: `tf.estimator` or `tfspec.estimator`.
      name: one of `NAMES`.
      work: a directory for model directories and other files.
      attempts: how often to try for a run on schedule, see `_run_on_schedule`.
    """
    case = _make(tf, estimator, name, work)
    return {
        "certificate": certificate(tf, estimator),
        **_train_observed(tf, estimator, case, work / "observed"),
        **_run_on_schedule(tf, estimator, case, work, attempts),
    }


def resume_case(
    tf: Any, estimator: Any, name: str, work: pathlib.Path, checkpoint: pathlib.Path
) -> dict[str, Any]:
    """Evaluates, predicts and trains on from a checkpoint that somebody wrote at STEPS."""
    case = _make(tf, estimator, name, work)
    shutil.copytree(checkpoint, work / "resumed")
    resumed = _estimator(estimator, case, work / "resumed")
    observed = {
        "certificate": certificate(tf, estimator),
        "metrics": observe.plain(resumed.evaluate(case.eval_input)),
        "predictions": observe.plain(list(resumed.predict(case.predict_input))),
    }
    losses: list[float] = []
    resumed.train(case.train_input, hooks=[_loss_hook(tf, losses)], max_steps=RESUMED_STEPS)
    observed["resumed_losses"] = losses
    observed["resumed_checkpoint"] = observe.checkpoint(tf, resumed.latest_checkpoint())
    return observed


def _make(tf: Any, estimator: Any, name: str, work: pathlib.Path) -> Case:
    # Keras draws the seeds of its initializers from Python's generator.
    random.seed(SEED)
    (work / "files").mkdir(parents=True)
    return make(name, tf, estimator, work / "files")


def _estimator(estimator: Any, case: Case, model_dir: pathlib.Path) -> Any:
    config = estimator.RunConfig(
        tf_random_seed=SEED,
        log_step_count_steps=EVERY,
        save_summary_steps=EVERY,
        save_checkpoints_steps=SAVE_EVERY,
    )
    return estimator.Estimator(case.model_fn, str(model_dir), config=config, params=case.params)


def _loss_hook(tf: Any, losses: list[float]) -> Any:
    """A hook as users write them: it fetches the loss and the global step in every step."""

    class LossHook(tf.train.SessionRunHook):
        def begin(self):
            self._loss = tf.get_collection(tf.GraphKeys.LOSSES)[-1]

        def before_run(self, run_context):
            return tf.train.SessionRunArgs([self._loss, tf.train.get_global_step()])

        def after_run(self, run_context, run_values):
            losses.append(run_values.results[0].item())

    return LossHook()


def _train_observed(tf: Any, estimator: Any, case: Case, model_dir: pathlib.Path) -> dict[str, Any]:
    """Trains with a hook that sees every step, stops, and trains on from the checkpoint."""
    first: list[float] = []
    resumed: list[float] = []
    trained = _estimator(estimator, case, model_dir)
    trained.train(case.train_input, hooks=[_loss_hook(tf, first)], max_steps=STEPS)
    trained.train(case.train_input, hooks=[_loss_hook(tf, resumed)], max_steps=RESUMED_STEPS)
    return {
        "losses": first,
        "resumed_losses": resumed,
        "resumed_checkpoint": observe.checkpoint(tf, trained.latest_checkpoint()),
    }


def _run_on_schedule(
    tf: Any, estimator: Any, case: Case, work: pathlib.Path, attempts: int
) -> dict[str, Any]:
    """Repeats `_run_defaults` until the summaries come at their regular steps.

    The original reads the global step while the train op increments it, so on a busy machine it
    now and then writes a summary one step early. Such a run is no reference.
    """
    for attempt in range(attempts):
        observed = _run_defaults(tf, estimator, case, work / f"defaults_{attempt}")
        if [step for step, tag, _ in observed["events"] if tag == "loss"] == [1, 11, 21]:
            break
    return observed


def _run_defaults(tf: Any, estimator: Any, case: Case, model_dir: pathlib.Path) -> dict[str, Any]:
    """Trains, evaluates and predicts without hooks of the user."""
    random.seed(SEED)
    with observe.LogLines(model_dir) as log:
        trained = _estimator(estimator, case, model_dir)
        trained.train(case.train_input, max_steps=STEPS)
        metrics = trained.evaluate(case.eval_input)
        short_metrics = trained.evaluate(case.eval_input, steps=2, name="short")
        predictions = list(trained.predict(case.predict_input))
    return {
        "log": log.lines,
        "metrics": observe.plain(metrics),
        "short_metrics": observe.plain(short_metrics),
        "predictions": observe.plain(predictions),
        "checkpoint": observe.checkpoint(tf, trained.latest_checkpoint()),
        "variable_names": trained.get_variable_names(),
        "events": observe.events(tf, model_dir),
        "eval_events": observe.events(tf, model_dir / "eval"),
        "short_eval_events": observe.events(tf, model_dir / "eval_short"),
        "files": observe.files(model_dir),
        **observe.graph(tf, model_dir / "graph.pbtxt"),
    }
