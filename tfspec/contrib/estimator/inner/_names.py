"""The interface of heads, heads that sum losses, optimizers by name, the step of a checkpoint."""

from __future__ import annotations

import abc
import functools
from typing import Any

import tensorflow as tf

from tfspec.contrib import estimator as contrib_estimator
from tfspec.contrib.layers import OPTIMIZER_CLS_NAMES

v1 = tf.compat.v1

_OPTIMIZERS = ("Adagrad", "Adam", "Ftrl", "RMSProp", "SGD")


class _Head(abc.ABC):
    """The interface of a head of TensorFlow 1, to derive from."""

    @property
    @abc.abstractmethod
    def name(self) -> str | None: ...

    @property
    @abc.abstractmethod
    def logits_dimension(self) -> int: ...

    @abc.abstractmethod
    def create_loss(self, features: Any, mode: str, logits: Any, labels: Any) -> Any: ...

    @abc.abstractmethod
    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        train_op_fn: Any = None,
        regularization_losses: Any = None,
    ) -> Any: ...


# As tf.contrib.estimator has them, but that losses are summed.
_summing = {"loss_reduction": v1.losses.Reduction.SUM}
binary_head = functools.partial(contrib_estimator.binary_classification_head, **_summing)
multi_class_head = functools.partial(contrib_estimator.multi_class_head, **_summing)
regression_head = functools.partial(contrib_estimator.regression_head, **_summing)


def classification_head(
    n_classes: int,
    weight_column: Any = None,
    label_vocabulary: Any = None,
    loss_reduction: str = v1.losses.Reduction.SUM,
) -> Any:
    """A head for two classes, or for several."""
    settings = {
        "weight_column": weight_column,
        "label_vocabulary": label_vocabulary,
        "loss_reduction": loss_reduction,
    }
    return binary_head(**settings) if n_classes == 2 else multi_class_head(n_classes, **settings)


def get_optimizer_instance(opt: Any, learning_rate: float | None = None) -> Any:
    """An optimizer of tf.train, from its name, a function that makes it, or itself.

    Raises:
        ValueError: no such name, no optimizer, or a name without a learning rate.
    """
    if isinstance(opt, str):
        if opt not in _OPTIMIZERS:
            raise ValueError(
                f"Unsupported optimizer name: {opt}. Supported names are: {_OPTIMIZERS}"
            )
        if not learning_rate:
            raise ValueError("learning_rate must be specified when opt is string.")
        return OPTIMIZER_CLS_NAMES[opt](learning_rate=learning_rate)
    if callable(opt) and not isinstance(opt, type):
        opt = opt()
    if not isinstance(opt, v1.train.Optimizer):
        raise ValueError(f"The given object is not an Optimizer instance. Given: {opt}")
    return opt


def global_step_in(checkpoint_dir: str) -> int:
    """The step of the newest checkpoint in a folder, 0 where there is none that has one."""
    try:
        return int(tf.train.load_variable(checkpoint_dir, v1.GraphKeys.GLOBAL_STEP))
    except (tf.errors.OpError, ValueError):
        return 0
