"""tf.contrib.seq2seq: what a decoder's samples and next inputs are."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec.contrib.seq2seq._random import draw_classes

v1 = tf.compat.v1


class Helper(abc.ABC):
    """What feeds a `BasicDecoder`: it draws samples from outputs and makes inputs of them."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """A scalar of type int32."""

    @property
    @abc.abstractmethod
    def sample_ids_shape(self) -> Any:
        """Shape of one example's sample, a `TensorShape`."""

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self) -> Any:
        """Type of samples."""

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Which examples are finished before the first step, `[batch]`, and the first inputs."""

    @abc.abstractmethod
    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Samples of one step's outputs."""

    @abc.abstractmethod
    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Which examples are finished after the step, the next inputs and the next state."""


class CustomHelper(Helper):
    """A helper made of three functions.

    Args:
        initialize_fn: returns `(finished, next_inputs)`.
        sample_fn: of `time`, `outputs` and `state`; returns samples.
        next_inputs_fn: of `time`, `outputs`, `state` and `sample_ids`; returns
            `(finished, next_inputs, next_state)`.
        sample_ids_shape: shape of one example's sample; a scalar by default.
        sample_ids_dtype: type of samples; int32 by default.
    """

    def __init__(
        self,
        initialize_fn: Callable[..., Any],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., Any],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ) -> None:
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size: Any = None
        self._sample_ids_shape = tf.TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or tf.int32

    @property
    def batch_size(self) -> Any:
        """Known once `initialize` was called; before, it raises `ValueError`."""
        if self._batch_size is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> Any:
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> Any:
        return self._sample_ids_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        with tf.name_scope(name or "CustomHelperInitialize"):
            finished, next_inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = tf.size(finished)
        return finished, next_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        with tf.name_scope(name or "CustomHelperSample"):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        with tf.name_scope(name or "CustomHelperNextInputs"):
            return self._next_inputs_fn(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids
            )


class _TokenHelper(Helper):
    """One whose samples are class numbers."""

    _batch_size: Any

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> Any:
        return tf.TensorShape([])

    @property
    def sample_ids_dtype(self) -> Any:
        return tf.int32


class TrainingHelper(_TokenHelper):
    """Feeds given inputs, whatever was decoded.

    Args:
        inputs: `[batch, length, ...]`, or a structure of such tensors.
        sequence_length: `[batch]`, how many steps each example has.
        time_major: whether `inputs` are `[length, batch, ...]`.
        name: of the scope.

    Raises:
        ValueError: `sequence_length` is no vector.
    """

    def __init__(
        self, inputs: Any, sequence_length: Any, time_major: bool = False, name: str | None = None
    ) -> None:
        with v1.name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            inputs = tf.nest.map_structure(tf.convert_to_tensor, inputs)
            self._inputs = inputs
            if not time_major:
                inputs = tf.nest.map_structure(swapped, inputs)
            self._input_tas = tf.nest.map_structure(steps_of, inputs)
            self._sequence_length = tf.convert_to_tensor(sequence_length, name="sequence_length")
            if self._sequence_length.shape.rank != 1:
                raise ValueError(
                    "Expected sequence_length to be a vector, but received shape: "
                    f"{self._sequence_length.shape}"
                )
            self._zero_inputs = tf.nest.map_structure(lambda x: tf.zeros_like(x[0]), inputs)
            self._batch_size = tf.size(self._sequence_length)

    @property
    def inputs(self) -> Any:
        return self._inputs

    @property
    def sequence_length(self) -> Any:
        return self._sequence_length

    def _inputs_at(self, time: Any) -> tuple[Any, Any]:
        """Which examples are finished by then, and their inputs: zeros once all are."""
        finished = time >= tf.cast(self._sequence_length, tf.int32)
        inputs = tf.cond(
            tf.reduce_all(finished),
            lambda: self._zero_inputs,
            lambda: tf.nest.map_structure(lambda steps: steps.read(time), self._input_tas),
        )
        return finished, inputs

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        with tf.name_scope(name or "TrainingHelperInitialize"):
            return self._inputs_at(tf.constant(0))

    def sample(
        self, time: Any, outputs: Any, name: str | None = None, **unused_kwargs: Any
    ) -> Any:
        with v1.name_scope(name, "TrainingHelperSample", [time, outputs]):
            return tf.argmax(outputs, -1, tf.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, name: str | None = None, **unused_kwargs: Any
    ) -> tuple[Any, Any, Any]:
        with v1.name_scope(name, "TrainingHelperNextInputs", [time]):
            return (*self._inputs_at(time + 1), state)


def swapped(tensor: Any) -> Any:
    """Batch and time in each other's place."""
    return tf.transpose(tensor, [1, 0, *range(2, tensor.shape.rank)])


def steps_of(tensor: Any) -> tf.TensorArray:
    steps = tf.TensorArray(tensor.dtype, tf.shape(tensor)[0], element_shape=tensor.shape[1:])
    return steps.unstack(tensor)


def embedding_fn_of(embedding: Any) -> Callable[[Any], Any]:
    if callable(embedding):
        return embedding
    return lambda ids: v1.nn.embedding_lookup(embedding, ids)


class GreedyEmbeddingHelper(_TokenHelper):
    """Feeds the embedding of the likeliest class, until that is the end token.

    Args:
        embedding: a function of ids, or the parameters of `embedding_lookup`.
        start_tokens: `[batch]`, what the first inputs are embeddings of.
        end_token: the class that ends an example.

    Raises:
        ValueError: `start_tokens` is no vector, or `end_token` no scalar.
    """

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any) -> None:
        self._embedding_fn = embedding_fn_of(embedding)
        self._start_tokens = tf.convert_to_tensor(
            start_tokens, dtype=tf.int32, name="start_tokens"
        )
        self._end_token = tf.convert_to_tensor(end_token, dtype=tf.int32, name="end_token")
        if self._start_tokens.shape.rank != 1:
            raise ValueError("start_tokens must be a vector")
        if self._end_token.shape.rank != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = tf.size(self._start_tokens)
        self._start_inputs = self._embedding_fn(self._start_tokens)

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        return tf.fill([self._batch_size], False), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        return tf.argmax(_one_tensor(outputs), -1, tf.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        finished = tf.equal(sample_ids, self._end_token)
        # Once all examples are finished their inputs don't matter.
        inputs = tf.cond(
            tf.reduce_all(finished),
            lambda: self._start_inputs,
            lambda: self._embedding_fn(sample_ids),
        )
        return finished, inputs, state


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """Feeds the embedding of a class that is drawn from the outputs, which are logits.

    Args:
        embedding, start_tokens, end_token: see `GreedyEmbeddingHelper`.
        softmax_temperature: what logits are divided by.
        seed: of the samples.
    """

    def __init__(
        self,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        softmax_temperature: Any = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        logits = _one_tensor(outputs)
        if self._softmax_temperature is not None:
            logits = logits / self._softmax_temperature
        return draw_classes(logits, self._seed)


def _one_tensor(outputs: Any) -> Any:
    if not tf.is_tensor(outputs):
        raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")
    return outputs


class InferenceHelper(Helper):
    """Feeds what a function makes of the outputs, until another says that it is the end.

    Args:
        sample_fn: of outputs; returns samples.
        sample_shape: of one example's sample.
        sample_dtype: of samples.
        start_inputs: the first inputs, `[batch, ...]`.
        end_fn: of samples; returns which examples are finished.
        next_inputs_fn: of samples; returns the next inputs, which are the samples by default.
    """

    def __init__(
        self,
        sample_fn: Callable[[Any], Any],
        sample_shape: Any,
        sample_dtype: Any,
        start_inputs: Any,
        end_fn: Callable[[Any], Any],
        next_inputs_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = tf.TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._start_inputs = tf.convert_to_tensor(start_inputs, name="start_inputs")
        self._batch_size = tf.shape(self._start_inputs)[0]

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> Any:
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> Any:
        return self._sample_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        return tf.fill([self._batch_size], False), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        return self._sample_fn(outputs)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        inputs = self._next_inputs_fn(sample_ids) if self._next_inputs_fn else sample_ids
        return self._end_fn(sample_ids), inputs, state
