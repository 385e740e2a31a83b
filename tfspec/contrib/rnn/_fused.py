"""tf.contrib.rnn: cells over whole sequences, and layers of bidirectional ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

v1 = tf.compat.v1


class FusedRNNCell:
    """What runs over a whole sequence in one call: override `__call__`."""

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        """Outputs `[length, batch, size]` and the last state, of such inputs."""
        raise NotImplementedError


class FusedRNNCellAdaptor(FusedRNNCell):
    """A cell as a `FusedRNNCell`.

    Args:
        cell: the cell.
        use_dynamic_rnn: whether `tf.nn.dynamic_rnn` runs it, not `tf.nn.static_rnn`.
    """

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False) -> None:
        self._cell, self._dynamic = cell, use_dynamic_rnn

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        """Outputs and the last state; outputs are a list of steps where inputs are."""
        is_list = isinstance(inputs, list)
        settings = {"dtype": dtype, "sequence_length": sequence_length, "scope": scope}
        if self._dynamic:
            outputs, state = v1.nn.dynamic_rnn(
                self._cell,
                tf.stack(inputs) if is_list else inputs,
                initial_state=initial_state,
                time_major=True,
                **settings,
            )
            return tf.unstack(outputs) if is_list else outputs, state
        outputs, state = v1.nn.static_rnn(
            self._cell, inputs if is_list else tf.unstack(inputs), initial_state, **settings
        )
        return outputs if is_list else tf.stack(outputs), state


def stack_bidirectional_rnn(
    cells_fw: Sequence[Any],
    cells_bw: Sequence[Any],
    inputs: Sequence[tf.Tensor],
    initial_states_fw: Sequence[Any] | None = None,
    initial_states_bw: Sequence[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[tf.Tensor], Any, Any]:
    """Static bidirectional layers, each over both outputs of the one before.

    Args:
        cells_fw, cells_bw: a list of the layers' cells, for each direction.
        inputs: a list of steps `[batch, depth]`.
        initial_states_fw, initial_states_bw: a list of the layers' first states.
        dtype: of states that aren't given.
        sequence_length: `[batch]`.
        scope: of the variables, `stack_bidirectional_rnn` by default.

    Returns:
        The last layer's outputs, and the last states of all layers, forward and backward.

    Raises:
        ValueError: not a list of one cell, or state, for each layer.
    """
    for name, cells in (("fw", cells_fw), ("bw", cells_bw)):
        if not cells:
            raise ValueError(f"Must specify at least one {name} cell for BidirectionalRNN.")
        if not isinstance(cells, list):
            raise ValueError(f"cells_{name} must be a list of RNNCells (one per layer).")
    if len(cells_fw) != len(cells_bw):
        raise ValueError("Forward and Backward cells must have the same depth.")
    for name, states in (("fw", initial_states_fw), ("bw", initial_states_bw)):
        fits = states is None or (isinstance(states, list) and len(states) == len(cells_fw))
        if not fits:
            raise ValueError(
                f"initial_states_{name} must be a list of state tensors (one per layer)."
            )
    none = [None] * len(cells_fw)
    firsts = zip(initial_states_fw or none, initial_states_bw or none, strict=True)
    layers = zip(cells_fw, cells_bw, firsts, strict=True)
    last: list[tuple[Any, Any]] = []
    with v1.variable_scope(scope or "stack_bidirectional_rnn"):
        for number, (forward, backward, (first_fw, first_bw)) in enumerate(layers):
            with v1.variable_scope(f"cell_{number}") as inner:
                inputs, *states = v1.nn.static_bidirectional_rnn(
                    forward, backward, inputs, first_fw, first_bw, dtype, sequence_length, inner
                )
            last.append(tuple(states))
    states_fw, states_bw = zip(*last, strict=True)
    return inputs, states_fw, states_bw


def transpose_batch_time(x: Any) -> tf.Tensor:
    """`x` with its first two dimensions exchanged.

    Raises:
        ValueError: it is known to have fewer.
    """
    x = tf.convert_to_tensor(x)
    if x.shape.rank is not None and x.shape.rank < 2:
        raise ValueError(
            f"Expected input tensor {x} to have rank at least 2, but saw shape: {x.shape}"
        )
    rest = tf.range(2, tf.rank(x))
    turned = tf.transpose(x, tf.concat([[1, 0], rest], 0))
    turned.set_shape([x.shape[1], x.shape[0], *x.shape[2:]] if x.shape.rank else None)
    return turned


def best_effort_input_batch_size(flat_input: Sequence[tf.Tensor]) -> Any:
    """The batch of tensors `[length, batch, ...]`: an int if one of them knows it, or a tensor."""
    for tensor in flat_input:
        if tensor.shape.rank is not None and tensor.shape.rank >= 2:
            size = tf.compat.dimension_value(tensor.shape[1])
            if size is not None:
                return size
    return tf.shape(flat_input[0])[1]
