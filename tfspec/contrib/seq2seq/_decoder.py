"""tf.contrib.seq2seq: the decoding loop, and the decoder that helpers feed."""

from __future__ import annotations

import abc
import collections
from typing import Any

import tensorflow as tf

from tfspec.contrib.seq2seq._checks import check_cell, check_layer
from tfspec.contrib.seq2seq._helpers import Helper

v1 = tf.compat.v1

BasicDecoderOutput = collections.namedtuple("BasicDecoderOutput", ("rnn_output", "sample_id"))


class Decoder(abc.ABC):
    """What `dynamic_decode` runs, step by step."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """A scalar of type int32."""

    @property
    @abc.abstractmethod
    def output_size(self) -> Any:
        """Shapes of one example's outputs of a step: integers or `TensorShape`s."""

    @property
    @abc.abstractmethod
    def output_dtype(self) -> Any:
        """Types of the outputs, in the same structure."""

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Which examples are finished before the first step, the first inputs and state."""

    @abc.abstractmethod
    def step(
        self, time: Any, inputs: Any, state: Any, name: str | None = None
    ) -> tuple[Any, Any, Any, Any]:
        """The step's outputs, the next state, the next inputs and which examples are finished."""

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """What becomes of all outputs, `[length, batch, ...]`, and of the last state."""
        return outputs, final_state

    @property
    def tracks_own_finished(self) -> bool:
        """Whether a finished example may go on; else one that is stays it."""
        return False


class BasicDecoder(Decoder):
    """A cell that a helper feeds.

    Args:
        cell: an RNN cell.
        helper: a `Helper`.
        initial_state: the cell's.
        output_layer: a layer for the cell's outputs, such as `tf.layers.Dense`.

    Raises:
        TypeError: an argument is something else.
    """

    def __init__(
        self, cell: Any, helper: Helper, initial_state: Any, output_layer: Any = None
    ) -> None:
        check_cell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, received: {type(helper)}")
        check_layer("output_layer must be a Layer, received", output_layer)
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        return self._helper.batch_size

    def _rnn_output_size(self) -> Any:
        return size_after(self._output_layer, self._cell.output_size)

    @property
    def output_size(self) -> Any:
        return BasicDecoderOutput(self._rnn_output_size(), self._helper.sample_ids_shape)

    @property
    def output_dtype(self) -> Any:
        dtype = tf.nest.flatten(self._initial_state)[0].dtype
        return BasicDecoderOutput(
            tf.nest.map_structure(lambda _: dtype, self._rnn_output_size()),
            self._helper.sample_ids_dtype,
        )

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        return (*self._helper.initialize(), self._initial_state)

    def step(
        self, time: Any, inputs: Any, state: Any, name: str | None = None
    ) -> tuple[Any, Any, Any, Any]:
        with v1.name_scope(name, "BasicDecoderStep", [time]):
            outputs, state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            sample_ids = self._helper.sample(time=time, outputs=outputs, state=state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids
            )
        return BasicDecoderOutput(outputs, sample_ids), next_state, next_inputs, finished


def size_after(layer: Any, size: Any) -> Any:
    """Shape of one example's output of `layer`, if there is one, for a cell's `output_size`."""
    if layer is None:
        return size
    batches = tf.nest.map_structure(lambda s: tf.TensorShape([None]).concatenate(s), size)
    return tf.TensorShape(layer.compute_output_shape(batches))[1:]


def dynamic_decode(
    decoder: Decoder,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
    **kwargs: Any,
) -> tuple[Any, Any, Any]:
    """Runs a decoder until all examples are finished.

    Args:
        decoder: a `Decoder`.
        output_time_major: whether outputs are `[length, batch, ...]`, else
            `[batch, length, ...]`.
        impute_finished: whether finished examples have outputs of zero, and keep their state.
        maximum_iterations: a scalar, the most steps to take.
        parallel_iterations, swap_memory: see `tf.while_loop`.
        scope: of the variables; `decoder` by default.
        **kwargs: not used: were for decoders that are Keras layers.

    Returns:
        The outputs of all steps, the last state, and `[batch]`, int32, each example's length.

    Raises:
        TypeError: `decoder` is no `Decoder`.
        ValueError: `maximum_iterations` is no scalar.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with v1.variable_scope(scope, "decoder"):
        if maximum_iterations is not None:
            maximum_iterations = tf.convert_to_tensor(
                maximum_iterations, dtype=tf.int32, name="maximum_iterations"
            )
            if maximum_iterations.shape.rank != 0:
                raise ValueError("maximum_iterations must be a scalar")
        finished, inputs, state = decoder.initialize()
        if maximum_iterations is not None:
            finished = finished | (maximum_iterations <= 0)
        loop = _Loop(decoder, impute_finished)
        lengths = tf.zeros_like(finished, tf.int32)
        _, written, state, _, _, lengths = tf.while_loop(
            lambda time, written, state, inputs, finished, lengths: ~tf.reduce_all(finished),
            loop.body,
            (tf.constant(0), loop.arrays(), state, inputs, finished, lengths),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        outputs = tf.nest.map_structure(lambda array: array.stack(), written)
        try:
            outputs, state = decoder.finalize(outputs, state, lengths)
        except NotImplementedError:  # a decoder of a script may say so
            pass
        if not output_time_major:
            outputs = tf.nest.map_structure(_batch_major, outputs)
    return outputs, state, lengths


class _Loop:
    """The body of a decoding loop."""

    def __init__(self, decoder: Decoder, impute_finished: bool) -> None:
        self._decoder = decoder
        self._imputes = impute_finished
        batch = decoder.batch_size
        static = tf.get_static_value(batch) if tf.is_tensor(batch) else batch
        self._batch = tf.TensorShape([static])
        self._zeros = tf.nest.map_structure(
            lambda size, dtype: tf.zeros(tf.concat([[batch], tf.TensorShape(size)], 0), dtype),
            decoder.output_size,
            decoder.output_dtype,
        )

    def arrays(self) -> Any:
        """For the outputs of all steps, still empty."""

        def array(size: Any, dtype: Any) -> tf.TensorArray:
            shape = self._batch.concatenate(tf.TensorShape(size))
            return tf.TensorArray(dtype, 0, dynamic_size=True, element_shape=shape)

        return tf.nest.map_structure(
            array, self._decoder.output_size, self._decoder.output_dtype
        )

    def body(
        self, time: Any, written: Any, state: Any, inputs: Any, finished: Any, lengths: Any
    ) -> tuple[Any, ...]:
        decoder = self._decoder
        outputs, next_state, next_inputs, next_finished = decoder.step(time, inputs, state)
        if not decoder.tracks_own_finished:
            next_finished = next_finished | finished
        # Of a beam search these are of places in the beam, not of the sequences that end there.
        lengths = tf.where(finished, lengths, time + 1)
        for before, after in ((state, next_state), (written, outputs), (inputs, next_inputs)):
            tf.nest.assert_same_structure(before, after)
        if self._imputes:
            outputs = tf.nest.map_structure(
                lambda new, zero: v1.where(finished, zero, new), outputs, self._zeros
            )
            next_state = tf.nest.map_structure(
                lambda old, new: _kept(finished, old, new), state, next_state
            )
        written = tf.nest.map_structure(lambda array, x: array.write(time, x), written, outputs)
        return time + 1, written, next_state, next_inputs, next_finished, lengths


def _kept(finished: Any, old: Any, new: Any) -> Any:
    """The new state, and the old one of finished examples; what has no batch has only a new one."""
    if isinstance(old, tf.TensorArray) or old.shape.rank == 0:
        return new
    new.set_shape(old.shape)
    return v1.where(finished, old, new)


def _batch_major(tensor: Any) -> Any:
    if tensor.shape.rank is None or tensor.shape.rank < 2:
        return tensor
    return tf.transpose(tensor, [1, 0, *range(2, tensor.shape.rank)])
