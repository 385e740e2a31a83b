"""What the tests of heads share: a head per task with a batch, and ways to run a head."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import heads

v1 = tf.compat.v1


@dataclasses.dataclass(frozen=True)
class Task:
    """A head and a batch for it."""

    make: Callable[..., heads.Head]
    logits: Any
    labels: Any

    def batch(self, start: int, stop: int) -> tuple[Any, Any]:
        """Labels and logits of some of the examples."""
        pick = lambda value: value[start:stop]  # noqa: E731
        return tf.nest.map_structure(pick, self.labels), pick(self.logits)


def several(**options: Any) -> heads.MultiHead:
    """A head of two tasks."""
    parts = [
        heads.BinaryClassHead(name="yes", **options),
        heads.RegressionHead(2, name="much", **options),
    ]
    return heads.MultiHead(parts, head_weights=[1.0, 0.5])


_RANDOM = np.random.RandomState(7)
_ONE, _TWO, _THREE = (_RANDOM.normal(size=(6, n)).astype(np.float32) for n in (1, 2, 3))
_BITS = np.array([[0], [1], [1], [0], [1], [0]])
_MULTI_HOT = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 1], [0, 0, 1], [1, 0, 1], [0, 1, 0]])

TASKS = {
    "binary": Task(heads.BinaryClassHead, _ONE, _BITS),
    "classes": Task(
        lambda **options: heads.MultiClassHead(3, **options),
        _THREE,
        np.array([[0], [2], [1], [1], [2], [0]]),
    ),
    "labels": Task(lambda **options: heads.MultiLabelHead(3, **options), _THREE, _MULTI_HOT),
    "regression": Task(lambda **options: heads.RegressionHead(2, **options), _TWO, _TWO[::-1]),
    "poisson": Task(heads.PoissonRegressionHead, _ONE, np.float32([[0], [3], [1], [4], [2], [2]])),
    "logistic": Task(heads.LogisticRegressionHead, _ONE, np.float32(_BITS * 0.8 + 0.1)),
    "several": Task(several, _THREE, {"yes": _BITS, "much": _TWO}),
}
SINGLE = [name for name in TASKS if name != "several"]


def loss_of(head: heads.Head, eager: bool, labels: Any, logits: Any, features: Any = None) -> float:
    """The loss of a batch, computed eagerly or in a graph."""
    if eager:
        return float(head.loss(labels, logits, features))
    with tf.Graph().as_default(), v1.Session() as session:
        loss = head.loss(labels, logits, features)
        session.run(v1.tables_initializer())
        return float(session.run(loss))


def results(metrics: Mapping[str, Any]) -> dict[str, float]:
    """The values of Keras metrics."""
    return {key: float(metric.result()) for key, metric in metrics.items()}


def initialize(session: v1.Session) -> None:
    """Runs all initializers of the session's graph."""
    session.run(
        [
            v1.global_variables_initializer(),
            v1.local_variables_initializer(),
            v1.tables_initializer(),
        ]
    )


def summaries(session: v1.Session, feed: Mapping[Any, Any] | None = None) -> dict[str, float]:
    """The scalar summaries of the session's graph, by tag."""
    events = session.run(v1.get_collection(v1.GraphKeys.SUMMARIES), feed)
    values = [value for event in events for value in v1.Summary.FromString(event).value]
    return {value.tag: value.simple_value for value in values}
