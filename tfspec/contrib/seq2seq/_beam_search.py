"""tf.contrib.seq2seq: decoding with a beam of the likeliest sequences."""

from __future__ import annotations

import collections
import warnings
from typing import Any

import tensorflow as tf

from tfspec.contrib.seq2seq._attention_wrapper import AttentionWrapperState
from tfspec.contrib.seq2seq._checks import check_cell, check_layer
from tfspec.contrib.seq2seq._decoder import Decoder, size_after
from tfspec.contrib.seq2seq._gather_tree import gather_tree, gather_tree_from_array
from tfspec.contrib.seq2seq._helpers import embedding_fn_of

v1 = tf.compat.v1


class BeamSearchDecoderState(
    collections.namedtuple(
        "BeamSearchDecoderState",
        ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"),
    )
):
    """State of a beam search: all tensors are `[batch, beams, ...]`."""


class BeamSearchDecoderOutput(
    collections.namedtuple("BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids"))
):
    """What a step chose, `[batch, beams]`: scores, ids, and the beams that these go on from."""


class FinalBeamSearchDecoderOutput(
    collections.namedtuple(
        "FinalBeamDecoderOutput", ("predicted_ids", "beam_search_decoder_output")
    )
):
    """The beams' sequences, `[batch, length, beams]`, best first, and what each step chose."""


class BeamSearchDecoder(Decoder):
    """Keeps the likeliest sequences of each example, as many as the beam is wide.

    The cell's state, and the memory of its attention, have each example `beam_width` times, as
    `tile_batch` makes them.

    Args:
        cell: an RNN cell.
        embedding: a function of ids, or the parameters of `embedding_lookup`.
        start_tokens: `[batch]`, what the first inputs are embeddings of.
        end_token: the id that ends a sequence.
        initial_state: the cell's, `[batch * beam_width, ...]`.
        beam_width: how many sequences are kept.
        output_layer: a layer for the cell's outputs, such as `tf.layers.Dense`.
        length_penalty_weight: 0.0 for scores that are log probabilities; else these are divided by
            `((5 + length) / 6) ** weight`.
        coverage_penalty_weight: how much a sequence loses that left some of the memory out.
        reorder_tensor_arrays: whether `TensorArray`s in the cell's last state follow the beams.

    Raises:
        TypeError: `cell` or `output_layer` is something else.
        ValueError: `start_tokens` is no vector, or `end_token` no scalar.
    """

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: Any = 0.0,
        coverage_penalty_weight: Any = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        check_cell("cell", cell)
        check_layer("output_layer must be a Layer, received", output_layer)
        self._cell = cell
        self._output_layer = output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = embedding_fn_of(embedding)
        self._start_tokens = tf.convert_to_tensor(
            start_tokens, dtype=tf.int32, name="start_tokens"
        )
        if self._start_tokens.shape.rank != 1:
            raise ValueError("start_tokens must be a vector")
        self._end_token = tf.convert_to_tensor(end_token, dtype=tf.int32, name="end_token")
        if self._end_token.shape.rank != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = tf.size(self._start_tokens)
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._initial_cell_state = tf.nest.map_structure(
            self._maybe_split_batch_beams, initial_state, cell.state_size
        )
        tokens = tf.tile(self._start_tokens[:, None], [1, beam_width])
        self._start_inputs = self._embedding_fn(tokens)
        # A beginning has one sequence: the other beams would be its copies.
        self._finished = tf.one_hot(
            tf.zeros([self._batch_size], tf.int32),
            depth=beam_width,
            on_value=False,
            off_value=True,
            dtype=tf.bool,
        )

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """True: a finished beam may be followed by one that isn't."""
        return True

    def _rnn_output_size(self) -> Any:
        return size_after(self._output_layer, self._cell.output_size)

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        return BeamSearchDecoderOutput(*[tf.TensorShape([self._beam_width])] * 3)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        return BeamSearchDecoderOutput(dtype, tf.int32, tf.int32)

    def initialize(self, name: str | None = None) -> tuple[Any, Any, BeamSearchDecoderState]:
        """Which beams are finished, the inputs of all, and the state."""
        first = tf.zeros([self._batch_size], tf.int32)
        dtype = tf.nest.flatten(self._initial_cell_state)[0].dtype
        probs = attention_probs(self._initial_cell_state, self._coverage_penalty_weight)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=tf.one_hot(
                first,
                depth=self._beam_width,
                on_value=tf.constant(0, dtype),
                off_value=tf.constant(float("-inf"), dtype),
                dtype=dtype,
            ),
            finished=self._finished,
            lengths=tf.zeros([self._batch_size, self._beam_width], tf.int64),
            accumulated_attention_probs=() if probs is None else probs,
        )
        return self._finished, self._start_inputs, state

    def step(
        self, time: Any, inputs: Any, state: Any, name: str | None = None
    ) -> tuple[Any, Any, Any, Any]:
        with v1.name_scope(name, "BeamSearchDecoderStep", [time]):
            inputs = tf.nest.map_structure(self._merge_batch_beams, inputs)
            cell_state = tf.nest.map_structure(
                self._maybe_merge_batch_beams, state.cell_state, self._cell.state_size
            )
            outputs, cell_state = self._cell(inputs, cell_state)
            outputs = tf.nest.map_structure(self._split_batch_beams, outputs)
            cell_state = tf.nest.map_structure(
                self._maybe_split_batch_beams, cell_state, self._cell.state_size
            )
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            chosen, state = choose(
                outputs,
                cell_state,
                state,
                self._end_token,
                self._length_penalty_weight,
                self._coverage_penalty_weight,
            )
            next_inputs = tf.cond(
                tf.reduce_all(state.finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(chosen.predicted_ids),
            )
        return chosen, state, next_inputs, state.finished

    def finalize(
        self, outputs: Any, final_state: Any, sequence_lengths: Any
    ) -> tuple[FinalBeamSearchDecoderOutput, BeamSearchDecoderState]:
        """The beams' sequences, and the state with its `TensorArray`s as tensors in their order."""
        longest = tf.cast(tf.reduce_max(final_state.lengths, 1), tf.int32)
        ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        if self._reorder_tensor_arrays:
            cell_state = tf.nest.map_structure(
                lambda t: self._maybe_sort_array_beams(t, outputs.parent_ids, final_state.lengths),
                final_state.cell_state,
            )
            final_state = final_state._replace(cell_state=cell_state)
        return FinalBeamSearchDecoderOutput(ids, outputs), final_state

    def _merge_batch_beams(self, t: Any, s: Any = None) -> Any:
        """`[batch, beams, ...]` as `[batch * beams, ...]`."""
        static = tf.get_static_value(self._batch_size)
        merged = tf.reshape(t, tf.concat([[-1], tf.shape(t)[2:]], 0))
        first = None if static is None else static * self._beam_width
        merged.set_shape(tf.TensorShape([first]).concatenate(t.shape[2:]))
        return merged

    def _split_batch_beams(self, t: Any, s: Any = None) -> Any:
        """`[batch * beams, ...]` as `[batch, beams, ...]`; `s` is what should stand there."""
        static = tf.TensorShape([tf.get_static_value(self._batch_size), self._beam_width])
        split = tf.reshape(
            t, tf.concat([[self._batch_size, self._beam_width], tf.shape(t)[1:]], 0)
        )
        split.set_shape(static.concatenate(t.shape[1:]))
        if tf.is_tensor(s):
            s = tf.get_static_value(s)
            s = tf.TensorShape(None) if s is None else s
        expected = static.concatenate(t.shape[1:] if s is None else s)
        if not split.shape.is_compatible_with(expected):
            raise ValueError(
                "Unexpected behavior when reshaping between beam width and batch size.  The "
                f"reshaped tensor has shape: {split.shape}.  We expected it to have shape "
                f"(batch_size, beam_width, depth) == {expected}.  Perhaps you forgot to create a "
                "zero_state with batch_size=encoder_batch_size * beam_width?"
            )
        return split

    def _maybe_split_batch_beams(self, t: Any, s: Any) -> Any:
        """The same for what has a batch."""
        return self._split_batch_beams(t, s) if _rank(t) else t

    def _maybe_merge_batch_beams(self, t: Any, s: Any) -> Any:
        return self._merge_batch_beams(t, s) if _rank(t) else t

    def _maybe_sort_array_beams(self, t: Any, parent_ids: Any, sequence_length: Any) -> Any:
        """A `TensorArray` as a tensor that follows the beams, if its shape lets it."""
        if not isinstance(t, tf.TensorArray):
            return t
        shape = t.element_shape
        if shape.rank is None or shape.rank < 1:
            warnings.warn(
                f"The TensorArray {t.handle.name} in the cell state is not amenable to sorting "
                "based on the beam search result. For a TensorArray to be sorted, its elements "
                f"shape must be defined and have at least a rank of 1, but saw shape: {shape}",
                stacklevel=2,
            )
            return t
        if not self._is_of_beams(shape):
            return t
        return gather_tree_from_array(t, parent_ids, sequence_length)

    def _is_of_beams(self, shape: Any) -> bool:
        """Whether TensorFlow 1.15 took elements of that shape to have beams; warns if not."""
        batch, width = tf.get_static_value(self._batch_size), self._beam_width
        dims = shape.as_list()
        if None in (batch, dims[0]) or (dims[0] == batch * width and dims[1:2] in ([], [None])):
            return True
        warnings.warn(
            "TensorArray reordering expects elements to be reshapable to "
            f"{tf.TensorShape([batch, width, None])} which is incompatible with the current shape "
            f"{shape}. Consider setting reorder_tensor_arrays to False to disable TensorArray "
            "reordering during the beam search.",
            stacklevel=3,
        )
        return False


def _rank(t: Any) -> int:
    """Zero for what has no batch."""
    if isinstance(t, tf.TensorArray):
        return 0
    if t.shape.rank is None:
        raise ValueError(f"Expected tensor ({t}) to have known rank, but ndims == None.")
    return t.shape.rank


def attention_probs(cell_state: Any, coverage_penalty_weight: Any) -> Any:
    """What a cell attends to, the average of its mechanisms; None without a penalty of coverage.

    Raises:
        ValueError: there is a penalty, and no attention.
    """
    if isinstance(coverage_penalty_weight, (int, float)) and coverage_penalty_weight == 0:
        return None
    states = cell_state
    if isinstance(cell_state, AttentionWrapperState) or not isinstance(cell_state, tuple):
        states = (cell_state,)
    found = [mean_alignments(s) for s in states if isinstance(s, AttentionWrapperState)]
    if not found:
        raise ValueError("coverage_penalty_weight must be 0.0 if no cell is attentional.")
    return tf.add_n(found) / len(found) if len(found) > 1 else found[0]


def mean_alignments(state: AttentionWrapperState) -> Any:
    alignments = state.alignments
    if isinstance(alignments, tuple):
        return tf.add_n(list(alignments)) / len(alignments)
    return alignments


def choose(
    logits: Any,
    cell_state: Any,
    before: BeamSearchDecoderState,
    end_token: Any,
    length_penalty_weight: Any,
    coverage_penalty_weight: Any,
) -> tuple[BeamSearchDecoderOutput, BeamSearchDecoderState]:
    """The best ways to go on from all beams of an example, and the state that follows.

    Args:
        logits: `[batch, beams, classes]`.
        cell_state: after the step, `[batch, beams, ...]`.
        before: the state before it.
        end_token, length_penalty_weight, coverage_penalty_weight: see `BeamSearchDecoder`.
    """
    width, classes = logits.shape.as_list()[1], tf.shape(logits)[2]
    going_on = ~before.finished
    log_probs = only_end(tf.nn.log_softmax(logits), end_token, before.finished)
    totals = before.log_probs[:, :, None] + log_probs
    # Ends don't count in scores, though in lengths.
    longer = tf.not_equal(tf.range(classes), end_token) & going_on[:, :, None]
    lengths = before.lengths[:, :, None] + tf.cast(longer, tf.int64)
    attended = before.accumulated_attention_probs
    probs = attention_probs(cell_state, coverage_penalty_weight)
    if probs is not None:
        attended += probs * tf.cast(going_on, probs.dtype)[:, :, None]
    scores = totals / length_penalty(lengths, length_penalty_weight, totals.dtype)
    if probs is not None:
        covered = tf.reduce_sum(tf.math.log(tf.minimum(attended, 1.0)), 2)
        penalty = tf.where(before.finished, coverage_penalty_weight * covered, 0.0)
        scores += penalty[:, :, None]  # of whole sequences only
    rows = tf.shape(scores)[0]
    chosen_scores, places = tf.math.top_k(tf.reshape(scores, [rows, -1]), width)
    parents, ids = places // classes, places % classes

    def follow(tensor: Any) -> Any:
        followed = tf.gather(tensor, parents, batch_dims=1)
        followed.set_shape(tensor.shape)
        return followed

    finished = follow(before.finished)
    state = BeamSearchDecoderState(
        cell_state=tf.nest.map_structure(lambda t: follow(t) if _rank(t) > 1 else t, cell_state),
        log_probs=tf.gather(tf.reshape(totals, [rows, -1]), places, batch_dims=1),
        finished=finished | tf.equal(ids, end_token),
        lengths=follow(before.lengths) + tf.cast(~finished, tf.int64),
        accumulated_attention_probs=() if probs is None else follow(attended),
    )
    return BeamSearchDecoderOutput(chosen_scores, ids, parents), state


def only_end(log_probs: Any, end_token: Any, finished: Any) -> Any:
    """Log probabilities, of which finished beams have but one: of another end."""
    ends = tf.equal(tf.range(tf.shape(log_probs)[2]), end_token)
    only = tf.where(ends, tf.constant(0, log_probs.dtype), log_probs.dtype.min)
    return tf.where(finished[:, :, None], only, log_probs)


def length_penalty(lengths: Any, weight: Any, dtype: Any) -> Any:
    """What log probabilities are divided by, https://arxiv.org/abs/1609.08144."""
    weight = tf.cast(weight, dtype)
    if tf.get_static_value(weight) == 0:
        return tf.constant(1, dtype)
    return ((5.0 + tf.cast(lengths, dtype)) / 6.0) ** weight
