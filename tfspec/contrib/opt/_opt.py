"""tf.contrib.opt: optimizers over those of tf.train."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_train = v1.train


class _WithWeightDecay:
    """Decays variables by a share of their value with every update, beside the gradients."""

    def __init__(self, weight_decay: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._weight_decay = weight_decay
        self._decayed: set[Any] | None = None

    def minimize(self, loss: Any, *args: Any, decay_var_list: Any = None, **kwargs: Any) -> Any:
        """As ever; only `decay_var_list` is decayed, if given."""
        self._decayed = None if decay_var_list is None else {v.ref() for v in decay_var_list}
        return super().minimize(loss, *args, **kwargs)

    def apply_gradients(
        self,
        grads_and_vars: Any,
        global_step: Any = None,
        name: str | None = None,
        decay_var_list: Any = None,
    ) -> Any:
        """As ever; only `decay_var_list` is decayed, if given."""
        if decay_var_list is not None:
            self._decayed = {v.ref() for v in decay_var_list}
        pairs = list(grads_and_vars)
        chosen = [
            (g, v)
            for g, v in pairs
            if g is not None and (self._decayed is None or v.ref() in self._decayed)
        ]
        gradients = [getattr(g, "values", g) for g, _ in pairs if g is not None]
        with tf.control_dependencies(gradients):  # those are of the variables as they were
            decays = [self._decay_op(g, v) for g, v in chosen]
        with tf.control_dependencies(decays):
            return super().apply_gradients(pairs, global_step, name)


    def _decay_op(self, grad: Any, var: Any) -> Any:
        """The op that decays a variable; of a sparse gradient the rows that it has."""
        share = tf.cast(self._weight_decay, var.dtype.base_dtype)
        if not isinstance(grad, tf.IndexedSlices):
            return v1.assign_sub(var, share * var)
        rows, _ = tf.unique(grad.indices)
        return v1.scatter_sub(var, rows, share * tf.gather(var, rows))


def extend_with_decoupled_weight_decay(base_optimizer: type) -> type:
    """A class of optimizers like another, whose first argument is `weight_decay`."""
    return type(
        f"{base_optimizer.__name__}WithWeightDecay", (_WithWeightDecay, base_optimizer), {}
    )


DecoupledWeightDecayExtension = _WithWeightDecay


class AdamWOptimizer(_WithWeightDecay, _train.AdamOptimizer):
    """Adam with decoupled weight decay, https://arxiv.org/abs/1711.05101."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        super().__init__(weight_decay, learning_rate, beta1, beta2, epsilon, use_locking, name)


class MomentumWOptimizer(_WithWeightDecay, _train.MomentumOptimizer):
    """Momentum with decoupled weight decay."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(
            weight_decay, learning_rate, momentum, use_locking, name, use_nesterov
        )


class LazyAdamOptimizer(_train.AdamOptimizer):
    """Adam that leaves the moments of rows without a gradient alone."""

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._update_rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        return self._update_rows(grad, var, indices)

    def _update_rows(self, grad: Any, var: Any, indices: Any) -> Any:
        dtype = var.dtype.base_dtype
        first_power, second_power = (tf.cast(p, dtype) for p in self._get_beta_accumulators())
        rate, beta1, beta2, epsilon = (
            tf.cast(value, dtype)
            for value in (self._lr_t, self._beta1_t, self._beta2_t, self._epsilon_t)
        )
        rate *= tf.sqrt(1 - second_power) / (1 - first_power)
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        new_m = beta1 * tf.gather(m, indices) + (1 - beta1) * grad
        new_v = beta2 * tf.gather(v, indices) + (1 - beta2) * tf.square(grad)
        step = rate * new_m / (tf.sqrt(new_v) + epsilon)
        return tf.group(
            v1.scatter_update(m, indices, new_m),
            v1.scatter_update(v, indices, new_v),
            v1.scatter_sub(var, indices, step),
        )


class MovingAverageOptimizer(_train.Optimizer):
    """Keeps moving averages of the variables that another optimizer updates.

    `swapping_saver()` saves the averages under the names of the variables.
    """

    def __init__(
        self,
        opt: Any,
        average_decay: float = 0.9999,
        num_updates: Any = None,
        sequential_update: bool = True,
    ) -> None:
        super().__init__(False, "MovingAverage")
        self._optimizer = opt
        self._average = tf.train.ExponentialMovingAverage(average_decay, num_updates)
        self._names: dict[str, Any] | None = None

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None
    ) -> Any:
        pairs = list(grads_and_vars)
        train = self._optimizer.apply_gradients(pairs, global_step, name)
        variables = [v for g, v in pairs if g is not None]
        with tf.control_dependencies([train]):
            averaged = self._average.apply(variables)
        self._names = {v.op.name: self._average.average(v) for v in variables}
        return averaged

    def swapping_saver(self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any):
        """A `Saver` that writes each average under its variable's name.

        Raises:
            RuntimeError: nothing has been optimized yet.
        """
        if self._names is None:
            raise RuntimeError("Must call apply_gradients or minimize before swapping_saver")
        variables = v1.global_variables() if var_list is None else var_list
        averages = {a.op.name: v for v, a in (
            (variable, self._names[variable.op.name])
            for variable in variables if variable.op.name in self._names
        )}
        names = {v.op.name: self._names.get(v.op.name, v) for v in variables}
        names.update(averages)
        return _train.Saver(names, name=name, **kwargs)
