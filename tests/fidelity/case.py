"""What one fidelity model consists of, and where its data come from."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

DATA = pathlib.Path(__file__).parent / "data"

# One module of tests.fidelity.models each.
NAMES = (
    "linear",
    "mlp",
    "cnn",
    "rnn",
    "while_loop",
    "dropout",
    "batch_norm",
    "embedding",
    "custom_optimizer",
    "augmented_dataset",
    "queue_input",
    "py_func",
    "partitioned",
    "moving_average",
    "keras_layers",
)


@dataclasses.dataclass(frozen=True)
class Case:
    """A TF1 model and the input functions it is trained, evaluated and asked with."""

    model_fn: Callable[..., Any]
    train_input: Callable[[], Any]
    eval_input: Callable[[], Any]
    predict_input: Callable[[], Any]
    params: dict[str, Any] | None = None


def make(name: str, tf: Any, estimator: Any, files: pathlib.Path) -> Case:
    """Builds the case `name` for one TensorFlow and one estimator namespace.

    Args:
      name: one of `NAMES`.
      tf: the module `tensorflow.compat.v1`.
      estimator: `tf.estimator` or `tfspec.estimator`.
      files: a directory for files that the model reads (vocabularies).
    """
    module = importlib.import_module(f"tests.fidelity.models.{name}")
    return module.make(tf, estimator, files)


@functools.cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """600 handwritten digits (UCI "Optical Recognition of Handwritten Digits", as scikit-learn
    ships them): float32 images [600, 8, 8] in [0, 1] and int32 labels [600]."""
    with np.load(DATA / "digits.npz") as stored:
        return stored["images"].astype(np.float32) / 16, stored["labels"]


def split(part: str) -> tuple[np.ndarray, np.ndarray]:
    """The digits of one part: `train` (first 400), `eval` (next 150), `predict` (last 50)."""
    images, labels = digits()
    rows = {"train": slice(0, 400), "eval": slice(400, 550), "predict": slice(550, 600)}[part]
    return images[rows], labels[rows]
