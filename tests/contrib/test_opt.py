"""tf.contrib.opt, nn and eager.metrics: TensorFlow 1.15's numbers."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.contrib import opt_cases
from tests.contrib.recorded import check
from tfspec.compat import v1 as tf1
from tfspec.contrib import data, nn, opt
from tfspec.contrib.eager import metrics

v1 = tf.compat.v1
# After three steps: the first and last of a, all of b; names of the variables besides these two.
NADAM = ([0.55683, 2.54498], [0.12313, -0.10509, -0.36038])
ADAMAX = ([0.7155, 2.70501], [0.25258, -0.00029, -0.08568])
CASES = {
    "nadam": (lambda: opt.NadamOptimizer(0.1), False, *NADAM),
    "nadam sparse": (
        lambda: opt.NadamOptimizer(0.1), True, NADAM[0], [0.12313, 0.2, -0.36038]),
    "adamax": (lambda: opt.AdaMaxOptimizer(0.1), False, *ADAMAX),
    "adamax sparse": (
        lambda: opt.AdaMaxOptimizer(0.1), True, ADAMAX[0], [0.25258, 0.2, -0.08568]),
    "lars": (lambda: opt.LARSOptimizer(0.1), False, [0.99944, 2.99832], [0.4997, 0.19995, 0.09999]),
    "lars skips": (
        lambda: opt.LARSOptimizer(
            0.1, 0.8, weight_decay=0.01, use_nesterov=True, skip_list=["bias"]
        ),
        False, [0.99928, 2.99784], [0.14865, 0.12855, 0.08043]),
    "adamw": (
        lambda: opt.AdamWOptimizer(0.01, 0.1), False,
        [0.6751, 2.61441], [0.20241, -0.04978, -0.14116]),
    "adamw sparse": (
        lambda: opt.AdamWOptimizer(0.01, 0.1), True,
        [0.6751, 2.61441], [0.20241, 0.2, -0.14116]),
}
NAMES = {
    "nadam": ["a/Adam", "a/Adam_1", "beta1_power", "beta2_power"],
    "adamax": ["a/AdaMax", "a/AdaMax_1", "beta1_power"],
    "lars": ["a/LARSOptimizer"],
    "adamw": ["a/AdamW", "a/AdamW_1", "beta1_power", "beta2_power"],
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("resource", [True, False])
def test_steps(name, resource):
    make, sparse, first, second = CASES[name]
    with tf.Graph().as_default(), v1.Session() as session:
        a = v1.Variable([1.0, 2.0, 3.0], name="a", use_resource=resource)
        b = v1.Variable([[0.5], [0.2], [0.1]], name="b_bias", use_resource=resource)
        x = tf.gather(b, [0, 2, 0]) if sparse else b
        train = make().minimize(tf.reduce_sum(tf.square(a) * 0.5) + tf.reduce_sum(x * x * x))
        session.run(v1.global_variables_initializer())
        for _ in range(3):
            session.run(train)
        a, b = session.run([a, b])
        names = sorted(v.op.name for v in v1.global_variables() if "b_bias" not in v.op.name)
    np.testing.assert_allclose(a[[0, 2]], first, atol=1e-5)
    np.testing.assert_allclose(b[:, 0], second, atol=1e-5)
    assert names == ["a", *NAMES[name.split()[0]]]


def test_weight_decay_of_any_optimizer():
    made = opt.extend_with_decoupled_weight_decay(v1.train.RMSPropOptimizer)
    assert issubclass(made, opt.DecoupledWeightDecayExtension)
    with tf.Graph().as_default(), v1.Session() as session:
        variable = v1.Variable([1.0], name="a")
        train = made(weight_decay=0.01, learning_rate=0.0).minimize(variable * 2)
        session.run(v1.global_variables_initializer())
        session.run(train)
        np.testing.assert_allclose(session.run(variable), [0.99], rtol=1e-6)


def test_clipped_gradients():
    (pair,) = opt.clip_gradients_by_global_norm([(tf.constant([3.0, 4.0]), "a")], 1.0)
    np.testing.assert_allclose(pair[0], [0.6, 0.8])
    assert pair[1] == "a"


@pytest.fixture
def session():
    pytest.importorskip("scipy")
    with tf.Graph().as_default(), v1.Session() as session:
        yield session


@pytest.mark.parametrize(
    "settings, found, steps",
    [
        ({}, [1.0, 2.0, 0.8351], 8),
        ({"options": {"maxiter": 2}}, [2.6163, 1.9833, 0.8659], 2),
    ],
)
def test_scipy(settings, found, steps, session):
    pair, single = v1.Variable([3.0, 4.0]), v1.Variable(1.0)
    target = v1.placeholder(tf.float32)
    far = tf.reduce_sum(tf.square(pair - [1.0, 2.0]) * [1.0, 10.0])
    loss = far + tf.square(single - target) + tf.pow(single, 4)
    optimizer = opt.ScipyOptimizerInterface(loss, **settings)
    session.run(v1.global_variables_initializer())
    losses, seen = [], []
    optimizer.minimize(
        session, {target: 2.0}, [loss, single], seen.append, lambda *given: losses.append(given[0])
    )
    np.testing.assert_allclose([*session.run(pair), session.run(single)], found, atol=2e-3)
    np.testing.assert_allclose(losses[:3], [46.0, 15.654, 4.4636], atol=1e-3)
    assert len(seen) == steps


def test_scipy_with_conditions(session):
    variable = v1.Variable([3.0, 4.0])
    loss = tf.reduce_sum(tf.square(variable))
    conditions = {"equalities": [variable[0] + variable[1] - 1.0],
                  "inequalities": [variable[1] - 0.8], "method": "SLSQP"}
    conditioned = opt.ScipyOptimizerInterface(loss, **conditions)
    bound = opt.ScipyOptimizerInterface(loss, var_to_bounds={variable: ([1.0, -np.inf], np.inf)})
    session.run(v1.global_variables_initializer())
    conditioned.minimize(session)
    np.testing.assert_allclose(session.run(variable), [0.2, 0.8], atol=1e-5)
    bound.minimize(session)
    np.testing.assert_allclose(session.run(variable), [1.0, 0.0], atol=1e-5)
    with pytest.raises(ValueError, match="'jac' is set automatically"):
        opt.ScipyOptimizerInterface(loss, jac=1).minimize(session)


def test_alpha_dropout():
    x = tf.constant(np.linspace(-1, 2, 8).reshape(2, 4).astype(np.float32))
    with tf.Graph().as_default(), v1.Session() as session:
        v1.set_random_seed(3)
        dropped = session.run(nn.alpha_dropout(x.numpy(), 0.6, seed=5))
        with pytest.raises(ValueError, match="keep_prob must be a scalar tensor or a float"):
            nn.alpha_dropout(x.numpy(), 1.5)
    np.testing.assert_allclose(dropped[0], [-0.91064, 0.11379, -0.91064, 0.85375], atol=1e-5)
    assert nn.alpha_dropout(x, 1.0) is x


def test_eager_means():
    mean = metrics.Mean("loss")
    assert mean(2.0) == 2.0 and mean(tf.constant([4.0, 6.0])) == 10.0
    mean([1.0, 3.0], weights=[0.0, 2.0])
    assert mean.result() == 3.6 and mean.result().dtype == tf.float64
    assert [v.name for v in mean.variables] == ["loss/numer:0", "loss/denom:0"]
    mean.init_variables()
    mean(7.0)
    assert mean.result() == 7.0


@pytest.mark.parametrize(
    "metric, labels, predictions, expected",
    [
        (metrics.Accuracy(), [1, 2, 3], [1, 0, 3], 2 / 3),
        (metrics.BinaryAccuracy(0.5), [1.0, 0.0, 1.0], [0.7, 0.2, 0.4], 2 / 3),
        (metrics.CategoricalAccuracy(), [[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]], 0.5),
        (metrics.SparseAccuracy(), [1, 1], [[0.2, 0.8], [0.9, 0.1]], 0.5),
    ],
)
def test_eager_accuracies(metric, labels, predictions, expected):
    metric(tf.constant(labels), tf.constant(predictions))
    np.testing.assert_allclose(metric.result(), expected)
    metric(tf.constant(labels), tf.constant(predictions), weights=tf.zeros(len(labels)))
    np.testing.assert_allclose(metric.result(), expected)


def test_datasets_of_before_tf_data():
    dataset = data.Dataset.range(3)
    assert isinstance(dataset, v1.data.Dataset)
    assert data.TextLineDataset is v1.data.TextLineDataset


@pytest.fixture
def as_in_tensorflow_1():
    """As after `disable_v2_behavior()`: variables are keys, and branches may hold references."""
    v1.disable_tensor_equality()
    v1.disable_control_flow_v2()
    yield
    v1.enable_control_flow_v2()
    v1.enable_tensor_equality()


@pytest.mark.parametrize("name", opt_cases.CASES)
def test_as_tensorflow_1_15(name, as_in_tensorflow_1):
    check(tf1, opt_cases, name)


def test_what_no_optimizer_is():
    with pytest.raises(TypeError, match="must be an instance of tf.train.Optimizer"):
        opt.MultitaskOptimizerWrapper(3)
