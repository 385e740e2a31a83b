"""Every metric class that Keras 2 and Keras 3 share, evaluated in one Estimator."""

from __future__ import annotations

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf_keras

from tfspec.estimator import Estimator, EstimatorSpec

# How to make those that need arguments.
ARGUMENTS = {
    "BinaryIoU": {"target_class_ids": [0, 1]},
    "IoU": {"num_classes": 4, "target_class_ids": [0, 2]},
    "MeanIoU": {"num_classes": 4},
    "OneHotIoU": {"num_classes": 4, "target_class_ids": [0, 2]},
    "OneHotMeanIoU": {"num_classes": 4},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "SparseTopKCategoricalAccuracy": {"k": 2},
    "TopKCategoricalAccuracy": {"k": 2},
}
# What they compare; the others compare one-hot labels with distributions.
IDS = {"SparseCategoricalAccuracy", "SparseCategoricalCrossentropy",
       "SparseTopKCategoricalAccuracy"}
TWO_IDS = {"Accuracy", "IoU", "MeanIoU"}
FLAGS = {"AUC", "BinaryAccuracy", "BinaryCrossentropy", "BinaryIoU", "FalseNegatives",
         "FalsePositives", "Precision", "PrecisionAtRecall", "Recall", "RecallAtPrecision",
         "SensitivityAtSpecificity", "SpecificityAtSensitivity", "TrueNegatives", "TruePositives"}

# In a graph, Keras 2 doesn't update the variables of these: the original shows 0 or NaN too.
LOST = {"F1Score", "FBetaScore", "R2Score"}

# Classes that Keras 3 doesn't have, should `keras` be Keras 2.
ONLY_KERAS_2 = {"MeanRelativeError", "MeanTensor"}


def classes(module) -> set[str]:
    metrics = module.metrics
    found = {name for name in dir(metrics) if inspect.isclass(getattr(metrics, name))}
    return found - {"Metric", "MeanMetricWrapper"}


NAMES = sorted((classes(keras) & classes(tf_keras)) - ONLY_KERAS_2)
IS_KERAS_3 = int(keras.__version__.split(".")[0]) >= 3  # as of TensorFlow 2.16


def updated(module, name, data):
    metric = getattr(module.metrics, name)(**ARGUMENTS.get(name, {}))
    weights = None if "IoU" in name else data["weights"]
    if name in ("Mean", "Sum"):
        metric.update_state(data["numbers"], weights)
    elif name in TWO_IDS:
        metric.update_state(data["ids"], data["other_ids"])
    elif name in IDS:
        metric.update_state(data["ids"], data["scores"], weights)
    elif name in FLAGS:
        metric.update_state(data["flags"], data["numbers"])
    else:
        metric.update_state(data["one_hot"], data["scores"], weights)
    return metric


def table() -> dict[str, np.ndarray]:
    random = np.random.RandomState(4)
    ids = random.randint(0, 4, 32)
    scores = random.rand(32, 4).astype(np.float32)
    return {
        "ids": ids, "other_ids": random.randint(0, 4, 32), "flags": ids[:, None] > 1,
        "one_hot": np.eye(4, dtype=np.float32)[ids],
        "scores": scores / scores.sum(1, keepdims=True),
        "numbers": random.rand(32, 1).astype(np.float32),
        "weights": random.rand(32).astype(np.float32),
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The values of all of them, by Keras's name and the class's, after one pass."""

    def model_fn(features, labels, mode):
        metrics = {
            f"{module.__name__}.{name}": updated(module, name, features)
            for module in (keras, tf_keras) for name in NAMES
        }
        return EstimatorSpec(mode, loss=tf.constant(1.0), eval_metric_ops=metrics)

    def input_fn():
        return tf.data.Dataset.from_tensor_slices(table()).batch(8)

    return Estimator(model_fn, str(tmp_path_factory.mktemp("model"))).evaluate(input_fn)


CASES = [(m, n) for m in (keras, tf_keras) for n in NAMES
         if n not in LOST or (m is keras and IS_KERAS_3)]


@pytest.mark.parametrize("module, name", CASES, ids=[f"{m.__name__}.{n}" for m, n in CASES])
def test_values_are_those_outside_of_estimators(results, module, name):
    expected = updated(tf_keras, name, table()).result().numpy()
    assert np.any(np.not_equal(expected, 0))
    np.testing.assert_allclose(results[f"{module.__name__}.{name}"], expected, rtol=1e-5)
