"""DNN logits: fully connected layers over feature columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from tfspec import _tf
from tfspec.canned._columns import as_columns, dense_input, parts
from tfspec.spec import ModeKeys

v1 = tf.compat.v1

# How much of the moving statistics of batch normalization a step replaces, and what keeps
# the division by a small variance tame.
_MOVING_RATE = 1.0 - 0.999
_EPSILON = 0.001


class Shape(NamedTuple):
    """What a network looks like, whatever its input and output."""

    hidden_units: Sequence[int]
    activation_fn: Any = tf.nn.relu
    dropout: float | None = None
    batch_norm: bool = False


class Network(NamedTuple):
    """A network in the graph."""

    logits: tf.Tensor
    variables: list[Any]  # those to train
    update_ops: list[tf.Operation]  # moving statistics, in training only
    activations: dict[str, tf.Tensor]  # by the name of the layer, logits included


def dnn_logit_fn_builder(
    units: int,
    hidden_units: Sequence[int],
    feature_columns: Any,
    activation_fn: Any,
    dropout: float | None,
    input_layer_partitioner: Any,
    batch_norm: bool,
) -> Callable[[Any, str], tf.Tensor]:
    """Returns a function from features and mode to the logits of a deep network.

    For a `model_fn` of your own, or as a part of a bigger model. Its variables are named
    `input_from_feature_columns/input_layer/...`, `hiddenlayer_0/kernel`,
    `hiddenlayer_0/bias`, ... and `logits/kernel`, `logits/bias` below the variable scope in which
    it is called; moving statistics are updated by ops in the collection `UPDATE_OPS`.

    Args:
        units: how many logits an example gets, an int.
        hidden_units: the size of each hidden layer, from the input upwards.
        feature_columns: dense columns; see `DNNClassifier`.
        activation_fn: what each hidden layer ends with: a function of a tensor, the name of one
            in Keras, or None for nothing.
        dropout: the share of a hidden layer's output to drop in training, in [0, 1); None for
            none.
        input_layer_partitioner: a partitioner of the variables of the columns, or None.
        batch_norm: whether to normalize the output of each hidden layer over the batch.

    Returns:
        A function of `features`, a dict of tensors, and `mode` that returns logits
        `[batch, units]`.

    Raises:
        ValueError: if `units` is no int; when the function is called, if `feature_columns` is
            empty, holds two columns of one name, or something else than dense columns.

    Behaviour: tf.estimator 2.15.
    """
    if not isinstance(units, int):
        raise ValueError(f"units must be an int.  Given type: {type(units)}")
    columns = as_columns(feature_columns)
    shape = Shape(tuple(hidden_units), activation_fn, dropout, batch_norm)

    def logit_fn(features: Any, mode: str) -> tf.Tensor:
        return dnn_logits_v1(features, mode, columns, shape, units, input_layer_partitioner).logits

    return logit_fn


def dnn_logits(
    features: Any, mode: str, columns: Sequence[Any], shape: Shape, units: int
) -> Network:
    """The network of `tf.estimator`, in a scope `dnn`."""
    shared_scope = v1.get_variable_scope()
    with v1.variable_scope("dnn"):
        network = dnn_network(features, mode, columns, shape, units, shared_scope=shared_scope)
    summarize(network, "dnn")
    return network


def dnn_logits_v1(
    features: Any,
    mode: str,
    columns: Sequence[Any],
    shape: Shape,
    units: int,
    input_layer_partitioner: Any,
) -> Network:
    """The network of `tf.compat.v1.estimator`, in the scope that is current."""
    network = dnn_network(features, mode, columns, shape, units, input_layer_partitioner)
    for op in network.update_ops:
        v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, op)
    summarize(network, "dnn")
    return network


def dnn_network(
    features: Any,
    mode: str,
    columns: Sequence[Any],
    shape: Shape,
    units: int,
    input_layer_partitioner: Any = None,
    shared_scope: v1.VariableScope | None = None,
) -> Network:
    """Builds the network in the current variable scope.

    Variables that columns share are named below `shared_scope`, by default with the input layer.
    """
    training = mode == ModeKeys.TRAIN
    input_scope = v1.variable_scope(
        "input_from_feature_columns", partitioner=input_layer_partitioner
    )
    with input_scope as scope:
        net, variables = dense_input(features, columns, shared_scope or scope, "input_layer")
    activation = _activation(shape.activation_fn)
    update_ops: list[tf.Operation] = []
    activations: dict[str, tf.Tensor] = {}
    for number, size in enumerate(shape.hidden_units):
        with v1.variable_scope(f"hiddenlayer_{number}"):
            # Scripts split their flags: the sizes are strings, or fractions.
            net = activation(_dense(net, int(size), variables))
        if shape.dropout and training:
            with v1.name_scope("dropout"):
                net = tf.nn.dropout(net, rate=shape.dropout)
        if shape.batch_norm:
            with v1.variable_scope(f"hiddenlayer_{number}/batchnorm_{number}"):
                net = _batch_norm(net, training, variables, update_ops)
        activations[f"hiddenlayer_{number}"] = net
    with v1.variable_scope("logits"):
        logits = _dense(net, units, variables)
    activations["logits"] = logits
    return Network(logits, variables, update_ops, activations)


def summarize(network: Network, prefix: str) -> None:
    """Writes what each layer puts out as a histogram, and the share of zeros in it."""
    for layer, value in network.activations.items():
        v1.summary.scalar(
            f"{prefix}/{layer}/fraction_of_zero_values", tf.math.zero_fraction(value)
        )
        v1.summary.histogram(f"{prefix}/{layer}/activation", value)


def _activation(given: Any) -> Callable[[tf.Tensor], tf.Tensor]:
    return given if callable(given) else _tf.keras().activations.get(given)


def _dense(inputs: tf.Tensor, units: int, variables: list[Any]) -> tf.Tensor:
    shape = [inputs.shape[-1], units]
    kernel = v1.get_variable("kernel", shape, initializer=v1.glorot_uniform_initializer())
    bias = v1.get_variable("bias", [units], initializer=v1.zeros_initializer())
    variables += [*parts(kernel), *parts(bias)]
    product = tf.matmul(inputs, tf.convert_to_tensor(kernel))
    return tf.nn.bias_add(product, tf.convert_to_tensor(bias), name="BiasAdd")


def _batch_norm(
    inputs: tf.Tensor, training: bool, variables: list[Any], update_ops: list[tf.Operation]
) -> tf.Tensor:
    shape = [inputs.shape[-1]]
    ones, zeros = v1.ones_initializer(), v1.zeros_initializer()
    gamma = v1.get_variable("gamma", shape, initializer=ones)
    beta = v1.get_variable("beta", shape, initializer=zeros)
    variables += [*parts(gamma), *parts(beta)]
    moving_mean = _moving_statistic("moving_mean", shape, zeros)
    moving_variance = _moving_statistic("moving_variance", shape, ones)
    mean, variance = moving_mean, moving_variance
    if training:
        mean, variance = tf.nn.moments(inputs, axes=[0])
        for moving, now in ((moving_mean, mean), (moving_variance, variance)):
            with v1.name_scope("AssignMovingAvg"):
                update_ops.append(moving.assign_sub((moving - now) * _MOVING_RATE).op)
    return tf.nn.batch_normalization(
        inputs, mean, variance, tf.convert_to_tensor(beta), tf.convert_to_tensor(gamma), _EPSILON
    )


def _moving_statistic(name: str, shape: Sequence[int], initializer: Any) -> tf.Variable:
    """A statistic over batches: never partitioned, and averaged where replicas differ."""
    scope = v1.get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)
    try:
        return v1.get_variable(
            name,
            shape,
            initializer=initializer,
            trainable=False,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.MEAN,
        )
    finally:
        scope.set_partitioner(partitioner)
