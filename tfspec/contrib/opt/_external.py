"""tf.contrib.opt: minimizing by optimizers outside TensorFlow, such as SciPy's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
_logger = logging.getLogger("tensorflow")


class ExternalOptimizerInterface:
    """What minimizes a loss outside the graph. Subclasses have `_minimize`.

    Args:
        loss: a scalar.
        var_list: the variables; the trainable ones by default.
        equalities: scalars that have to be 0.
        inequalities: those that have to be 0 or more.
        var_to_bounds: for variables, the least and the greatest value.
        **optimizer_kwargs: for the optimizer.
    """

    def __init__(
        self,
        loss: Any,
        var_list: Sequence[Any] | None = None,
        equalities: Sequence[Any] | None = None,
        inequalities: Sequence[Any] | None = None,
        var_to_bounds: Mapping[Any, tuple[Any, Any]] | None = None,
        **optimizer_kwargs: Any,
    ) -> None:
        self._loss = loss
        self._vars = v1.trainable_variables() if var_list is None else list(var_list)
        self._conditions = (list(equalities or []), list(inequalities or []))
        self._gradients = {
            key: self._gradient(value) for key, value in enumerate(self._functions())
        }
        self._values = [v1.placeholder(v.dtype.base_dtype, v.shape) for v in self._vars]
        pairs = zip(self._vars, self._values, strict=True)
        self._set = tf.group(*(v1.assign(v, value) for v, value in pairs))
        self._bounds = self._bounds_of(var_to_bounds) if var_to_bounds else None
        self.optimizer_kwargs = optimizer_kwargs

    def _functions(self) -> list[Any]:
        return [self._loss, *self._conditions[0], *self._conditions[1]]

    def _gradient(self, value: Any) -> list[Any]:
        found = v1.gradients(value, self._vars)
        pairs = zip(found, self._vars, strict=True)
        return [tf.zeros_like(v) if g is None else tf.convert_to_tensor(g) for g, v in pairs]

    def _bounds_of(self, given: Mapping[Any, tuple[Any, Any]]) -> list[tuple[float, float]]:
        known = {getattr(v, "ref", lambda v=v: v)(): bounds for v, bounds in given.items()}
        found: list[tuple[float, float]] = []
        for variable in self._vars:
            shape = variable.shape.as_list()
            low, high = known.get(variable.ref(), (-np.inf, np.inf))
            found += zip(
                np.broadcast_to(low, shape).ravel(), np.broadcast_to(high, shape).ravel(),
                strict=True,
            )
        return found

    def minimize(
        self,
        session: Any = None,
        feed_dict: Mapping[Any, Any] | None = None,
        fetches: Sequence[Any] | None = None,
        step_callback: Callable[[np.ndarray], None] | None = None,
        loss_callback: Callable[..., None] | None = None,
        **run_kwargs: Any,
    ) -> None:
        """Minimizes the loss, and gives the variables the values found.

        Args:
            session: the default one if None.
            feed_dict: for each evaluation.
            fetches: what `loss_callback` gets.
            step_callback: called with all variables, in one vector, after each step.
            loss_callback: called with `fetches` after each evaluation of the loss.
            **run_kwargs: for `session.run`.
        """
        session = session or v1.get_default_session()
        more = list(fetches or [])

        def evaluator(number: int) -> Callable[[np.ndarray], tuple[Any, np.ndarray]]:
            wanted = [self._functions()[number], self._gradients[number]]
            if number == 0:
                wanted.append(more)

            def evaluate(packed: np.ndarray) -> tuple[Any, np.ndarray]:
                session.run(self._set, self._unpacked(packed))
                value, gradient, *rest = session.run(wanted, feed_dict, **run_kwargs)
                if number == 0 and loss_callback is not None:
                    loss_callback(*rest[0])
                return value, _packed(gradient)

            return evaluate

        evaluators = [evaluator(number) for number in self._gradients]
        count = len(self._conditions[0])
        found = self._minimize(
            initial_val=_packed(session.run(self._vars)),
            loss_grad_func=evaluators[0],
            equality_funcs=evaluators[1 : 1 + count],
            inequality_funcs=evaluators[1 + count :],
            packed_bounds=self._bounds,
            step_callback=step_callback,
            optimizer_kwargs=self.optimizer_kwargs,
        )
        session.run(self._set, self._unpacked(found))

    def _unpacked(self, packed: np.ndarray) -> dict[Any, np.ndarray]:
        ends = np.cumsum([int(np.prod(v.shape.as_list())) for v in self._vars])
        parts = np.split(packed, ends[:-1])
        return {
            value: part.reshape(value.shape.as_list())
            for value, part in zip(self._values, parts, strict=True)
        }

    def _minimize(
        self,
        initial_val: np.ndarray,
        loss_grad_func: Callable[[np.ndarray], tuple[Any, np.ndarray]],
        equality_funcs: Sequence[Callable[..., Any]],
        inequality_funcs: Sequence[Callable[..., Any]],
        packed_bounds: Sequence[tuple[float, float]] | None,
        step_callback: Callable[[np.ndarray], None] | None,
        optimizer_kwargs: Mapping[str, Any],
    ) -> np.ndarray:
        """The vector of least loss. Functions are of a vector, and return value and gradient."""
        raise NotImplementedError("To use ExternalOptimizerInterface, subclass it with _minimize.")


def _packed(values: Sequence[Any]) -> np.ndarray:
    return np.concatenate([np.asarray(value).ravel() for value in values])


class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """`scipy.optimize.minimize`, by L-BFGS-B unless another `method` is given.

    Its arguments, such as `method` and `options`, go with those of `ExternalOptimizerInterface`.
    Of conditions there is use with methods that know them, such as `SLSQP`.
    """

    def _minimize(
        self, initial_val, loss_grad_func, equality_funcs, inequality_funcs, packed_bounds,
        step_callback, optimizer_kwargs,
    ) -> np.ndarray:
        import scipy.optimize  # a package that TensorFlow doesn't bring along

        def exact(function: Any, part: int) -> Callable[[np.ndarray], np.ndarray]:
            return lambda x: np.asarray(function(x)[part], np.float64)

        constraints = [
            {"type": kind, "fun": exact(function, 0), "jac": exact(function, 1)}
            for kind, functions in (("eq", equality_funcs), ("ineq", inequality_funcs))
            for function in functions
        ]
        settings = {"method": "L-BFGS-B", **optimizer_kwargs}
        for name in ("fun", "x0", "jac", "callback"):
            if name in settings:
                raise ValueError(
                    f"Optimizer keyword arg '{name}' is set automatically and cannot be injected "
                    "manually"
                )
        if constraints:
            settings["constraints"] = constraints

        def function(x: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = loss_grad_func(x)
            return float(value), gradient.astype(np.float64)

        found = scipy.optimize.minimize(
            function, initial_val.astype(np.float64), jac=True, callback=step_callback,
            bounds=packed_bounds, **settings,
        )
        _logger.info(
            "Optimization terminated with:\n  Message: %s\n  Objective function value: %f\n"
            "  Number of iterations: %d\n  Number of functions evaluations: %d",
            found.message, found.fun, found.nit, found.nfev,
        )
        return found.x
