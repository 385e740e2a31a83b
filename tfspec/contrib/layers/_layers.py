"""tf.contrib.layers: layers with contrib's defaults and names (`weights`, `biases`).

They run on `tf.layers`' classes (tf_keras); contrib's own are those, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.contrib.framework import add_arg_scope, model_variable
from tfspec.contrib.layers._initializers import xavier_initializer

v1 = tf.compat.v1
_Keys = v1.GraphKeys
_zeros = v1.zeros_initializer
_FORMATS = {None: "channels_last", "NHWC": "channels_last", "NWC": "channels_last",
            "NDHWC": "channels_last", "NCHW": "channels_first", "NCW": "channels_first",
            "NCDHW": "channels_first"}


def _renaming(names: dict[str, str], collections: Any) -> Callable[..., Any]:
    """A variable getter that makes the variables of a layer under contrib's names.

    Args:
        names: contrib's name by the layer's.
        collections: further collections for all, or a dict of them by contrib's name.
    """

    def make_variable(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        scope, _, last = name.rpartition("/")
        last = names.get(last, last)
        if isinstance(collections, dict):
            more = collections.get(last, ())
        else:
            more = collections or ()
        found = getter(f"{scope}/{last}" if scope else last, *args, **kwargs)
        for collection in (_Keys.MODEL_VARIABLES, *([more] if isinstance(more, str) else more)):
            if not any(v is found for v in v1.get_collection(collection)):
                v1.add_to_collection(collection, found)
        return found

    return make_variable


def collected(collections: Any, alias: str, outputs: Any) -> Any:
    """Puts a layer's output in collections, and returns it."""
    if collections:
        v1.add_to_collections(collections, outputs)
    return outputs


def _finish(
    outputs: Any, normalizer_fn: Any, normalizer_params: Any, activation_fn: Any
) -> Any:
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    return outputs if activation_fn is None else activation_fn(outputs)


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: int,
    activation_fn: Callable[[Any], Any] | None = tf.nn.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = _zeros(),  # noqa: B008 - contrib's default, of which None means none
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """A dense layer, `[..., depth]` to `[..., num_outputs]`.

    Args:
        inputs: at least two-dimensional, with a known last dimension.
        num_outputs: size of the last dimension of the result.
        activation_fn: what is applied at the end; None for nothing.
        normalizer_fn: applied in place of biases, with `normalizer_params`.
        normalizer_params: arguments for it.
        weights_initializer: Xavier's if None.
        weights_regularizer, biases_regularizer: make terms of the regularization loss.
        biases_initializer: None for no biases.
        reuse: whether the variables exist.
        variables_collections: collections for variables, or such by `weights` and `biases`.
        outputs_collections: collections for the result.
        trainable: whether the variables are trained.
        scope: the variable scope, `fully_connected` by default.

    Returns:
        The result.

    Raises:
        ValueError: `num_outputs` is no whole number, or the inputs' depth is unknown.
    """
    if isinstance(num_outputs, bool) or not hasattr(num_outputs, "__index__") and not isinstance(
        num_outputs, v1.Dimension
    ):
        raise ValueError(f"num_outputs type should be one of int, got {type(num_outputs)}.")
    getter = _renaming({"kernel": "weights", "bias": "biases"}, variables_collections)
    with v1.variable_scope(
        scope, "fully_connected", [inputs], reuse=reuse, custom_getter=getter
    ) as within:
        inputs = tf.convert_to_tensor(inputs)
        layer = _tf.keras_v1("layers").Dense(
            units=int(num_outputs),
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer or xavier_initializer(),
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=within.name,
            dtype=inputs.dtype.base_dtype,
            _scope=within,
            _reuse=reuse,
        )
        outputs = _finish(layer(inputs), normalizer_fn, normalizer_params, activation_fn)
        return collected(outputs_collections, within.original_name_scope, outputs)


@add_arg_scope
def conv2d(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Callable[[Any], Any] | None = tf.nn.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = _zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """A convolution over the one, two or three dimensions between batch and channels.

    Args:
        inputs: `[batch, ..., channels]`, or channels second for `data_format` `NCHW`.
        num_outputs: how many filters.
        kernel_size: a number, or one for each dimension.
        stride: likewise.
        padding: `SAME` or `VALID`.
        data_format: e.g. `NHWC` or `NCHW`.
        rate: dilation, a number or one for each dimension.
        activation_fn, normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
            biases_initializer, biases_regularizer, reuse, variables_collections,
            outputs_collections, trainable: as for `fully_connected`.
        scope: the variable scope, `Conv` by default.

    Returns:
        The result.

    Raises:
        ValueError: no such data format or rank.
    """
    if data_format not in _FORMATS:
        raise ValueError(f"Invalid data_format: {data_format!r}")
    getter = _renaming({"kernel": "weights", "bias": "biases"}, variables_collections)
    with v1.variable_scope(scope, "Conv", [inputs], reuse=reuse, custom_getter=getter) as within:
        inputs = tf.convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank not in (3, 4, 5):
            raise ValueError(f"Convolution not supported for input with rank {rank}")
        layers = _tf.keras_v1("layers")
        layer = {3: layers.Conv1D, 4: layers.Conv2D, 5: layers.Conv3D}[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=_FORMATS[data_format],
            dilation_rate=rate,
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer or xavier_initializer(),
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=within.name,
            dtype=inputs.dtype.base_dtype,
            _scope=within,
            _reuse=reuse,
        )
        outputs = _finish(layer(inputs), normalizer_fn, normalizer_params, activation_fn)
        return collected(outputs_collections, within.original_name_scope, outputs)


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Callable[[Any], Any] | None = None,
    param_initializers: dict[str, Any] | None = None,
    param_regularizers: dict[str, Any] | None = None,
    updates_collections: str | None = _Keys.UPDATE_OPS,
    is_training: Any = True,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: dict[str, Any] | None = None,
    renorm_decay: float = 0.99,
    adjustment: Any = None,
) -> Any:
    """Batch normalization.

    Args:
        inputs: `[batch, ..., channels]`, or channels second for `data_format` `NCHW`.
        decay: of the moving averages.
        center, scale: whether there is a `beta`, a `gamma`.
        epsilon: added to the variance.
        activation_fn: what is applied at the end.
        param_initializers, param_regularizers: by `beta`, `gamma`, `moving_mean`,
            `moving_variance`.
        updates_collections: where the ops go that update the moving averages, which the program
            has to run; None to have them run with the layer.
        is_training: whether the batch's own moments are used, and counted.
        reuse, variables_collections, outputs_collections, trainable: as for `fully_connected`.
        fused, renorm, renorm_clipping, renorm_decay, adjustment: as for
            `tf.layers.batch_normalization`.
        scope: the variable scope, `BatchNorm` by default.

    Returns:
        The result.

    Raises:
        ValueError: no such data format, or `batch_weights` or `zero_debias_moving_mean`, which
            tf_keras' layer doesn't have.
    """
    if data_format not in ("NHWC", "NCHW"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    if batch_weights is not None or zero_debias_moving_mean:
        raise ValueError(
            "batch_norm has no batch_weights and no zero_debias_moving_mean here: leave them out, "
            "or use tf_slim.batch_norm."
        )
    initializers, regularizers = param_initializers or {}, param_regularizers or {}
    getter = _renaming({}, variables_collections)
    with v1.variable_scope(
        scope, "BatchNorm", [inputs], reuse=reuse, custom_getter=getter
    ) as within:
        inputs = tf.convert_to_tensor(inputs)
        layer = _tf.keras_v1("layers").BatchNormalization(
            axis=1 if data_format == "NCHW" else -1,
            momentum=decay,
            epsilon=epsilon,
            center=center,
            scale=scale,
            beta_initializer=initializers.get("beta", _zeros()),
            gamma_initializer=initializers.get("gamma", v1.ones_initializer()),
            moving_mean_initializer=initializers.get("moving_mean", _zeros()),
            moving_variance_initializer=initializers.get("moving_variance", v1.ones_initializer()),
            beta_regularizer=regularizers.get("beta"),
            gamma_regularizer=regularizers.get("gamma"),
            trainable=trainable,
            renorm=renorm,
            renorm_clipping=renorm_clipping,
            renorm_momentum=renorm_decay,
            adjustment=adjustment,
            name=within.name,
            fused=fused,
            _scope=within,
            _reuse=reuse,
        )
        outputs = layer(inputs, training=is_training)
        if updates_collections is None:
            with tf.control_dependencies(layer.updates):
                outputs = tf.identity(outputs)
        else:
            for update in layer.updates:
                if not any(op is update for op in v1.get_collection(updates_collections)):
                    v1.add_to_collection(updates_collections, update)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, within.original_name_scope, outputs)


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Callable[[Any], Any] | None = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Any:
    """Layer normalization: each example by its own moments.

    Args:
        inputs: `[batch, ...]`.
        center, scale: whether there is a `beta`, a `gamma`.
        activation_fn: what is applied at the end.
        reuse, variables_collections, outputs_collections, trainable: as for `fully_connected`.
        begin_norm_axis: the first of the axes over which moments are taken.
        begin_params_axis: the first of the axes that `beta` and `gamma` have.
        scope: the variable scope, `LayerNorm` by default.

    Returns:
        The result, of the inputs' shape.

    Raises:
        ValueError: the axes are outside of the inputs' rank, or of unknown size.
    """
    with v1.variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as within:
        inputs = tf.convert_to_tensor(inputs)
        rank, dtype = inputs.shape.ndims, inputs.dtype.base_dtype
        if rank is None:
            raise ValueError(f"Inputs {inputs.name} has undefined rank.")
        norm_axis = begin_norm_axis + rank if begin_norm_axis < 0 else begin_norm_axis
        if begin_params_axis >= rank or norm_axis >= rank:
            raise ValueError(
                f"begin_params_axis ({begin_params_axis}) and begin_norm_axis ({norm_axis}) "
                f"must be < rank(inputs) ({rank})"
            )
        shape = inputs.shape[begin_params_axis:]
        if not shape.is_fully_defined():
            raise ValueError(f"Inputs {inputs.name}: shape {shape} is not fully defined")

        def parameter(name: str, initializer: Any) -> Any:
            more = variables_collections
            more = more.get(name) if isinstance(more, dict) else more
            return model_variable(
                name, shape, dtype, initializer, collections=more, trainable=trainable
            )

        beta = parameter("beta", _zeros()) if center else None
        gamma = parameter("gamma", v1.ones_initializer()) if scale else None
        mean, variance = tf.nn.moments(inputs, list(range(norm_axis, rank)), keepdims=True)
        epsilon = 1e-3 if dtype == tf.float16 else 1e-12
        outputs = tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, epsilon)
        outputs.set_shape(inputs.shape)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, within.original_name_scope, outputs)


def _pool2d(kind: str, scope_name: str) -> Callable[..., Any]:
    @add_arg_scope
    def pool(
        inputs: Any,
        kernel_size: Any,
        stride: Any = 2,
        padding: str = "VALID",
        data_format: str = "NHWC",
        outputs_collections: Any = None,
        scope: Any = None,
    ) -> Any:
        if data_format not in ("NHWC", "NCHW"):
            raise ValueError("data_format has to be either NCHW or NHWC.")
        with v1.name_scope(scope, scope_name, [inputs]) as within:
            layer = getattr(_tf.keras_v1("layers"), kind)(
                kernel_size, stride, padding, _FORMATS[data_format]
            )
            return collected(outputs_collections, within, layer(tf.convert_to_tensor(inputs)))

    pool.__doc__ = f"`tf.layers.{kind}`, with contrib's defaults."
    pool._key_op = f"{__name__}.{kind}"
    return pool


max_pool2d = _pool2d("MaxPooling2D", "MaxPool2D")
avg_pool2d = _pool2d("AveragePooling2D", "AvgPool2D")


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Any:
    """Dropout which keeps an input with probability `keep_prob`, and scales it up."""
    with v1.variable_scope(scope, "Dropout", [inputs]) as within:
        inputs = tf.convert_to_tensor(inputs)
        layer = _tf.keras_v1("layers").Dropout(
            rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=within.name, _scope=within
        )
        outputs = layer(inputs, training=is_training)
        return collected(outputs_collections, within.original_name_scope, outputs)


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Any:
    """`[batch, ...]` to `[batch, size]`."""
    with v1.name_scope(scope, "Flatten", [inputs]) as within:
        outputs = _tf.keras_v1("layers").Flatten()(tf.convert_to_tensor(inputs))
        return collected(outputs_collections, within, outputs)
