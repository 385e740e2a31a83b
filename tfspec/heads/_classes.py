"""Classes by number and by name, for the heads that classify."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.heads._keys import ExportKeys, PredictionKeys
from tfspec.heads._tensors import scope
from tfspec.spec import ClassificationOutput, PredictOutput

DEFAULT_SIGNATURE: str = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY

Vocabulary = Sequence[Any] | None


def numbers_of(labels: Any, vocabulary: Sequence[Any]) -> Any:
    """Labels (dense or sparse strings) as their int64 positions in `vocabulary`, -1 if unknown."""
    with scope(None, "class_id_lookup"):
        keys = tf.constant(vocabulary, tf.string)
        positions = tf.range(len(vocabulary), dtype=tf.int64)
        initializer = tf.lookup.KeyValueTensorInitializer(keys, positions)
        return tf.lookup.StaticHashTable(initializer, default_value=-1).lookup(labels)


def names_of(class_ids: tf.Tensor, vocabulary: Vocabulary) -> tf.Tensor:
    """The names of classes: from the vocabulary, or their numbers as strings."""
    if vocabulary is None:
        return tf.strings.as_string(class_ids, name="str_classes")
    return tf.gather(tf.constant(vocabulary, tf.string), class_ids, name="str_classes")


def all_numbers(logits: tf.Tensor, n_classes: Any) -> tf.Tensor:
    """`[0, 1, ... n_classes - 1]` for each example, `[batch, n_classes]`, int32."""
    return _for_each_example(tf.range(n_classes), logits)


def all_names(logits: tf.Tensor, n_classes: Any, vocabulary: Vocabulary) -> tf.Tensor:
    """The names of all classes for each example, `[batch, n_classes]`."""
    if vocabulary is None:
        return _for_each_example(tf.strings.as_string(tf.range(n_classes)), logits)
    return _for_each_example(tf.constant(vocabulary, tf.string), logits)


def _for_each_example(row: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.tile(tf.expand_dims(row, 0), [tf.shape(logits)[0], 1])


def predicted(
    keys: Sequence[str], logits: tf.Tensor, per_class: tf.Tensor, vocabulary: Vocabulary
) -> dict[str, tf.Tensor]:
    """The predictions of a head whose classes exclude each other.

    Args:
        keys: What to predict.
        logits: What is predicted as `logits`.
        per_class: Logits for each class, `[D0, D1, ... DN, n_classes]`.
        vocabulary: The names of the classes.
    """
    n_classes = per_class.shape[-1] or tf.shape(per_class)[-1]

    @functools.cache
    def class_ids() -> tf.Tensor:
        return tf.expand_dims(tf.argmax(per_class, axis=-1, name="class_ids"), axis=-1)

    make = {
        PredictionKeys.LOGITS: lambda: logits,
        PredictionKeys.LOGISTIC: lambda: tf.sigmoid(logits, name="logistic"),
        PredictionKeys.PROBABILITIES: lambda: tf.nn.softmax(per_class, name="probabilities"),
        PredictionKeys.CLASS_IDS: class_ids,
        PredictionKeys.CLASSES: lambda: names_of(class_ids(), vocabulary),
        PredictionKeys.ALL_CLASS_IDS: lambda: all_numbers(logits, n_classes),
        PredictionKeys.ALL_CLASSES: lambda: all_names(logits, n_classes, vocabulary),
    }
    with scope("predictions"):
        return {key: make[key]() for key in keys}


def export_outputs(
    predictions: Mapping[str, tf.Tensor], n_classes: Any, vocabulary: Vocabulary
) -> dict[str, Any]:
    """The signatures of a classifier: by default, and as `classification`, scores and classes."""
    scores = predictions[PredictionKeys.PROBABILITIES]
    classified = ClassificationOutput(
        scores=scores, classes=all_names(scores, n_classes, vocabulary)
    )
    return {
        DEFAULT_SIGNATURE: classified,
        ExportKeys.CLASSIFY: classified,
        ExportKeys.PREDICT: PredictOutput(dict(predictions)),
    }
