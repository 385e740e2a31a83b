"""Runs heads over random batches and writes what they say as JSON.

    python -m tests.heads.record --implementation original --out tests/heads/data/original.json

run in an environment with TensorFlow 2.15.1 made the committed recording. The tests run the same
cases on tfspec and compare. `v2` heads are the public ones; `v1` heads are those which the original
keeps to its `tf.compat.v1` canned estimators.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

BATCHES, BATCH = 2, 6
VOCABULARY = ("ash", "birch", "cedar")
REGULARIZATION = (0.25, 0.5)
V1_REDUCTIONS = (
    "weighted_sum",
    "weighted_mean",
    "weighted_sum_over_batch_size",
    "weighted_sum_by_nonzero_weights",
)

# name: (kind of head, arguments of its constructor)
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "binary": ("binary", {}),
    "binary_thresholds": ("binary", {"thresholds": (0.25, 0.6), "weight_column": "w"}),
    "binary_named": ("binary", {"name": "mine"}),
    "binary_names": ("binary", {"label_vocabulary": VOCABULARY[:2]}),
    "classes": ("classes", {"n_classes": 3}),
    "classes_names": (
        "classes",
        {"n_classes": 3, "label_vocabulary": VOCABULARY, "weight_column": "w"},
    ),
    "regression": ("regression", {}),
    "regression_two": ("regression", {"label_dimension": 2, "weight_column": "w"}),
    "regression_each": ("regression", {"label_dimension": 2, "weight_column": "w2"}),
    **{
        f"{kind}_{reduction}": (kind, {"loss_reduction": reduction, "weight_column": "w", **more})
        for reduction in ("sum", "auto", *V1_REDUCTIONS)
        for kind, more in (
            ("binary", {}),
            ("regression", {"label_dimension": 2}),
        )
    },
    "labels": ("labels", {"n_classes": 3}),
    "labels_each": (
        "labels",
        {
            "n_classes": 3,
            "weight_column": "w",
            "thresholds": (0.4,),
            "classes_for_class_based_metrics": (0, 2),
        },
    ),
    "labels_names": (
        "labels",
        {
            "n_classes": 3,
            "label_vocabulary": VOCABULARY,
            "classes_for_class_based_metrics": VOCABULARY[:1],
            "name": "trees",
        },
    ),
    "poisson": ("poisson", {"weight_column": "w"}),
    "poisson_short": ("poisson", {"compute_full_loss": False}),
    "logistic": ("logistic", {"weight_column": "w"}),
    "several": ("several", {"head_weights": (0.5, 2.0)}),
}
V1_KINDS = ("binary", "classes", "regression")


def names(flavour: str) -> list[str]:
    """The cases that exist in a flavour."""
    return [
        name
        for name, (kind, arguments) in CASES.items()
        if (flavour == "v2" or kind in V1_KINDS)
        and arguments.get("loss_reduction", "") not in V1_REDUCTIONS * (flavour == "v2")
        and arguments.get("loss_reduction", "") not in ("sum", "auto") * (flavour == "v1")
    ]


def batch(kind: str, arguments: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Logits, labels and weights of a batch."""
    random = np.random.RandomState(number)
    width = {"classes": 3, "labels": 3, "several": 3}.get(kind, arguments.get("label_dimension", 1))
    labels: Any
    match kind:
        case "classes":
            labels = random.randint(0, 3, (BATCH, 1))
        case "labels":
            labels = random.randint(0, 2, (BATCH, 3))
        case "regression":
            labels = random.normal(size=(BATCH, width)).astype(np.float32)
        case "logistic":
            labels = random.uniform(size=(BATCH, 1)).astype(np.float32)
        case "poisson":
            labels = random.poisson(3, (BATCH, 1)).astype(np.float32)
        case "several":
            labels = {
                "yes": random.randint(0, 2, (BATCH, 1)),
                "much": random.normal(size=(BATCH, 2)).astype(np.float32),
            }
        case _:
            labels = random.randint(0, 2, (BATCH, 1))
    if "label_vocabulary" in arguments and kind != "labels":
        labels = np.array(arguments["label_vocabulary"], object)[labels]
    return {
        "logits": random.normal(scale=2, size=(BATCH, width)).astype(np.float32),
        "labels": labels,
        "w": random.choice([0, 0.5, 1, 2.5], (BATCH, 1)).astype(np.float32),
        "w2": random.uniform(size=(BATCH, 2)).astype(np.float32),
    }


def observe(make_head: Callable[[], Any], name: str) -> dict[str, Any]:
    """What a head says of the batches of a case: in a graph, one feed after the other."""
    import tensorflow as tf

    v1 = tf.compat.v1
    kind, arguments = CASES[name]
    batches = [batch(kind, arguments, number) for number in range(BATCHES)]
    seen: dict[str, Any] = {}
    for mode in ("infer", "eval", "train"):
        with tf.Graph().as_default():
            fed = tf.nest.map_structure(
                lambda value: v1.placeholder(
                    tf.string if value.dtype == object else value.dtype, (None, value.shape[1])
                ),
                batches[0],
            )
            spec = make_head().create_estimator_spec(
                {"w": fed["w"], "w2": fed["w2"]},
                mode,
                fed["logits"],
                labels=None if mode == "infer" else fed["labels"],
                train_op_fn=(lambda loss: tf.no_op()) if mode == "train" else None,
                regularization_losses=[tf.constant(value) for value in REGULARIZATION],
            )
            predicted = spec.predictions if mode == "infer" else {}
            fetches = {
                "predictions": {str(key): value for key, value in predicted.items()},
                "loss": [] if spec.loss is None else spec.loss,
                "updates": [update for _, update in spec.eval_metric_ops.values()],
                "summaries": v1.get_collection(v1.GraphKeys.SUMMARIES),
            }
            values = {key: value for key, (value, _) in spec.eval_metric_ops.items()}
            with v1.Session() as session:
                session.run([v1.local_variables_initializer(), v1.tables_initializer()])
                for number, arrays in enumerate(batches):
                    placeholders, given = tf.nest.flatten(fed), tf.nest.flatten(arrays)
                    found = session.run(fetches, dict(zip(placeholders, given, strict=True)))
                    found["summaries"] = dict(map(_scalar, found["summaries"]))
                    found["metrics"] = session.run(values)
                    del found["updates"]
                    seen[f"{mode} {number}"] = _plain(found)
            seen[f"{mode} exports"] = _exports(spec.export_outputs)
    return seen


def _scalar(event: bytes) -> tuple[str, float]:
    import tensorflow as tf

    (value,) = tf.compat.v1.Summary.FromString(event).value
    return value.tag, value.simple_value


def _exports(outputs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Of each signature its class and, by output, data type and width."""
    described = {}
    for key, output in sorted((outputs or {}).items()):
        signature = output.as_signature_def(_inputs())
        described[key] = [signature.method_name] + [
            f"{name}: {value.dtype} {[size.size for size in value.tensor_shape.dim]}"
            for name, value in sorted(signature.outputs.items())
        ]
    return described


def _inputs() -> dict[str, Any]:
    import tensorflow as tf

    return {"examples": tf.compat.v1.placeholder(tf.string, [None])}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in sorted(value.items())}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


def original_head(flavour: str, name: str) -> Any:
    """The head of a case, made by the original."""
    import tensorflow as tf
    from tensorflow_estimator.python.estimator.canned import head as private

    estimator = tf.estimator
    kind, arguments = CASES[name]
    if kind == "several":
        heads = [
            estimator.BinaryClassHead(name="yes"),
            estimator.RegressionHead(2, name="much"),
        ]
        return estimator.MultiHead(heads, **arguments)
    makers = {
        "binary": estimator.BinaryClassHead,
        "classes": estimator.MultiClassHead,
        "labels": estimator.MultiLabelHead,
        "regression": estimator.RegressionHead,
        "poisson": estimator.PoissonRegressionHead,
        "logistic": estimator.LogisticRegressionHead,
    }
    if flavour == "v1":
        makers = {
            "binary": private._binary_logistic_head_with_sigmoid_cross_entropy_loss,
            "classes": private._multi_class_head_with_softmax_cross_entropy_loss,
            "regression": private._regression_head,
        }
    return makers[kind](**arguments)


def tfspec_head(flavour: str, name: str) -> Any:
    """The head of a case, made by tfspec."""
    from tfspec import heads

    kind, arguments = CASES[name]
    if kind == "several":
        parts = [heads.BinaryClassHead(name="yes"), heads.RegressionHead(2, name="much")]
        return heads.MultiHead(parts, **arguments)
    maker = {
        "binary": heads.BinaryClassHead,
        "classes": heads.MultiClassHead,
        "labels": heads.MultiLabelHead,
        "regression": heads.RegressionHead,
        "poisson": heads.PoissonRegressionHead,
        "logistic": heads.LogisticRegressionHead,
    }[kind]
    if flavour == "v2":
        return maker(**arguments)
    arguments = dict(arguments)
    reduction = arguments.pop("loss_reduction", "weighted_sum")
    return heads.v1_head(maker(**arguments), reduction)


def main() -> None:
    """Writes the recording of one implementation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--implementation", choices=("original", "tfspec"), required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["TF_USE_LEGACY_KERAS"] = str(int(options.implementation == "tfspec"))
    make = original_head if options.implementation == "original" else tfspec_head
    recorded = {
        f"{flavour} {name}": observe(lambda f=flavour, n=name: make(f, n), name)
        for flavour in ("v2", "v1")
        for name in names(flavour)
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(recorded, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
