"""A model whose training can be followed on paper, and what tests hang onto it.

One weight w, which starts at 1 and is drawn towards 2 by gradient descent: after n steps
w = 2 - 0.98 ** n, and the loss is 0.98 ** (2 * n).
"""

from __future__ import annotations

import tensorflow as tf

import tfspec.estimator as tfe

v1 = tf.compat.v1


def weight(steps: int) -> float:
    return 2 - 0.98**steps


def loss(steps: int) -> float:
    return 0.98 ** (2 * steps)


def model_fn(features, labels, mode):
    w = v1.get_variable("w", initializer=1.0)
    error = tf.reduce_mean((w * features - 2.0) ** 2)
    optimizer = v1.train.GradientDescentOptimizer(0.01)
    return tfe.EstimatorSpec(
        mode,
        loss=error,
        train_op=optimizer.minimize(error, v1.train.get_global_step()),
        predictions={"y": w * features},
        eval_metric_ops={"weight": v1.metrics.mean(w)},
    )


def ones(count: int | None = None):
    """An input_fn of `count` batches, endless with None."""
    return lambda: tf.data.Dataset.from_tensors([1.0]).repeat(count)


def serving_fn():
    x = v1.placeholder(tf.float32, [None], name="x")
    return tfe.export.TensorServingInputReceiver(x, x)


def estimator(model_dir, save_every: int | None = 10, **config) -> tfe.Estimator:
    return tfe.Estimator(
        model_fn, str(model_dir), tfe.RunConfig(save_checkpoints_steps=save_every, **config)
    )


class RecordingExporter(tfe.Exporter):
    """Notes every call down and returns how many there were."""

    def __init__(self, name: str = "recording"):
        self._name = name
        self.calls: list[dict] = []

    @property
    def name(self) -> str:
        return self._name

    def export(self, **call):
        self.calls.append(call)
        return len(self.calls)

    @property
    def steps(self) -> list[int]:
        return [int(call["eval_result"]["global_step"]) for call in self.calls]

    @property
    def final(self) -> list[bool]:
        return [call["is_the_final_export"] for call in self.calls]
