"""Distributions of tf.contrib.distributions, alike with TensorFlow 1.15 and with tfspec."""

from __future__ import annotations

import functools

import numpy as np

from tests.contrib.recorded import numbers

LOC, SCALE = numbers("loc", [2, 3]), np.abs(numbers("scale", [3])) + np.float32(0.1)


def diagonal(tf, kind="MultivariateNormalDiag", **settings):
    """All that one gives, with samples of a seed."""
    tf.set_random_seed(3)
    distributions = tf.contrib.distributions
    made = getattr(distributions, kind)(**settings)
    other = distributions.MultivariateNormalDiag(tf.zeros([3]), tf.fill([3], 2.0))
    x = tf.constant(numbers("x", [4, 1, 3]))
    found = [
        made.sample(5, seed=7),
        made.sample(seed=8),
        made.sample([2, 2], seed=9),
        made.log_prob(x),
        made.prob(x),
        made.entropy(),
        made.mean(),
        made.mode(),
        made.stddev(),
        made.variance(),
        made.covariance(),
        distributions.kl_divergence(made, other),
        other.kl_divergence(made),
        made.batch_shape_tensor(),
        made.event_shape_tensor(),
        made.scale.to_dense(),
    ]
    shapes = [made.batch_shape.as_list(), made.event_shape.as_list()]
    kind = made.reparameterization_type is distributions.FULLY_REPARAMETERIZED
    return [*found, np.array([str(shapes), str(kind)])]


def softplus(tf):
    made = tf.contrib.distributions.NormalWithSoftplusScale(LOC, SCALE)
    return made.sample(2, seed=4), made.log_prob(0.5), made.stddev(), made.entropy()


def simple(tf):
    """Those of tf.distributions."""
    tf.set_random_seed(3)
    d = tf.contrib.distributions
    classes = d.Categorical(logits=LOC)
    return [
        classes.sample(4, seed=5),
        classes.entropy(),
        d.Bernoulli(logits=LOC).log_prob(1),
        d.Normal(LOC, SCALE).kl_divergence(d.Normal(0.0, 1.0)),
        d.kl_divergence(d.Beta(1.0, 2.0), d.Beta(2.0, 2.0)),
        d.Gamma(2.0, 3.0).mean(),
    ]


def case(function, **settings):
    return functools.partial(function, **settings)


CASES = {
    "diagonal": case(diagonal, loc=LOC, scale_diag=SCALE),
    "diagonal of zeros": case(diagonal, scale_diag=np.stack([SCALE, 2 * SCALE])),
    "diagonal of ones": case(diagonal, loc=LOC),
    "diagonal and multiplier": case(
        diagonal, loc=LOC, scale_diag=SCALE, scale_identity_multiplier=np.float32(0.5)
    ),
    "multiplier": case(diagonal, loc=LOC, scale_identity_multiplier=np.float32(0.5)),
    "diagonal of softplus": case(
        diagonal, kind="MultivariateNormalDiagWithSoftplusScale", loc=LOC, scale_diag=SCALE
    ),
    "softplus": case(softplus),
    "simple": case(simple),
}
