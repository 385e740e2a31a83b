"""tf.contrib.opt: optimizers that look at signs, clip variables or leave slots alone."""

from __future__ import annotations

import contextlib
import math
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1
_train = v1.train


class _BySign(_train.Optimizer):
    """Scales gradients by whether they agree with their moving average."""

    def __init__(
        self, learning_rate: Any, beta: Any, decay: Any, use_locking: bool, name: str
    ) -> None:
        super().__init__(use_locking, name)
        self._rate, self._beta, self._decay_fn = learning_rate, beta, decay
        self._decay: Any = 1.0

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None
    ) -> Any:
        """As ever; `sign_decay_fn` is asked with `global_step`."""
        if self._decay_fn is not None:
            self._decay = self._decay_fn(global_step)
        return super().apply_gradients(grads_and_vars, global_step, name)

    def _create_slots(self, var_list: Any) -> None:
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)

    def _scale(self, agreement: tf.Tensor, dtype: Any) -> tf.Tensor:
        raise NotImplementedError

    def _moved_mean(self, var: Any, move: Callable[[Any], Any]) -> tf.Tensor:
        """The moving average after a step: `move` adds the gradient's share to what is left."""
        mean = self.get_slot(var, "m")
        return v1.assign(mean, move(mean * tf.cast(self._beta, mean.dtype.base_dtype)))

    def _dense(self, grad: tf.Tensor, var: Any) -> tf.Operation:
        dtype = var.dtype.base_dtype
        share = 1 - tf.cast(self._beta, dtype)
        mean = self._moved_mean(var, lambda left: left + grad * share)
        scale = self._scale(tf.sign(grad) * tf.sign(mean), dtype)
        return v1.assign_sub(var, tf.cast(self._rate, dtype) * scale * grad).op

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return self._dense(grad, var)

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        return self._dense(grad, var)

    def _rows(self, grad: tf.Tensor, var: Any, rows: tf.Tensor) -> tf.Operation:
        dtype = var.dtype.base_dtype
        share = 1 - tf.cast(self._beta, dtype)
        mean = self._moved_mean(
            var, lambda left: tf.tensor_scatter_nd_add(left, rows[:, None], grad * share)
        )
        scale = self._scale(tf.sign(grad) * tf.gather(tf.sign(mean), rows), dtype)
        moved = v1.scatter_sub(var, rows, tf.cast(self._rate, dtype) * scale * grad)
        return tf.group(moved, mean)

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        return self._rows(grad, var, indices)


class AddSignOptimizer(_BySign):
    """Scales a gradient by `alpha + decay * agreement`, https://arxiv.org/abs/1709.07417.

    Args:
        learning_rate: of the steps.
        alpha: what is added to the agreement, 1 or -1, of gradient and moving average.
        beta: decay of the moving average.
        sign_decay_fn: of the global step, what agreement is multiplied by.
        use_locking: not used.
        name: of the ops.
    """

    def __init__(
        self,
        learning_rate: Any = 0.1,
        alpha: Any = 1.0,
        beta: Any = 0.9,
        sign_decay_fn: Callable[[Any], Any] | None = None,
        use_locking: bool = False,
        name: str = "AddSignOptimizer",
    ) -> None:
        super().__init__(learning_rate, beta, sign_decay_fn, use_locking, name)
        self._alpha = alpha

    def _scale(self, agreement: tf.Tensor, dtype: Any) -> tf.Tensor:
        return tf.cast(self._alpha, dtype) + tf.cast(self._decay, dtype) * agreement


class PowerSignOptimizer(_BySign):
    """Scales a gradient by `base ** (decay * agreement)`, https://arxiv.org/abs/1709.07417.

    Args:
        learning_rate: of the steps.
        base: of the power.
        beta: decay of the moving average.
        sign_decay_fn: of the global step, what agreement is multiplied by.
        use_locking: not used.
        name: of the ops.
    """

    def __init__(
        self,
        learning_rate: Any = 0.1,
        base: float = math.e,
        beta: Any = 0.9,
        sign_decay_fn: Callable[[Any], Any] | None = None,
        use_locking: bool = False,
        name: str = "PowerSignOptimizer",
    ) -> None:
        super().__init__(learning_rate, beta, sign_decay_fn, use_locking, name)
        self._log_base = math.log(base)

    def _scale(self, agreement: tf.Tensor, dtype: Any) -> tf.Tensor:
        return tf.exp(self._log_base * tf.cast(self._decay, dtype) * agreement)


class RegAdagradOptimizer(_train.AdagradOptimizer):
    """Adagrad that can leave its accumulators as they are, for gradients of regularizers.

    Args:
        learning_rate: of the steps.
        initial_accumulator_value: where accumulators start.
        use_locking: not used.
        name: of the ops.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "RegAdagrad",
    ) -> None:
        super().__init__(learning_rate, initial_accumulator_value, use_locking, name)
        self._updates_slots = True

    @contextlib.contextmanager
    def avoid_updating_slots(self) -> Iterator[None]:
        """Gradients that are applied inside leave accumulators alone."""
        before, self._updates_slots = self._updates_slots, False
        try:
            yield
        finally:
            self._updates_slots = before

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        return self._dense(grad, var)

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        return self._dense(grad, var)

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        return self._rows(grad, var, indices)

    def _dense(self, grad: tf.Tensor, var: Any) -> tf.Operation:
        sums = self.get_slot(var, "accumulator")
        if self._updates_slots:
            sums = v1.assign_add(sums, tf.square(grad))
        rate = tf.cast(self._learning_rate_tensor, var.dtype.base_dtype)
        return v1.assign_sub(var, rate * grad * tf.math.rsqrt(sums)).op

    def _rows(self, grad: tf.Tensor, var: Any, rows: tf.Tensor) -> tf.Operation:
        sums = self.get_slot(var, "accumulator")
        added = [v1.scatter_add(sums, rows, tf.square(grad))] if self._updates_slots else []
        rate = tf.cast(self._learning_rate_tensor, var.dtype.base_dtype)
        with tf.control_dependencies([tf.group(*added)]):
            step = rate * grad * tf.math.rsqrt(tf.gather(sums, rows))
        return tf.group(v1.scatter_sub(var, rows, step))


class VariableClippingOptimizer(_train.Optimizer):
    """Clips variables by their norm after the steps of another optimizer.

    Args:
        opt: the other.
        vars_to_clip_dims: by variable, the dimensions over which its norm is taken. Of a variable
            with a gradient of rows, rows are clipped by themselves unless 0 is among them.
        max_norm: the largest norm.
        use_locking: not used.
        colocate_clip_ops_with_vars: whether clipping is done where the variables are.
        name: of the ops.
    """

    def __init__(
        self,
        opt: Any,
        vars_to_clip_dims: Mapping[Any, Any],
        max_norm: float,
        use_locking: bool = False,
        colocate_clip_ops_with_vars: bool = False,
        name: str = "VariableClipping",
    ) -> None:
        super().__init__(use_locking, name)
        self._opt, self._max_norm = opt, max_norm
        given = getattr(vars_to_clip_dims, "items", None)
        pairs = given() if given else vars_to_clip_dims
        self._dims = {getattr(v, "ref", lambda v=v: v)(): list(dims) for v, dims in pairs}
        self._colocates = colocate_clip_ops_with_vars

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """The other optimizer's."""
        return self._opt.compute_gradients(*args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """The other optimizer's."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> Any:
        """The other optimizer's."""
        return self._opt.get_slot_names(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None
    ) -> tf.Operation:
        """Those of the other optimizer, then clips."""
        pairs = list(grads_and_vars)
        with v1.name_scope(name, self._name) as name:
            applied = self._opt.apply_gradients(pairs, global_step)
            clips = []
            with tf.control_dependencies([applied]):
                for grad, var in pairs:
                    if grad is not None and var.ref() in self._dims:
                        with v1.name_scope(f"clip_{var.op.name}"), self._beside(var):
                            clips.append(self._clip(grad, var, self._dims[var.ref()]))
            return tf.group(applied, *clips, name=name)

    def _beside(self, var: Any) -> Any:
        return v1.colocate_with(var) if self._colocates else contextlib.nullcontext()

    def _clip(self, grad: Any, var: Any, dims: list[int]) -> Any:
        rows = grad.indices if isinstance(grad, tf.IndexedSlices) and 0 not in dims else None
        value = var.read_value() if rows is None else tf.gather(var, rows)
        excess = value - tf.clip_by_norm(value, self._max_norm, dims)
        if rows is None:
            return v1.assign_sub(var, excess)
        return v1.scatter_sub(var, rows, excess)


class MultitaskOptimizerWrapper:
    """Has an optimizer leave variables, and their slots, alone whose gradient is all zeros.

    Args:
        opt: the optimizer.

    Raises:
        TypeError: it isn't one of tf.train.
    """

    def __init__(self, opt: Any) -> None:
        if not isinstance(opt, _train.Optimizer):
            raise TypeError("Supplied optimizer must be an instance of tf.train.Optimizer")
        self._opt = opt
        for name in (
            "_apply_dense", "_resource_apply_dense", "_apply_sparse", "_resource_apply_sparse"
        ):
            setattr(opt, name, types.MethodType(_unless_zero(getattr(opt, name)), opt))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opt, name)


def _unless_zero(apply: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(self: Any, grad: Any, *args: Any, **kwargs: Any) -> Any:
        def act() -> Any:
            with tf.control_dependencies([apply(grad, *args, **kwargs)]):
                return tf.no_op()

        values = grad.values if isinstance(grad, tf.IndexedSlices) else grad
        return v1.cond(tf.equal(tf.math.count_nonzero(values), 0), tf.no_op, act)

    return wrapped
