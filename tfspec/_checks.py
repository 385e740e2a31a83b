"""Argument checks that several rooms share. Each takes a value and returns it, or raises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# What train_and_evaluate and the hooks use of an estimator. Told by these rather than by class,
# so that wrappers and test doubles serve, and lower rooms need not know the class.
_ESTIMATOR_MEMBERS = (
    "train",
    "evaluate",
    "predict",
    "config",
    "model_dir",
    "eval_dir",
    "latest_checkpoint",
)


def check_estimator(estimator: Any) -> Any:
    """Raises TypeError if `estimator` isn't an Estimator or something with its methods."""
    if all(hasattr(estimator, name) for name in _ESTIMATOR_MEMBERS):
        return estimator
    remedy = (
        " Make an Estimator of a Keras model with model_to_estimator()."
        if hasattr(estimator, "get_config") and hasattr(estimator, "fit")
        else ""
    )
    raise TypeError(
        f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}.{remedy}"
    )


def check_all(values: Iterable[Any] | None, name: str, kind: type) -> tuple[Any, ...]:
    """The values as a tuple, () for None; raises TypeError unless each is of class `kind`."""
    if values is None:
        return ()
    if not isinstance(values, Iterable):
        raise TypeError(
            f"`{name}` must be an iterable of `{kind.__name__}` instances or None, "
            f"given: {values!r}. Put a single one into a list."
        )
    checked = tuple(values)
    for value in checked:
        if not isinstance(value, kind):
            raise TypeError(f"All {name} must be `{kind.__name__}` instances, given: {value!r}")
    return checked
