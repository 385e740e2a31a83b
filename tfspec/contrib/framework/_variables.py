"""tf.contrib.framework: making, finding and restoring variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec.contrib.framework._arg_scope import add_arg_scope

v1 = tf.compat.v1
_Keys = v1.GraphKeys


@add_arg_scope
def variable(
    name: str,
    shape: Any = None,
    dtype: Any = tf.float32,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    use_resource: bool | None = None,
    **others: Any,
) -> tf.Variable:
    """`tf.get_variable`, on `device`."""
    with tf.device(device or ""):
        return v1.get_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=list(collections) if collections else None,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=custom_getter,
            use_resource=use_resource,
            **others,
        )


@add_arg_scope
def model_variable(
    name: str, shape: Any = None, dtype: Any = tf.float32, *args: Any, **kwargs: Any
) -> tf.Variable:
    """A variable that is also in the collection of the model's variables."""
    collections = [*(kwargs.pop("collections", None) or ())]
    collections += [_Keys.GLOBAL_VARIABLES, _Keys.MODEL_VARIABLES]
    return variable(name, shape, dtype, *args, collections=list(dict.fromkeys(collections)),
                    **kwargs)


def local_variable(
    initial_value: Any, validate_shape: bool = True, name: str | None = None, **others: Any
) -> tf.Variable:
    """A variable that is local to this process and in no checkpoint."""
    return v1.Variable(
        initial_value,
        trainable=False,
        collections=[_Keys.LOCAL_VARIABLES],
        validate_shape=validate_shape,
        name=name,
    )


def get_variables(
    scope: Any = None, suffix: str | None = None, collection: str = _Keys.GLOBAL_VARIABLES
) -> list[tf.Variable]:
    """Variables of a collection, below a scope, whose names end with `suffix`."""
    name = getattr(scope, "name", scope)
    found = v1.get_collection(collection, name)
    return [v for v in found if suffix is None or v.op.name.endswith(suffix)]


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[tf.Variable]:
    """The model's variables."""
    return get_variables(scope, suffix, _Keys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[tf.Variable]:
    """Local variables."""
    return get_variables(scope, suffix, _Keys.LOCAL_VARIABLES)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[tf.Variable]:
    """Trainable variables."""
    return get_variables(scope, suffix, _Keys.TRAINABLE_VARIABLES)


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[tf.Variable]:
    """Variables whose names end with `suffix`."""
    return get_variables(scope, suffix)


def get_variables_by_name(given_name: str, scope: Any = None) -> list[tf.Variable]:
    """Variables whose last name is `given_name`."""
    return [v for v in get_variables(scope) if v.op.name.split("/")[-1] == given_name]


def get_unique_variable(var_op_name: str) -> tf.Variable:
    """The variable of that name.

    Raises:
        ValueError: there is none, or there are several.
    """
    found = [v for v in get_variables(var_op_name) if v.op.name == var_op_name]
    if len(found) != 1:
        raise ValueError(f"Variable {var_op_name} does not uniquely identify a variable")
    return found[0]


def filter_variables(
    var_list: Sequence[tf.Variable],
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list[tf.Variable]:
    """Variables whose names match a pattern to include (all if None) and none to exclude."""
    import re

    match = re.search if reg_search else re.match

    def matches(name: str, patterns: Sequence[str] | None) -> bool:
        return any(match(pattern, name) for pattern in patterns or ())

    return [
        v
        for v in var_list
        if (not include_patterns or matches(v.op.name, include_patterns))
        and not matches(v.op.name, exclude_patterns)
    ]


def get_variables_to_restore(
    include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
) -> list[tf.Variable]:
    """Variables below the scopes to include (all if None), less those below scopes to exclude."""
    chosen = [v for scope in ([""] if include is None else include) for v in get_variables(scope)]
    left_out = {v.ref() for scope in exclude or () for v in get_variables(scope)}
    return [v for v in chosen if v.ref() not in left_out]


def assign_from_checkpoint(
    model_path: str, var_list: Sequence[tf.Variable] | Mapping[str, Any],
    ignore_missing_vars: bool = False,
) -> tuple[tf.Operation, dict[Any, Any]]:
    """An op that sets variables to the values of a checkpoint, and the feeds to run it with."""
    reader = v1.train.load_checkpoint(model_path)
    feeds: dict[Any, Any] = {}
    assigns = []
    for name, var in _by_name(var_list, reader, ignore_missing_vars).items():
        value = reader.get_tensor(name)
        placeholder = v1.placeholder(var.dtype.base_dtype, value.shape, f"{var.op.name}/restored")
        assigns.append(v1.assign(var, placeholder))
        feeds[placeholder] = value
    return tf.group(*assigns), feeds


def assign_from_checkpoint_fn(
    model_path: str, var_list: Sequence[tf.Variable] | Mapping[str, Any],
    ignore_missing_vars: bool = False, reshape_variables: bool = False,
) -> Callable[[Any], None]:
    """A function of a session that sets variables to the values of a checkpoint.

    Raises:
        ValueError: there are no variables to restore.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    reader = v1.train.load_checkpoint(model_path)
    variables = _by_name(var_list, reader, ignore_missing_vars)
    saver = v1.train.Saver(variables, reshape=reshape_variables) if variables else None

    def restore(session: Any) -> None:
        if saver is not None:
            saver.restore(session, model_path)

    return restore


def _by_name(var_list: Any, reader: Any, ignore_missing: bool) -> dict[str, Any]:
    if not isinstance(var_list, Mapping):
        var_list = {v.op.name: v for v in var_list}
    missing = [name for name in var_list if not reader.has_tensor(name)]
    if missing and not ignore_missing:
        raise ValueError(f"Not found in the checkpoint: {sorted(missing)}")
    return {name: v for name, v in var_list.items() if name not in missing}


def get_name_scope() -> str:
    """The current name scope, without a slash at its end."""
    return v1.get_default_graph().get_name_scope()
