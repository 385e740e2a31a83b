"""tf.contrib.distributions: what tf.distributions doesn't have."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_distributions = v1.distributions


class MultivariateNormalDiag(_distributions.Distribution):
    """Independent normal distributions, as one of vectors.

    Args:
        loc: the mean, `[..., k]`; by default zeros.
        scale_diag: the standard deviations, `[..., k]`; by default ones.
        scale_identity_multiplier: what is added to each standard deviation, or alone is each,
            `[...]`.
        validate_args: not used.
        allow_nan_stats: whether statistics may be NaN.
        name: of the ops.

    Raises:
        ValueError: nothing tells `k`.
    """

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        scale_identity_multiplier: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ) -> None:
        parameters = dict(locals())
        if loc is None and scale_diag is None:
            raise ValueError("One of loc and scale_diag must be given: they tell the event's size.")
        with v1.name_scope(name) as name:
            loc = None if loc is None else tf.convert_to_tensor(loc, name="loc")
            self._scale = _scale(loc, scale_diag, scale_identity_multiplier)
            self._loc = loc
        super().__init__(
            dtype=self._scale.dtype,
            reparameterization_type=_distributions.FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._scale] if loc is None else [loc, self._scale],
            name=name,
        )

    @property
    def loc(self) -> tf.Tensor | None:
        """The mean, as it was given."""
        return self._loc

    @property
    def scale(self) -> Any:
        """The diagonal of standard deviations, a `LinearOperatorDiag`."""
        return tf.linalg.LinearOperatorDiag(self._scale, is_non_singular=True)

    def _batch_shape(self) -> tf.TensorShape:
        return self._shape_known()[:-1]

    def _event_shape(self) -> tf.TensorShape:
        return self._shape_known()[-1:]

    def _shape_known(self) -> tf.TensorShape:
        if self._loc is None:
            return self._scale.shape
        return tf.broadcast_static_shape(self._loc.shape, self._scale.shape)

    def _shape_tensor(self) -> tf.Tensor:
        shape = tf.shape(self._scale)
        if self._loc is None:
            return shape
        return tf.broadcast_dynamic_shape(tf.shape(self._loc), shape)

    def _batch_shape_tensor(self) -> tf.Tensor:
        return self._shape_tensor()[:-1]

    def _event_shape_tensor(self) -> tf.Tensor:
        return self._shape_tensor()[-1:]

    def _sample_n(self, n: Any, seed: int | None = None) -> tf.Tensor:
        shape = tf.concat([[n], self._shape_tensor()], 0)
        # One row of numbers, as TensorFlow 1.15 drew them: their order is that of the seed.
        drawn = tf.reshape(
            v1.random_normal([tf.reduce_prod(shape)], dtype=self.dtype, seed=seed), shape
        )
        return self._moved(drawn * self._scale)

    def _moved(self, value: tf.Tensor) -> tf.Tensor:
        return value if self._loc is None else value + self._loc

    def _log_prob(self, x: tf.Tensor) -> tf.Tensor:
        distance = (x if self._loc is None else x - self._loc) / self._scale
        each = -0.5 * tf.square(distance) - 0.5 * math.log(2 * math.pi)
        return tf.reduce_sum(each - tf.math.log(tf.abs(self._scale)), -1)

    def _prob(self, x: tf.Tensor) -> tf.Tensor:
        return tf.exp(self._log_prob(x))

    def _entropy(self) -> tf.Tensor:
        each = tf.math.log(tf.abs(self._full(self._scale))) + 0.5 * math.log(2 * math.pi * math.e)
        return tf.reduce_sum(each, -1)

    def _full(self, value: tf.Tensor) -> tf.Tensor:
        return tf.broadcast_to(value, self._shape_tensor())

    def _mean(self) -> tf.Tensor:
        return self._moved(self._full(tf.zeros_like(self._scale)))

    def _mode(self) -> tf.Tensor:
        return self._mean()

    def _stddev(self) -> tf.Tensor:
        return tf.abs(self._scale)

    def _variance(self) -> tf.Tensor:
        return tf.square(self._scale)

    def _covariance(self) -> tf.Tensor:
        return tf.linalg.diag(tf.square(self._scale))


def _scale(loc: Any, diagonal: Any, multiplier: Any) -> tf.Tensor:
    """The standard deviations."""
    if diagonal is not None:
        diagonal = tf.convert_to_tensor(diagonal, name="scale_diag")
        if multiplier is None:
            return diagonal
        return diagonal + tf.convert_to_tensor(multiplier, diagonal.dtype)[..., None]
    ones = tf.ones([loc.shape[-1] or tf.shape(loc)[-1]], loc.dtype)
    if multiplier is None:
        return ones
    return ones * tf.convert_to_tensor(multiplier, loc.dtype)[..., None]


class MultivariateNormalDiagWithSoftplusScale(MultivariateNormalDiag):
    """`MultivariateNormalDiag` whose standard deviations are `softplus(scale_diag)`.

    Args:
        loc: the mean, `[..., k]`.
        scale_diag: `[..., k]`.
        validate_args: not used.
        allow_nan_stats: whether statistics may be NaN.
        name: of the ops.
    """

    def __init__(
        self,
        loc: Any,
        scale_diag: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagWithSoftplusScale",
    ) -> None:
        super().__init__(
            loc, tf.nn.softplus(scale_diag), None, validate_args, allow_nan_stats, name
        )


class NormalWithSoftplusScale(_distributions.Normal):
    """`Normal` with the standard deviation `softplus(scale)`.

    Args:
        loc: the mean.
        scale: of its shape.
        validate_args: whether arguments are checked.
        allow_nan_stats: whether statistics may be NaN.
        name: of the ops.
    """

    def __init__(
        self,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "NormalWithSoftplusScale",
    ) -> None:
        super().__init__(loc, tf.nn.softplus(scale), validate_args, allow_nan_stats, name)


@_distributions.RegisterKL(MultivariateNormalDiag, MultivariateNormalDiag)
def _kl_of_diagonals(
    a: MultivariateNormalDiag, b: MultivariateNormalDiag, name: str | None = None
) -> tf.Tensor:
    """`KL(a || b)`, `[...]`."""
    with v1.name_scope(name, "kl_mvn"):
        ratio = tf.square(a.stddev() / b.stddev())
        distance = tf.square((b.mean() - a.mean()) / b.stddev())
        return 0.5 * tf.reduce_sum(ratio + distance - 1 - tf.math.log(ratio), -1)
