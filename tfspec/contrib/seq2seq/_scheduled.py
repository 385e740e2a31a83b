"""tf.contrib.seq2seq: helpers that feed given inputs, and now and then what was decoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec.contrib.seq2seq._helpers import TrainingHelper, embedding_fn_of, steps_of, swapped
from tfspec.contrib.seq2seq._random import draw_classes, draw_truth

v1 = tf.compat.v1


def _replaced(base: Any, chosen: Any, values_of: Callable[[Any], Any]) -> Any:
    """`base` with other rows where `chosen`: `values_of(their numbers)`."""
    every = tf.range(tf.size(chosen))
    there, others = tf.boolean_mask(every, chosen), tf.boolean_mask(every, ~chosen)
    rows = tf.dynamic_stitch([others, there], [tf.gather(base, others), values_of(there)])
    rows.set_shape(base.shape)
    return rows


def _probability(value: Any) -> Any:
    probability = tf.convert_to_tensor(value, name="sampling_probability")
    if probability.shape.rank is None or probability.shape.rank > 1:
        raise ValueError(
            "sampling_probability must be either a scalar or a vector. "
            f"saw shape: {probability.shape}"
        )
    return probability


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """Feeds given inputs, or embeddings of samples with a probability.

    Args:
        inputs, sequence_length, time_major, name: see `TrainingHelper`.
        embedding: a function of ids, or the parameters of `embedding_lookup`.
        sampling_probability: with which an example's next input is a sample's; a scalar or
            `[batch]`.
        seed: of samples.
        scheduling_seed: of the choice between samples and inputs.

    Raises:
        ValueError: `sampling_probability` of another rank.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        scheduling_seed: int | None = None,
        name: str | None = None,
    ) -> None:
        with v1.name_scope(name, "ScheduledEmbeddingSamplingWrapper", [sampling_probability]):
            self._embedding_fn = embedding_fn_of(embedding)
            self._sampling_probability = _probability(sampling_probability)
            self._seed, self._scheduling_seed = seed, scheduling_seed
            super().__init__(inputs, sequence_length, time_major)

    def sample(
        self, time: Any, outputs: Any, name: str | None = None, **unused_kwargs: Any
    ) -> Any:
        """Class numbers where inputs are samples, -1 elsewhere."""
        with v1.name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs]):
            chosen = draw_truth(self._sampling_probability, self._batch_size, self._scheduling_seed)
            return tf.where(chosen, draw_classes(outputs, self._seed), -1)

    def next_inputs(
        self,
        time: Any,
        outputs: Any,
        state: Any,
        sample_ids: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any, Any]:
        with v1.name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs", [time]):
            finished, base, state = super().next_inputs(time, outputs, state)
            inputs = tf.cond(
                tf.reduce_all(finished),
                lambda: base,
                lambda: _replaced(
                    base,
                    sample_ids > -1,
                    lambda there: self._embedding_fn(tf.gather(sample_ids, there)),
                ),
            )
            return finished, inputs, state


class ScheduledOutputTrainingHelper(TrainingHelper):
    """Feeds given inputs, or the step's outputs with a probability.

    Args:
        inputs, sequence_length, time_major, name: see `TrainingHelper`.
        sampling_probability: with which an example's next input is its output; a scalar or
            `[batch]`.
        seed: of the choice.
        next_inputs_fn: makes inputs of outputs; they are taken as they are by default.
        auxiliary_inputs: more inputs, put behind the others in each step.

    Raises:
        ValueError: `sampling_probability` of another rank.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        next_inputs_fn: Callable[[Any], Any] | None = None,
        auxiliary_inputs: Any = None,
        name: str | None = None,
    ) -> None:
        with v1.name_scope(name, "ScheduledOutputTrainingHelper", [inputs, auxiliary_inputs]):
            self._sampling_probability = _probability(sampling_probability)
            self._auxiliary_input_tas = None
            if auxiliary_inputs is not None:
                more = tf.nest.map_structure(tf.convert_to_tensor, auxiliary_inputs)
                inputs = tf.nest.map_structure(lambda x, y: tf.concat([x, y], -1), inputs, more)
                if not time_major:
                    more = tf.nest.map_structure(swapped, more)
                self._auxiliary_input_tas = tf.nest.map_structure(steps_of, more)
            self._next_inputs_fn = next_inputs_fn
            self._seed = seed
            super().__init__(inputs, sequence_length, time_major)

    def sample(
        self, time: Any, outputs: Any, name: str | None = None, **unused_kwargs: Any
    ) -> Any:
        """1 where inputs are outputs, 0 elsewhere."""
        with v1.name_scope(name, "ScheduledOutputTrainingHelperSample", [time, outputs]):
            chosen = draw_truth(self._sampling_probability, self._batch_size, self._seed)
            return tf.cast(chosen, tf.int32)

    def _with_auxiliary(self, outputs: Any, time: Any, there: Any) -> Any:
        if self._auxiliary_input_tas is None:
            return outputs
        return tf.nest.map_structure(
            lambda x, steps: tf.concat([x, tf.gather(steps.read(time), there)], -1),
            outputs,
            self._auxiliary_input_tas,
        )

    def next_inputs(
        self,
        time: Any,
        outputs: Any,
        state: Any,
        sample_ids: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any, Any]:
        with v1.name_scope(name, "ScheduledOutputTrainingHelperNextInputs", [time]):
            finished, base, state = super().next_inputs(time, outputs, state)
            chosen = tf.cast(sample_ids, tf.bool)

            def values_of(there: Any) -> Any:
                rows = tf.nest.map_structure(lambda x: tf.gather(x, there), outputs)
                rows = self._next_inputs_fn(rows) if self._next_inputs_fn else rows
                return self._with_auxiliary(rows, time + 1, there)

            inputs = tf.cond(
                tf.reduce_all(finished) | ~tf.reduce_any(chosen),
                lambda: base,
                lambda: _replaced(base, chosen, values_of),
            )
            return finished, inputs, state
