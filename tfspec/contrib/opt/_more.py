"""tf.contrib.opt: optimizers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_train = v1.train
_ops = tf.raw_ops


def _rows_added(variable: Any, factor: Any, indices: Any, values: Any) -> Any:
    """`factor` times a variable, with values added to some rows."""
    rows = tf.scatter_nd(indices[:, None], values, tf.shape(variable, out_type=indices.dtype))
    return variable * factor + rows


class NadamOptimizer(_train.AdamOptimizer):
    """Adam with Nesterov momentum, http://cs229.stanford.edu/proj2015/054_report.pdf."""

    def _settings(self, dtype: Any) -> tuple[Any, ...]:
        first, second = self._get_beta_accumulators()
        given = (first, second, self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)
        return tuple(tf.cast(value, dtype) for value in given)

    def _apply(self, op: Any, handle: Any, m: Any, v: Any, grad: Any, dtype: Any) -> Any:
        names = ("beta1_power", "beta2_power", "lr", "beta1", "beta2", "epsilon")
        settings = dict(zip(names, self._settings(dtype), strict=True))
        return op(
            var=handle, m=m, v=v, **settings, grad=grad, use_locking=self._use_locking,
            use_nesterov=True,
        )

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        return self._apply(_ops.ApplyAdam, var, m, v, grad, var.dtype.base_dtype)

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        m, v = self.get_slot(var, "m").handle, self.get_slot(var, "v").handle
        dtype = grad.dtype.base_dtype
        return self._apply(_ops.ResourceApplyAdam, var.handle, m, v, grad, dtype)

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._update_rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        return self._update_rows(grad, var, indices)

    def _update_rows(self, grad: Any, var: Any, indices: Any) -> Any:
        """Moments of all rows decay; only those with a gradient are updated."""
        first, second, rate, beta1, beta2, epsilon = self._settings(var.dtype.base_dtype)
        rate *= tf.sqrt(1 - second) / (1 - first)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        new_m = _rows_added(m, beta1, indices, (1 - beta1) * grad)
        new_v = _rows_added(v, beta2, indices, (1 - beta2) * tf.square(grad))
        ahead = beta1 * tf.gather(new_m, indices) + (1 - beta1) * grad
        step = rate * ahead / (tf.sqrt(tf.gather(new_v, indices)) + epsilon)
        return tf.group(
            v1.scatter_sub(var, indices, step), v1.assign(m, new_m), v1.assign(v, new_v)
        )


class AdaMaxOptimizer(_train.AdamOptimizer):
    """Adam with the largest gradient for its second moment, https://arxiv.org/abs/1412.6980."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _power(self) -> Any:
        return self._get_non_slot_variable("beta1_power", graph=v1.get_default_graph())

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        first = min(var_list, key=lambda variable: variable.name)
        self._create_non_slot_variable(self._beta1, "beta1_power", colocate_with=first)
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)
            self._zeros_slot(variable, "v", self._name)

    def _settings(self, dtype: Any) -> tuple[Any, ...]:
        given = (self._power(), self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)
        return tuple(tf.cast(value, dtype) for value in given)

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return self._update(grad, var, None)

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        return self._update(grad, var, None)

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._update(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        return self._update(grad, var, indices)

    def _update(self, grad: Any, var: Any, indices: Any) -> Any:
        power, rate, beta1, beta2, epsilon = self._settings(var.dtype.base_dtype)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        if indices is None:
            new_m = beta1 * m + (1 - beta1) * grad
            new_v = tf.maximum(beta2 * v, tf.abs(grad))
            step = rate / (1 - power) * new_m / (new_v + epsilon)
            return tf.group(
                v1.assign_sub(var, step), v1.assign(m, new_m), v1.assign(v, new_v)
            )
        new_m = beta1 * tf.gather(m, indices) + (1 - beta1) * grad
        new_v = tf.maximum(beta2 * tf.gather(v, indices), tf.abs(grad))
        step = rate / (1 - power) * new_m / (new_v + epsilon)
        return tf.group(
            v1.scatter_sub(var, indices, step),
            v1.scatter_update(m, indices, new_m),
            v1.scatter_update(v, indices, new_v),
        )

    def _finish(self, update_ops: Sequence[Any], name_scope: str) -> Any:
        with tf.control_dependencies(update_ops):
            power = self._power()
            update = v1.assign(power, power * self._beta1_t, use_locking=self._use_locking)
        return tf.group(*update_ops, update, name=name_scope)


class LARSOptimizer(_train.Optimizer):
    """Momentum with a learning rate for each variable, https://arxiv.org/abs/1708.03888.

    Args:
        learning_rate: the largest one.
        momentum: how much of the step before is made again.
        weight_decay: times a variable, is added to its gradient.
        eeta: share of a variable's length that a step has.
        epsilon: added to what is divided by.
        name: of the optimizer.
        skip_list: variables with one of these in their names have neither decay nor a rate of
            their own.
        use_nesterov: whether momentum is Nesterov's.

    Raises:
        ValueError: a negative momentum.
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: float = 0.9,
        weight_decay: float = 0.0001,
        eeta: float = 0.001,
        epsilon: float = 0.0,
        name: str = "LARSOptimizer",
        skip_list: Sequence[str] | None = None,
        use_nesterov: bool = False,
    ) -> None:
        if momentum < 0.0:
            raise ValueError(f"momentum should be positive: {momentum}")
        super().__init__(False, name)
        self._learning_rate, self._momentum = learning_rate, momentum
        self._weight_decay, self._eeta, self._epsilon = weight_decay, eeta, epsilon
        self._skip_list, self._use_nesterov = skip_list, use_nesterov

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "momentum", self._name)

    def _prepare(self) -> None:
        rate = self._learning_rate() if callable(self._learning_rate) else self._learning_rate
        self._rate = tf.convert_to_tensor(rate, name="learning_rate")

    def compute_lr(self, grad: Any, var: Any) -> tuple[Any, Any]:
        """The learning rate of a variable, and its gradient with the decay."""
        if any(part in var.name for part in self._skip_list or ()):
            return self._rate, grad
        length, slope = tf.norm(var, ord=2), tf.norm(grad, ord=2)
        below = slope + self._weight_decay * length + self._epsilon
        trust = tf.where((length > 0) & (slope > 0), self._eeta * length / below, 1.0)
        return self._rate * trust, grad + self._weight_decay * var

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return self._apply(_ops.ApplyMomentum, var, self.get_slot(var, "momentum"), grad, var)

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        slot = self.get_slot(var, "momentum").handle
        return self._apply(_ops.ResourceApplyMomentum, var.handle, slot, grad, var)

    def _apply(self, op: Any, handle: Any, slot: Any, grad: Any, var: Any) -> Any:
        rate, grad = self.compute_lr(grad, var)
        dtype = grad.dtype.base_dtype
        return op(
            var=handle, accum=slot, lr=tf.cast(1.0, dtype), grad=grad * tf.cast(rate, dtype),
            momentum=tf.cast(self._momentum, dtype), use_nesterov=self._use_nesterov,
        )


def clip_gradients_by_global_norm(
    gradients_variables: Sequence[tuple[Any, Any]], clip_norm: float = 20.0
) -> list[tuple[Any, Any]]:
    """Pairs of gradients and variables, the gradients clipped to a global norm."""
    gradients, variables = zip(*gradients_variables, strict=True)
    clipped, _ = tf.clip_by_global_norm(gradients, clip_norm)
    return list(zip(clipped, variables, strict=True))
