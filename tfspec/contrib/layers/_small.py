"""tf.contrib.layers: what is made of other layers, or is a few ops."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.contrib.framework import add_arg_scope, model_variable
from tfspec.contrib.layers._layers import collected, fully_connected

v1 = tf.compat.v1

linear = functools.partial(fully_connected, activation_fn=None)
relu = functools.partial(fully_connected, activation_fn=tf.nn.relu)
relu6 = functools.partial(fully_connected, activation_fn=tf.nn.relu6)


def _layer_name(layer: Any) -> str:
    return getattr(layer, "__name__", None) or layer.func.__name__


def stack(inputs: Any, layer: Callable[..., Any], stack_args: Sequence[Any], **kwargs: Any) -> Any:
    """A layer several times, with other arguments each time.

    Args:
        inputs: of the first one.
        layer: a function of inputs, further arguments and `scope`.
        stack_args: for each time, the argument or the list of arguments.
        **kwargs: for all; `scope` is that around all of them.

    Returns:
        The last result.

    Raises:
        ValueError: `stack_args` is no list.
    """
    if not isinstance(stack_args, list | tuple):
        raise ValueError("stack_args need to be a list or tuple")
    scope = kwargs.pop("scope", None)
    with v1.variable_scope(scope, "Stack", [inputs]):
        name = "fully_connected" if layer in (relu, relu6, linear) else _layer_name(layer)
        for number, arguments in enumerate(stack_args, 1):
            arguments = arguments if isinstance(arguments, list | tuple) else [arguments]
            inputs = layer(inputs, *arguments, scope=f"{name}_{number}", **kwargs)
        return inputs


def repeat(
    inputs: Any, repetitions: int, layer: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """The same layer several times, each with variables of its own."""
    scope = kwargs.pop("scope", None)
    with v1.variable_scope(scope, "Repeat", [inputs]) as within:
        name = scope or _layer_name(layer)
        for number in range(1, repetitions + 1):
            kwargs["scope"] = f"{within.name.split('/')[-1] if scope else name}_{number}"
            inputs = layer(inputs, *args, **kwargs)
        return inputs


def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Any:
    """Embeds sequences of ids.

    Args:
        ids: `[batch, length]`, whole numbers below `vocab_size`.
        vocab_size: how many there are.
        embed_dim: size of an embedding.
        unique: whether each id is looked up once.
        initializer, regularizer, trainable: of the variable `embeddings`.
        scope: the variable scope, `EmbedSequence` by default.
        reuse: whether the variable exists.

    Returns:
        `[batch, length, embed_dim]`.

    Raises:
        ValueError: neither are sizes given nor does the variable exist.
    """
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. "
            f"Got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with v1.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = [vocab_size, embed_dim]
        if reuse and (vocab_size is None or embed_dim is None):
            shape = None
        embeddings = model_variable(
            "embeddings",
            shape,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if not unique:
            return tf.nn.embedding_lookup(embeddings, ids)
        ids = tf.convert_to_tensor(ids)
        different, places = tf.unique(tf.reshape(ids, [-1]))
        found = tf.gather(tf.nn.embedding_lookup(embeddings, different), places)
        outputs = tf.reshape(found, tf.concat([tf.shape(ids), [-1]], 0))
        outputs.set_shape(ids.shape.concatenate(embeddings.shape[1:]))
        return outputs


def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Any:
    """Averages the embeddings of each example's ids.

    Args:
        ids: `[batch, length]`, dense or sparse. Negative ones don't count.
        vocab_size: how many there are.
        embed_dim: size of an embedding.
        sparse_lookup: whether dense ids are made sparse first: 0 then doesn't count either.
        initializer, regularizer, trainable: of the variable `embeddings`.
        scope: the variable scope, `bow_encoder` by default.
        reuse: whether the variable exists.

    Returns:
        `[batch, embed_dim]`.

    Raises:
        TypeError: sparse ids without `sparse_lookup`.
    """
    is_sparse = isinstance(ids, tf.SparseTensor)
    with v1.variable_scope(scope, "bow_encoder", [ids], reuse=reuse):
        embeddings = model_variable(
            "embeddings",
            [vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if sparse_lookup:
            if not is_sparse:
                places = tf.where(tf.not_equal(ids, 0))
                shape = tf.shape(ids, out_type=tf.int64)
                ids = tf.SparseTensor(places, tf.gather_nd(ids, places), shape)
            return v1.nn.safe_embedding_lookup_sparse([embeddings], ids, combiner="mean")
        if is_sparse:
            raise TypeError(f"ids are expected to be dense Tensor, got: {ids}")
        return tf.reduce_mean(v1.nn.embedding_lookup(embeddings, ids), 1)


def embedding_lookup_unique(
    params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None
) -> Any:
    """`tf.nn.embedding_lookup` that looks up each id once: `ids.shape + params.shape[1:]`."""
    with v1.name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = tf.convert_to_tensor(ids)
        different, places = tf.unique(tf.reshape(ids, [-1]))
        found = v1.nn.embedding_lookup(params, different, partition_strategy)
        rows = tf.gather(found, places)
        outputs = tf.reshape(rows, tf.concat([tf.shape(ids), tf.shape(found)[1:]], 0))
        outputs.set_shape(ids.shape.concatenate(found.shape[1:]))
        return outputs


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """`[batch]` to `[batch, num_classes]`."""
    with v1.name_scope(scope, "OneHotEncoding", [labels, num_classes]) as within:
        labels = tf.cast(tf.convert_to_tensor(labels), tf.int64)
        outputs = tf.one_hot(labels, num_classes, on_value, off_value)
        return collected(outputs_collections, within, outputs)


@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Any:
    """Divides by the length along a dimension."""
    with v1.variable_scope(scope, "UnitNorm", [inputs]):
        length = tf.sqrt(tf.reduce_sum(tf.square(inputs), dim, keepdims=True) + epsilon)
        return tf.math.divide(inputs, length)
