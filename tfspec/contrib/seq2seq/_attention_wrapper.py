"""tf.contrib.seq2seq: a cell with attention."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.contrib.seq2seq._attention import AttentionMechanism, dense
from tfspec.contrib.seq2seq._checks import check_cell, same_size

v1 = tf.compat.v1
_cells = _tf.keras_v1("rnn_cell")


class AttentionWrapperState(
    collections.namedtuple(
        "AttentionWrapperState",
        (
            "cell_state",
            "attention",
            "time",
            "alignments",
            "alignment_history",
            "attention_state",
        ),
    )
):
    """State of an `AttentionWrapper`.

    Attributes:
        cell_state: of the wrapped cell.
        attention: `[batch, size]`, what the step before attended to.
        time: how many steps were made, int32.
        alignments: weights of the memory's steps, `[batch, length]`; a tuple of them for
            several mechanisms, as are the two below.
        alignment_history: a `TensorArray` of all steps' alignments, or `()`.
        attention_state: of the mechanism.
    """

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The same with other values.

        Raises:
            ValueError: of another structure or shape.
        """

        def checked(old: Any, new: Any) -> Any:
            if not (tf.is_tensor(old) and tf.is_tensor(new)):
                return new
            if old.shape.is_fully_defined() and new.shape.is_fully_defined():
                if old.shape != new.shape:
                    expected = " ".join(map(str, old.shape.as_list()))
                    raise ValueError(
                        f"Invalid shape for tensor {new.name}, expected [{expected}], "
                        f"got {new.shape}."
                    )
            if not old.shape.is_compatible_with(new.shape):
                raise ValueError(
                    "The shape of the AttentionWrapperState is expected to be same as the one "
                    f"to clone. self.shape: {old.shape}, input.shape: {new.shape}"
                )
            new.set_shape(old.shape)
            return new

        return tf.nest.map_structure(checked, self, self._replace(**kwargs))


def hardmax(logits: Any, name: str | None = None) -> Any:
    """One at the largest of each row, `[batch, classes]`, and zeros else."""
    with v1.name_scope(name, "Hardmax", [logits]):
        logits = tf.convert_to_tensor(logits, name="logits")
        depth = logits.shape.as_list()[-1]
        depth = tf.shape(logits)[-1] if depth is None else depth
        return tf.one_hot(tf.argmax(logits, -1), depth, dtype=logits.dtype)


def compute_attention(
    attention_mechanism: Any, cell_output: Any, attention_state: Any, attention_layer: Any
) -> tuple[Any, Any, Any]:
    """What a mechanism attends to, its alignments and its next state."""
    alignments, next_state = attention_mechanism(cell_output, state=attention_state)
    context = tf.squeeze(tf.matmul(alignments[:, None], attention_mechanism.values), 1)
    if attention_layer is not None:
        return attention_layer(tf.concat([cell_output, context], 1)), alignments, next_state
    return context, alignments, next_state


def _with_attention(inputs: Any, attention: Any) -> Any:
    return tf.concat([inputs, attention], -1)


class AttentionWrapper(_cells.RNNCell):
    """A cell that sees, besides its inputs, what the step before attended to.

    Args:
        cell: an RNN cell.
        attention_mechanism: an `AttentionMechanism`, or several.
        attention_layer_size: size of a layer over output and context that makes the attention;
            the context is the attention by default. One for each of several mechanisms.
        alignment_history: whether the state has all steps' alignments.
        cell_input_fn: of inputs and attention; they are concatenated by default.
        output_attention: whether the attention is the output, else the cell's output is.
        initial_cell_state: of `zero_state`, instead of the cell's.
        name: of the cell.
        attention_layer: the layer itself instead of its size.
        attention_fn: of mechanism, cell output, attention state and attention layer; returns
            attention, alignments and next attention state.
        dtype: of the cell.

    Raises:
        TypeError: an argument is something else.
        ValueError: sizes or layers don't go with the mechanisms.
        InvalidArgumentError: when run, the memory is of another batch size than the inputs.
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: int | Sequence[int] | None = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., Any] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        check_cell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms = tuple(attention_mechanism) if self._is_multi else (attention_mechanism,)
        _check_mechanisms(mechanisms, self._is_multi)
        if cell_input_fn is not None and not callable(cell_input_fn):
            raise TypeError(
                f"cell_input_fn must be callable, saw type: {type(cell_input_fn).__name__}"
            )
        self._attention_layers = _layers(mechanisms, attention_layer_size, attention_layer, dtype)
        self._attention_layer_size = sum(
            _attention_size(mechanism, cell, layer)
            for mechanism, layer in zip(
                mechanisms, self._attention_layers or [None] * len(mechanisms), strict=True
            )
        )
        self._cell = cell
        self._attention_mechanisms = mechanisms
        self._attention_fn = attention_fn or compute_attention
        self._cell_input_fn = cell_input_fn or _with_attention
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        self._initial_cell_state = None
        if initial_cell_state is not None:
            self._initial_cell_state = self._checked(
                initial_cell_state,
                f"When constructing AttentionWrapper {self.name}: Non-matching batch sizes between "
                "the memory (encoder output) and initial_cell_state.  Are you using the "
                "BeamSearchDecoder?  You may need to tile your initial state via the "
                "tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width.",
                "check_initial_cell_state",
            )

    def _batch_size_checks(self, batch_size: Any, error_message: str) -> list[Any]:
        """Ops that fail unless all memories are of that batch size."""
        return [
            same_size(batch_size, mechanism.batch_size, error_message)
            for mechanism in self._attention_mechanisms
        ]

    def _checked(self, tensors: Any, message: str, name: str, batch_size: Any = None) -> Any:
        """`tensors`, once it is sure that the memories are of their batch size, or of another."""
        if batch_size is None:
            last = tf.nest.flatten(tensors)[-1]
            known = last.shape.as_list()[0]
            batch_size = tf.shape(last)[0] if known is None else known
        checks = [check for check in self._batch_size_checks(batch_size, message) if check]
        with tf.control_dependencies(checks):
            return tf.nest.map_structure(lambda x: tf.identity(x, name), tensors)

    def _item_or_tuple(self, seq: Any) -> Any:
        """One mechanism's item, or those of several in a tuple."""
        items = tuple(seq)
        return items if self._is_multi else items[0]

    @property
    def output_size(self) -> Any:
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        mechanisms = self._attention_mechanisms
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=tf.TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(m.alignments_size for m in mechanisms),
            attention_state=self._item_or_tuple(m.state_size for m in mechanisms),
            alignment_history=self._item_or_tuple(
                m.alignments_size if self._alignment_history else () for m in mechanisms
            ),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> AttentionWrapperState:
        """The state before the first step.

        Args:
            batch_size: that of the memories. With `BeamSearchDecoder` it is the batch size
                times the width of the beam, and memories are tiled.
            dtype: of the state.
        """
        with v1.name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = _zero_state(self._cell, batch_size, dtype)
            cell_state = self._checked(
                cell_state,
                f"When calling zero_state of AttentionWrapper {self.name}: Non-matching batch "
                "sizes between the memory (encoder output) and the requested batch size.  Are you "
                "using the BeamSearchDecoder?  If so, make sure your encoder output has been tiled "
                "to beam_width via tf.contrib.seq2seq.tile_batch, and the batch_size= argument "
                "passed to zero_state is batch_size * beam_width.",
                "checked_cell_state",
                batch_size,
            )
            mechanisms = self._attention_mechanisms
            alignments = [m.initial_alignments(batch_size, dtype) for m in mechanisms]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=tf.zeros([], tf.int32),
                attention=tf.zeros(tf.stack([batch_size, self._attention_layer_size]), dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(
                    m.initial_state(batch_size, dtype) for m in mechanisms
                ),
                alignment_history=self._item_or_tuple(
                    tf.TensorArray(dtype, 0, dynamic_size=True, element_shape=alignment.shape)
                    if self._alignment_history
                    else ()
                    for alignment in alignments
                ),
            )

    def call(self, inputs: Any, state: Any) -> tuple[Any, AttentionWrapperState]:
        """One step of the cell and of its attention."""
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                "Expected state to be instance of AttentionWrapperState. "
                f"Received type {type(state)} instead."
            )
        cell_inputs = self._cell_input_fn(inputs, state.attention)
        cell_output, cell_state = self._cell(cell_inputs, state.cell_state)
        cell_output = self._checked(
            cell_output,
            f"When applying AttentionWrapper {self.name}: Non-matching batch sizes between the "
            "memory (encoder output) and the query (decoder output).  Are you using the "
            "BeamSearchDecoder?  You may need to tile your memory input via the "
            "tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width.",
            "checked_cell_output",
        )
        of_each = (lambda x: x) if self._is_multi else (lambda x: (x,))
        found = [
            self._attention_fn(mechanism, cell_output, attention_state, layer)
            for mechanism, attention_state, layer in zip(
                self._attention_mechanisms,
                of_each(state.attention_state),
                self._attention_layers or [None] * len(self._attention_mechanisms),
                strict=True,
            )
        ]
        attention = tf.concat([attention for attention, _, _ in found], 1)
        history = state.alignment_history
        if self._alignment_history:
            history = self._item_or_tuple(
                array.write(state.time, alignments)
                for array, (_, alignments, _) in zip(of_each(history), found, strict=True)
            )
        next_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            attention_state=self._item_or_tuple(next_state for _, _, next_state in found),
            alignments=self._item_or_tuple(alignments for _, alignments, _ in found),
            alignment_history=history,
        )
        return (attention if self._output_attention else cell_output), next_state


def _check_mechanisms(mechanisms: Sequence[Any], several: bool) -> None:
    for mechanism in mechanisms:
        if not isinstance(mechanism, AttentionMechanism):
            must = (
                "must contain only instances of AttentionMechanism"
                if several
                else "must be an AttentionMechanism or list of multiple AttentionMechanism "
                "instances"
            )
            raise TypeError(
                f"attention_mechanism {must}, saw type: {type(mechanism).__name__}"
            )


def _layers(mechanisms: Sequence[Any], sizes: Any, layers: Any, dtype: Any) -> Any:
    """The layer of each mechanism, or None for none."""
    if sizes is not None and layers is not None:
        raise ValueError("Only one of attention_layer_size and attention_layer should be set")
    given, what = (sizes, "attention_layer_size") if sizes is not None else (
        layers, "attention_layer")
    if given is None:
        return None
    given = tuple(given) if isinstance(given, (list, tuple)) else (given,)
    if len(given) != len(mechanisms):
        exactly = "integer" if sizes is not None else "layer"
        raise ValueError(
            f"If provided, {what} must contain exactly one {exactly} per attention_mechanism, "
            f"saw: {len(given)} vs {len(mechanisms)}"
        )
    return given if sizes is None else tuple(dense(n, "attention_layer", dtype) for n in given)


def _attention_size(mechanism: Any, cell: Any, layer: Any) -> int:
    """How deep a mechanism's attention is."""
    depth = mechanism.values.shape.as_list()[-1]
    if layer is None:
        return depth
    return tf.TensorShape(layer.compute_output_shape([None, cell.output_size + depth]))[-1]


def _zero_state(cell: Any, batch_size: Any, dtype: Any) -> Any:
    if hasattr(cell, "zero_state"):
        return cell.zero_state(batch_size, dtype)
    return cell.get_initial_state(batch_size=batch_size, dtype=dtype)
