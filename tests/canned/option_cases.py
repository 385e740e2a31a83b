"""Arguments that few scripts give: heads, optimizers and schedules, partitions, warm starts."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.canned.cases import (
    BINARY,
    MULTI,
    NUMBER,
    POINTS,
    ROWS,
    TABLE,
    Case,
    Libraries,
    _deep,
    _wide,
    of,
)

GOLDEN = pathlib.Path(__file__).parent / "golden"
_LABELS = np.stack([BINARY, MULTI > 0, MULTI == 1], axis=1).astype(np.int64)
_SHARE = ((TABLE["age"] - 18) / 62).astype(np.float32)
_ALONE = {"age": TABLE["age"][:, np.newaxis]}  # more make the original's v2 baselines fail
_NAMES = np.array([b"low", b"mid", b"top"])[MULTI]


def _heads(lib: Libraries, config: Any) -> Any:
    heads = [lib.v2.MultiClassHead(3, name="kind"), lib.v2.RegressionHead(name="amount")]
    head = lib.v2.MultiHead(heads, [1.0, 0.5])
    return lib.v2.DNNEstimator(head, [4], _deep(lib.tf), config=config)


def _with_metrics(lib: Libraries, config: Any) -> Any:
    def more(features: Any, labels: Any, predictions: Any) -> dict[str, Any]:
        metric = lib.keras.metrics.Mean(name="mean_p")
        metric.update_state(predictions["probabilities"][:, 1] * features["weight"])
        return {"mean_p": metric}

    return lib.v2.add_metrics(lib.v2.LinearClassifier(_wide(lib.tf), config=config), more)


def _decaying(lib: Libraries) -> Any:
    step = lib.tf.compat.v1.train.get_global_step()
    rate = lib.tf.compat.v1.train.exponential_decay(0.1, step, 2, 0.5)
    return lib.tf.compat.v1.train.AdamOptimizer(rate)


def _scheduled(lib: Libraries) -> Any:
    rates = lib.keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    return lib.keras.optimizers.legacy.Adam(rates)


def _parts(tf: Any) -> Any:
    return tf.compat.v1.min_max_variable_partitioner(max_partitions=2, min_slice_size=16)


def _warm(lib: Libraries) -> Any:
    town = "linear/linear_model/town/weights"
    return lib.v2.WarmStartSettings(
        str(GOLDEN / "v2_linear_classifier"),
        vars_to_warm_start=".*(pair|size|town).*",
        var_name_to_prev_var_name={town: town},
    )


def _v2(name: str, build: Callable[[Libraries], tuple], labels: Any, **more: Any) -> Case:
    return Case(of("v2", name, build), labels, **more)


def _v1(name: str, build: Callable[[Libraries], tuple], labels: Any, **more: Any) -> Case:
    return Case(of("v1", name, build), labels, **more)


def _ftrl(lib: Libraries) -> Any:
    return lib.keras.optimizers.legacy.Ftrl(
        0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.1
    )


def _heads_of_v2() -> dict[str, Case]:
    return {
        "baseline_classifier": _v2(
            "BaselineClassifier", lambda lib: ((), {"n_classes": 3}), MULTI, features=_ALONE
        ),
        "baseline_regressor": _v2(
            "BaselineRegressor", lambda lib: ((), {}), NUMBER, features=_ALONE
        ),
        "baseline_estimator": _v2(
            "BaselineEstimator", lambda lib: ((lib.v2.BinaryClassHead(),), {"optimizer": "Adam"}),
            BINARY, features=_ALONE,
        ),
        "multi_label": _v2(
            "LinearEstimator",
            lambda lib: (
                (
                    lib.v2.MultiLabelHead(
                        3, thresholds=[0.3, 0.6], classes_for_class_based_metrics=[0, 2],
                        weight_column="weight",
                    ),
                    _wide(lib.tf),
                ),
                {"optimizer": lambda: _ftrl(lib), "sparse_combiner": "sqrtn"},
            ),
            _LABELS,
        ),
        "logistic": _v2(
            "DNNEstimator",
            lambda lib: (
                (lib.v2.LogisticRegressionHead(), [4], _deep(lib.tf)),
                {"optimizer": lambda: _scheduled(lib), "activation_fn": lib.tf.nn.tanh},
            ),
            _SHARE,
        ),
        "multi_head": Case(_heads, {"kind": MULTI, "amount": NUMBER}),
    }  # fmt: skip


def _of_v2() -> dict[str, Case]:
    return {
        "loss_sum": _v2(
            "DNNClassifier",
            lambda lib: (
                ([4, 3], _deep(lib.tf)),
                {
                    "n_classes": 3, "label_vocabulary": ["top", "low", "mid"],
                    "loss_reduction": lib.tf.losses.Reduction.SUM,
                    "weight_column": lib.tf.feature_column.numeric_column("weight"),
                    "optimizer": lambda: _scheduled(lib), "batch_norm": True,
                },
            ),
            _NAMES,
        ),
        "only_linear": _v2(
            "DNNLinearCombinedClassifier",
            lambda lib: (
                (),
                {
                    "linear_feature_columns": _wide(lib.tf), "linear_optimizer": "Adam",
                    "linear_sparse_combiner": "mean",
                },
            ),
            BINARY,
        ),
        "only_deep": _v2(
            "DNNLinearCombinedRegressor",
            lambda lib: (
                (),
                {
                    "dnn_feature_columns": _deep(lib.tf), "dnn_hidden_units": [4],
                    "batch_norm": True, "dnn_dropout": 0.2, "label_dimension": 1,
                },
            ),
            NUMBER,
        ),
        "warm": _v2(
            "LinearClassifier",
            lambda lib: (
                (_wide(lib.tf),),
                {"n_classes": 3, "warm_start_from": _warm(lib), "weight_column": "weight"},
            ),
            MULTI,
        ),
        "warm_by_string": _v2(
            "DNNRegressor",
            lambda lib: (
                ([4, 3], _deep(lib.tf)), {"warm_start_from": str(GOLDEN / "v2_dnn_regressor")}
            ),
            NUMBER,
        ),
        "add_metrics": Case(_with_metrics, BINARY),
    }  # fmt: skip


def _parts_of_v1() -> dict[str, Case]:
    return {
        "layer_parts": _v1(
            "DNNClassifier",
            lambda lib: (
                ([8, 4], _deep(lib.tf)),
                {
                    "optimizer": lambda: _decaying(lib), "input_layer_partitioner": _parts(lib.tf),
                    "n_classes": 3, "label_vocabulary": ["top", "low", "mid"],
                    "loss_reduction": lib.tf.compat.v1.losses.Reduction.MEAN,
                    "weight_column": lib.tf.feature_column.numeric_column("weight"),
                },
            ),
            _NAMES,
        ),
        "combined_parts": _v1(
            "DNNLinearCombinedRegressor",
            lambda lib: (
                (),
                {
                    "linear_feature_columns": _wide(lib.tf), "dnn_feature_columns": _deep(lib.tf),
                    "dnn_hidden_units": [4], "input_layer_partitioner": _parts(lib.tf),
                    "linear_optimizer": lib.tf.compat.v1.train.MomentumOptimizer(0.01, 0.9),
                    "loss_reduction": lib.tf.compat.v1.losses.Reduction.SUM_OVER_BATCH_SIZE,
                    "batch_norm": True, "dnn_dropout": 0.2, "linear_sparse_combiner": "sqrtn",
                },
            ),
            NUMBER,
        ),
    }  # fmt: skip


def _of_v1() -> dict[str, Case]:
    return {
        "only_linear": _v1(
            "DNNLinearCombinedClassifier",
            lambda lib: ((), {"linear_feature_columns": _wide(lib.tf)}),
            BINARY,
        ),
        "only_deep": _v1(
            "DNNLinearCombinedClassifier",
            lambda lib: (
                (),
                {
                    "dnn_feature_columns": _deep(lib.tf), "dnn_hidden_units": [4],
                    "dnn_optimizer": "RMSProp", "dnn_activation_fn": lib.tf.nn.elu,
                },
            ),
            BINARY,
        ),
        "warm": _v1(
            "DNNClassifier",
            lambda lib: (
                ([4, 3], _deep(lib.tf)),
                {
                    "warm_start_from": lib.v1.WarmStartSettings(
                        str(GOLDEN / "v1_combined_classifier"),
                        vars_to_warm_start=["dnn/hiddenlayer_0/kernel"],
                    ),
                },
            ),
            BINARY,
        ),
    }  # fmt: skip


def _kmeans(**options: Any) -> Case:
    def make(lib: Libraries, config: Any) -> Any:
        return lib.v1.experimental.KMeans(3, config=config, **options)

    return Case(make, None, batch=ROWS // 2, features=POINTS)


def _of_others() -> dict[str, Case]:
    def sdca_regressor(lib: Libraries, config: Any) -> Any:
        optimizer = lib.v2.experimental.LinearSDCA("id", symmetric_l2_regularization=2.0)
        head = lib.v2.RegressionHead(weight_column="weight")
        return lib.v2.LinearEstimator(head, _wide(lib.tf), optimizer=optimizer, config=config)

    def rnn_head(lib: Libraries, config: Any) -> Any:
        columns = lib.tf.feature_column
        size = columns.sequence_categorical_column_with_identity("size", 5)
        return lib.v2.experimental.RNNEstimator(
            lib.v2.MultiLabelHead(3), [columns.embedding_column(size, 2)], units=[3, 2],
            cell_type="simple_rnn", optimizer=lambda: _scheduled(lib), config=config,
        )  # fmt: skip

    return {
        "options_sdca": Case(sdca_regressor, NUMBER, batch=1, checkpoint=False),
        "options_rnn": Case(rnn_head, _LABELS, reproducible=False),
        # Not by mini-batches: the original then reads counts while it adds to them.
        "options_kmeans_given": _kmeans(
            initial_clusters=[[0.0, 1.0], [1.0, 0.0], [-1.0, -1.0]],
            use_mini_batch=False,
        ),
        "options_kmeans_cosine": _kmeans(
            initial_clusters="kmeans_plus_plus", distance_metric="cosine", seed=3,
            use_mini_batch=False,
        ),
        "options_kmeans_random": _kmeans(initial_clusters="random", seed=4, use_mini_batch=False),
    }


CASES = {
    **{f"options_v2_{name}": case for name, case in {**_heads_of_v2(), **_of_v2()}.items()},
    **{f"options_v1_{name}": case for name, case in {**_parts_of_v1(), **_of_v1()}.items()},
    **_of_others(),
}
