"""tf.contrib.legacy_seq2seq: encoders and decoders, unrolled step by step.

Inputs and outputs are lists with a tensor for each step. A `loop_function` makes the input of a
step from the output of the one before, and its number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

from tfspec.contrib.legacy_seq2seq._attention import attention_decoder
from tfspec.contrib.rnn import EmbeddingWrapper, OutputProjectionWrapper

v1 = tf.compat.v1


def rnn_decoder(
    decoder_inputs: Iterable[Any],
    initial_state: Any,
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """A cell, step by step.

    Args:
        decoder_inputs: of each step, `[batch, size]`.
        initial_state: before the first.
        cell: an RNN cell.
        loop_function: makes the inputs of all steps but the first.
        scope: the variable scope, `rnn_decoder` by default.

    Returns:
        Outputs, `[batch, cell.output_size]`, and the last state.
    """
    state, outputs = initial_state, []
    with v1.variable_scope(scope or "rnn_decoder"):
        for number, given in enumerate(decoder_inputs):
            if loop_function is not None and outputs:
                with v1.variable_scope("loop_function", reuse=True):
                    given = loop_function(outputs[-1], number)
            if number:
                v1.get_variable_scope().reuse_variables()
            output, state = cell(given, state)
            outputs.append(output)
    return outputs, state


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    dtype: Any = tf.float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """An encoder, and a decoder that goes on from its state, with variables of its own."""
    with v1.variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = v1.nn.static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: Any = tf.float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """An encoder, and a decoder that goes on from its state with the same variables."""
    scope = scope or "tied_rnn_seq2seq"
    with v1.variable_scope("combined_tied_rnn_seq2seq"):
        _, state = v1.nn.static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        v1.get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function, scope)


def _feeding(
    embedding: Any, output_projection: tuple[Any, Any] | None, updates: bool
) -> Callable[[Any, int], Any]:
    """A loop function: the embedding of the likeliest symbol."""

    def loop_function(previous: Any, _: int) -> Any:
        if output_projection is not None:
            previous = v1.nn.xw_plus_b(previous, *output_projection)
        found = v1.nn.embedding_lookup(embedding, tf.argmax(previous, 1))
        return found if updates else tf.stop_gradient(found)

    return loop_function


def _either_way(
    feed_previous: Any, decode: Callable[[bool], tuple[list[Any], Any]]
) -> tuple[list[Any], Any]:
    """What `decode` returns with its own outputs fed, or without: as a bool or a tensor says."""
    if isinstance(feed_previous, bool):
        return decode(feed_previous)

    found: list[tuple[list[Any], Any]] = []

    def flat(feeds: bool) -> list[Any]:
        with v1.variable_scope(v1.get_variable_scope(), reuse=True if found else None):
            found.append(decode(feeds))
        return tf.nest.flatten(found[-1])

    values = v1.cond(feed_previous, lambda: flat(True), lambda: flat(False))
    return tf.nest.pack_sequence_as(found[0], values)


def _embedding(symbols: int, size: int) -> Any:
    return v1.get_variable("embedding", [symbols, size])


def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: tuple[Any, Any] | None = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`rnn_decoder` of symbols.

    Args:
        decoder_inputs: of each step, int32 `[batch]`.
        initial_state, cell: see there.
        num_symbols, embedding_size: shape of the variable `embedding`.
        output_projection: weights `[cell.output_size, num_symbols]` and biases that make logits of
            an output before a symbol is chosen; None if outputs are logits.
        feed_previous: whether steps after the first get the likeliest symbol of the one before.
        update_embedding_for_previous: whether gradients go back through those.
        scope: the variable scope, `embedding_rnn_decoder` by default.

    Returns:
        Outputs and the last state.
    """
    with v1.variable_scope(scope or "embedding_rnn_decoder"):
        embedding = _embedding(num_symbols, embedding_size)
        loop = _feeding(embedding, output_projection, update_embedding_for_previous)
        embedded = [v1.nn.embedding_lookup(embedding, i) for i in decoder_inputs]
        return rnn_decoder(embedded, initial_state, cell, loop if feed_previous else None)


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: tuple[Any, Any] | None = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """An encoder and a decoder of symbols.

    Args:
        feed_previous: see `embedding_rnn_decoder`; a bool or a tensor.
        encoder_inputs, decoder_inputs, cell, num_encoder_symbols, num_decoder_symbols,
            embedding_size, output_projection, scope: see there.
        dtype: of the states.

    Returns:
        Outputs, logits unless there is an `output_projection`, and the last state.
    """
    with v1.variable_scope(scope or "embedding_rnn_seq2seq") as within:
        encoder = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        _, state = v1.nn.static_rnn(encoder, encoder_inputs, dtype=dtype or within.dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
        return _either_way(
            feed_previous,
            lambda feeds: embedding_rnn_decoder(
                decoder_inputs, state, cell, num_decoder_symbols, embedding_size,
                output_projection, feeds,
            ),
        )


def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: tuple[Any, Any] | None = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`embedding_rnn_seq2seq` with the same variables for encoder and decoder."""
    with v1.variable_scope(scope or "embedding_tied_rnn_seq2seq") as within:
        embedding = _embedding(num_symbols, embedding_size)
        encoded, decoded = (
            [v1.nn.embedding_lookup(embedding, i) for i in steps]
            for steps in (encoder_inputs, decoder_inputs)
        )
        if output_projection is None:
            symbols = num_symbols if num_decoder_symbols is None else num_decoder_symbols
            cell = OutputProjectionWrapper(cell, symbols)
        loop = _feeding(embedding, output_projection, True)
        return _either_way(
            feed_previous,
            lambda feeds: tied_rnn_seq2seq(
                encoded, decoded, cell, loop if feeds else None, dtype or within.dtype
            ),
        )


def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: tuple[Any, Any] | None = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`attention_decoder` of symbols; arguments as of that and of `embedding_rnn_decoder`."""
    with v1.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = _embedding(num_symbols, embedding_size)
        loop = _feeding(embedding, output_projection, update_embedding_for_previous)
        embedded = [v1.nn.embedding_lookup(embedding, i) for i in decoder_inputs]
        return attention_decoder(
            embedded, initial_state, attention_states, cell, output_size, num_heads,
            loop if feed_previous else None, initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: tuple[Any, Any] | None = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`embedding_rnn_seq2seq` with attention to the encoder's outputs."""
    with v1.variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as within:
        encoder = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        outputs, state = v1.nn.static_rnn(encoder, encoder_inputs, dtype=within.dtype)
        attended = tf.concat([tf.reshape(x, [-1, 1, cell.output_size]) for x in outputs], 1)
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols
        return _either_way(
            feed_previous,
            lambda feeds: embedding_attention_decoder(
                decoder_inputs, state, attended, cell, num_decoder_symbols, embedding_size,
                num_heads, output_size, output_projection, feeds,
                initial_state_attention=initial_state_attention,
            ),
        )
