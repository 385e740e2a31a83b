"""What estimators take as an optimizer."""

from __future__ import annotations

import pytest
import tensorflow as tf
import tf_keras

from tfspec import canned

v1 = tf.compat.v1
legacy = tf_keras.optimizers.legacy

COLUMNS = [tf.feature_column.numeric_column("x")]


def input_fn():
    return {"x": [[1.0], [2.0]]}, [[1.0], [0.0]]


@pytest.mark.parametrize("name", ["Adagrad", "Adam", "Ftrl", "RMSProp", "SGD"])
@pytest.mark.parametrize("estimator", [canned.DNNRegressor, canned.DNNRegressorV1])
def test_names(estimator, name, tmp_path):
    trained = estimator([2], COLUMNS, str(tmp_path), optimizer=name).train(input_fn, steps=2)
    assert trained.get_variable_value("global_step") == 2


@pytest.mark.parametrize(
    "optimizer",
    [
        legacy.Adam(0.25),
        lambda: legacy.Adam(0.25),
        tf_keras.optimizers.Adam(0.25),  # new-style: made into a legacy one
    ],
    ids=["object", "function", "new"],
)
def test_keras_optimizers(optimizer, tmp_path):
    estimator = canned.LinearRegressor(COLUMNS, str(tmp_path), optimizer=optimizer)
    for _ in range(2):  # tf.estimator could not use an object a second time
        estimator.train(input_fn, steps=2)
    assert estimator.get_variable_value("training/Adam/learning_rate") == 0.25
    assert estimator.get_variable_value("global_step") == 4


@pytest.mark.parametrize("optimizers", [legacy, tf_keras.optimizers], ids=["legacy", "new"])
def test_function_that_makes_a_learning_rate_in_the_graph(optimizers, tmp_path):
    """As the original's documentation has it, written when public names were the legacy ones'."""

    def optimizer():
        step = v1.train.get_global_step()
        return optimizers.SGD(v1.train.exponential_decay(0.5, step, 1, 0.0))

    estimator = canned.BaselineRegressor(str(tmp_path), optimizer=optimizer)
    estimator.train(input_fn, steps=1)
    after_one = estimator.get_variable_value("baseline/bias")
    estimator.train(input_fn, steps=3)
    assert after_one == 0.5 and estimator.get_variable_value("baseline/bias") == after_one
    outside = tf_keras.optimizers.SGD(0.25)  # is what it was
    assert not hasattr(outside, "get_updates") and outside.learning_rate.numpy() == 0.25


def test_function_that_makes_what_has_no_legacy_form(tmp_path):
    estimator = canned.BaselineRegressor(
        str(tmp_path), optimizer=lambda: tf_keras.optimizers.AdamW(0.5)
    )
    with pytest.raises(ValueError, match="Please set your optimizer as an instance of .*AdamW"):
        estimator.train(input_fn, steps=1)


def test_learning_rate_that_follows_the_global_step(tmp_path):
    def optimizer():
        step = v1.train.get_global_step()
        return v1.train.GradientDescentOptimizer(v1.train.exponential_decay(1.0, step, 1, 0.0))

    estimator = canned.BaselineRegressorV1(str(tmp_path), optimizer=optimizer)
    estimator.train(input_fn, steps=1)
    after_one = estimator.get_variable_value("baseline/bias")
    estimator.train(input_fn, steps=3)
    assert after_one == 2.0 and estimator.get_variable_value("baseline/bias") == after_one


def test_each_part_of_a_combined_model_has_its_own(tmp_path):
    estimator = canned.DNNLinearCombinedRegressor(
        str(tmp_path),
        linear_feature_columns=COLUMNS,
        linear_optimizer=legacy.SGD(0.0),
        dnn_feature_columns=COLUMNS,
        dnn_optimizer=legacy.SGD(0.1),
        dnn_hidden_units=[2],
    ).train(input_fn, steps=3)
    assert estimator.get_variable_value("linear/linear_model/x/weights") == 0.0
    assert estimator.get_variable_value("dnn/logits/bias") != 0.0
    assert estimator.get_variable_value("global_step") == 3


@pytest.mark.parametrize(
    ("estimator", "optimizer", "message"),
    [
        (canned.LinearRegressor, "adam", "Unsupported optimizer name: adam. Supported names are"),
        (canned.LinearRegressorV1, "adam", "Unsupported optimizer name: adam. Supported names ar"),
        (
            canned.LinearRegressor,
            v1.train.AdamOptimizer(),
            "not a tf_keras.optimizers.Optimizer instance.*or use the estimators of tfspec.compat",
        ),
        (canned.LinearRegressor, lambda: 3, "not a tf_keras.optimizers.Optimizer inst.*Given: 3"),
        (
            canned.LinearRegressorV1,
            legacy.Adam(),
            "not an Optimizer instance.*use the estimators of tfspec.estimator",
        ),
        (canned.LinearRegressorV1, lambda: 3, "not an Optimizer instance. Given: 3"),
    ],
)
def test_refuses(estimator, optimizer, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        estimator(COLUMNS, str(tmp_path), optimizer=optimizer).train(input_fn, steps=1)
