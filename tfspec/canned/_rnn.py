"""Recurrent estimators: models of sequences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.canned._columns import as_columns, check_features, dense_input, sequence_input
from tfspec.canned._optimizers import KerasOptimizer
from tfspec.canned._specs import Batch, Part, spec
from tfspec.config import RunConfig
from tfspec.custom import EstimatorV1
from tfspec.heads import Head, SequentialHead, classification_head
from tfspec.spec import ModeKeys

v1 = tf.compat.v1

# Stands for the simple cell, and tells that no cell was asked for.
USE_DEFAULT = object()

_CELLS = {"simple_rnn": "SimpleRNNCell", "lstm": "LSTMCell", "gru": "GRUCell"}

# Of an optimizer given by name. Gradients of recurrent networks may explode, so each is cut
# to this norm.
_LEARNING_RATE = 0.05
_CLIP_NORM = 5.0


class RNNEstimator(EstimatorV1):
    """A recurrent network for the task of a head.

        words = tf.feature_column.sequence_categorical_column_with_hash_bucket("words", 1000)
        estimator = RNNEstimator(
            head=RegressionHead(),
            sequence_feature_columns=[tf.feature_column.embedding_column(words, 16)],
            units=[32], cell_type="lstm")

    Input functions give features as a dict; sequences are sparse tensors `[batch, steps]`. The
    network reads a sequence, with the context at every step, and the head gets logits of the
    last step that exists, or with `return_sequences` of all.

    Args:
        head: a `Head`: it has the loss, the metrics and the predictions.
        sequence_feature_columns: what the network looks at: dense sequence columns. Wrap
            categorical ones in `embedding_column` or `indicator_column`.
        context_feature_columns: dense columns of what holds for a sequence as a whole.
        units: the size of each layer of cells, from the input upwards.
        cell_type: what cells are: `simple_rnn` (the default), `lstm`, `gru`, or a function from
            units to a cell such as a class of `tf_keras.layers`.
        rnn_cell_fn: instead of `units` and `cell_type` a function that makes the cell.
        return_sequences: whether there are logits, and labels, for every step; the head must
            be made for that.
        model_dir: the folder of checkpoints and event files; by default a temporary one.
        optimizer: a tf_keras optimizer, a function that makes one, or `Adagrad`, `Adam`,
            `Ftrl`, `RMSProp` or `SGD`: with the learning rate 0.05 and gradients cut to norm 5.
        config: a `RunConfig`.

    Raises:
        ValueError: `rnn_cell_fn` beside `units` or `cell_type`, or `return_sequences` with a
            head for single predictions. Other faults show when training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        head: Head,
        sequence_feature_columns: Any,
        context_feature_columns: Any = None,
        units: Iterable[int] | None = None,
        cell_type: Any = USE_DEFAULT,
        rnn_cell_fn: Callable[[], Any] | None = None,
        return_sequences: bool = False,
        model_dir: str | None = None,
        optimizer: Any = "Adagrad",
        config: RunConfig | None = None,
    ) -> None:
        if return_sequences and not isinstance(head, SequentialHead):
            raise ValueError(
                "Provided head must be a `_SequentialHead` object when `return_sequences` is set "
                f"to True. Given: {type(head)}. RNNClassifier makes one by itself."
            )
        network = _Network(
            sequence_columns=as_columns(sequence_feature_columns),
            context_columns=as_columns(context_feature_columns),
            make_cell=_cell_maker(units, cell_type, rnn_cell_fn),
            return_sequences=return_sequences,
        )
        super().__init__(_model_fn(head, network, optimizer), model_dir, config)


class RNNClassifier(RNNEstimator):
    """A recurrent network for two or more classes of sequences, or of their steps.

        words = tf.feature_column.sequence_categorical_column_with_hash_bucket("words", 1000)
        estimator = RNNClassifier(
            [tf.feature_column.embedding_column(words, 16)], units=[32], cell_type="gru")

    Args:
        return_sequences: whether every step has a class of its own: labels are then tensors
            `[batch, steps]`, in most cases sparse ones.
        n_classes: how many classes there are. Labels are integers below it.
        weight_column: name of the feature, or a numeric column, with the weight of each
            example in loss and metrics; with `return_sequences` of each step.
        label_vocabulary: the labels, if they are strings, in the order of their classes.
        loss_reduction: how the losses of a batch become one: `sum_over_batch_size` or `sum`.
        sequence_mask: with `return_sequences`, the key under which predictions hold which steps
            exist; a feature of that name says so itself.

    For the other arguments see `RNNEstimator`.

    Raises:
        ValueError: `rnn_cell_fn` beside `units` or `cell_type`, `n_classes` below 2, a
            vocabulary of another length, or no such `loss_reduction`. Other faults show when
            training begins.

    Behaviour: tf.estimator 2.15.
    """

    def __init__(
        self,
        sequence_feature_columns: Any,
        context_feature_columns: Any = None,
        units: Iterable[int] | None = None,
        cell_type: Any = USE_DEFAULT,
        rnn_cell_fn: Callable[[], Any] | None = None,
        return_sequences: bool = False,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Adagrad",
        loss_reduction: str = "sum_over_batch_size",
        sequence_mask: str = "sequence_mask",
        config: RunConfig | None = None,
    ) -> None:
        head = classification_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        if return_sequences:
            weights = getattr(weight_column, "key", weight_column)
            head = SequentialHead(head, sequence_mask, feature_columns=weights)
        super().__init__(
            head=head,
            sequence_feature_columns=sequence_feature_columns,
            context_feature_columns=context_feature_columns,
            units=units,
            cell_type=cell_type,
            rnn_cell_fn=rnn_cell_fn,
            return_sequences=return_sequences,
            model_dir=model_dir,
            optimizer=optimizer,
            config=config,
        )


def _cell_maker(
    units: Iterable[int] | None, cell_type: Any, rnn_cell_fn: Callable[[], Any] | None
) -> Callable[[], Any]:
    """A function that makes the cell which the arguments of an estimator ask for."""
    if rnn_cell_fn is not None:
        if units is not None or cell_type is not USE_DEFAULT:
            raise ValueError(
                "units and cell_type must not be specified when using rnn_cell_fn. "
                f"Given: units={units!r}, cell_type={cell_type!r}"
            )
        return rnn_cell_fn
    sizes = tuple(units) if isinstance(units, Iterable) else units

    def make_cell() -> Any:
        if not isinstance(sizes, tuple):
            raise TypeError(
                "units must be the sizes of the layers of cells, such as [32], unless there is an "
                f"rnn_cell_fn. Given: {sizes!r}"
            )
        cells = [_checked_cell(_make_of_type(cell_type, size)) for size in sizes]
        return cells[0] if len(cells) == 1 else _tf.keras().layers.StackedRNNCells(cells)

    return make_cell


def _make_of_type(cell_type: Any, size: int) -> Any:
    layers = _tf.keras().layers
    if cell_type is USE_DEFAULT:
        return layers.SimpleRNNCell(units=size)
    if isinstance(cell_type, str):
        if cell_type not in _CELLS:
            raise ValueError(
                "`cell_type` should be a class producing a RNN cell, or a string specifying the "
                f"cell type. Supported strings are: {list(_CELLS)}. Given: {cell_type!r}"
            )
        return getattr(layers, _CELLS[cell_type])(units=size)
    return cell_type(units=size)


def _checked_cell(cell: Any) -> Any:
    if not hasattr(cell, "call") or not hasattr(cell, "state_size"):
        raise ValueError(
            f"RNN cell should have a `call` and `state_size` method. Given: {type(cell)}"
        )
    return cell


class _Network:
    """Builds the network of an estimator in one graph after the other."""

    def __init__(
        self,
        sequence_columns: Sequence[Any],
        context_columns: Sequence[Any],
        make_cell: Callable[[], Any],
        return_sequences: bool,
    ) -> None:
        self._sequence_columns = sequence_columns
        self._context_columns = context_columns
        self._make_cell = make_cell
        self._return_sequences = return_sequences

    def build(
        self, features: Any, units: int, training: bool
    ) -> tuple[tf.Tensor, tf.Tensor, list[Any]]:
        """Adds the network to the default graph.

        Returns:
            Logits, `[batch, units]` or for sequences `[batch, steps, units]`; which steps exist,
            bool `[batch, steps]`; and the variables to train.
        """
        with v1.name_scope("rnn_model"):
            with v1.name_scope("sequence_input_layer"):
                inputs, lengths, variables = self._inputs(features)
                v1.summary.histogram("sequence_length", lengths)
            mask = tf.sequence_mask(lengths, maxlen=tf.shape(inputs)[1])
            layer = _tf.keras().layers.RNN(
                cell=self._make_cell(), return_sequences=self._return_sequences, name="rnn"
            )
            outputs = layer(inputs, mask=mask, training=training)
        logits, weights = _logits(outputs, units)
        return logits, mask, [*variables, *layer.trainable_variables, *weights]

    def _inputs(self, features: Any) -> tuple[tf.Tensor, tf.Tensor, list[Any]]:
        inputs, lengths, variables = sequence_input(features, self._sequence_columns)
        if not self._context_columns:
            return inputs, lengths, variables
        context, of_context = dense_input(
            features, self._context_columns, v1.get_variable_scope(), "dense_features"
        )
        at_every_step = tf.tile(context[:, tf.newaxis], [1, tf.shape(inputs)[1], 1])
        return tf.concat([inputs, at_every_step], axis=2), lengths, [*variables, *of_context]


def _logits(outputs: tf.Tensor, units: int) -> tuple[tf.Tensor, list[tf.Variable]]:
    """A dense layer on top of the last dimension."""
    with v1.variable_scope("rnn_model/logits"):
        shape = [outputs.shape[-1], units]
        kernel = v1.get_variable("kernel", shape, initializer=v1.glorot_uniform_initializer())
        bias = v1.get_variable("bias", [units], initializer=v1.zeros_initializer())
        product = tf.tensordot(outputs, kernel, [[outputs.shape.rank - 1], [0]])
        return tf.nn.bias_add(product, bias), [kernel, bias]


def _model_fn(head: Head, network: _Network, optimizer: Any) -> Callable[..., Any]:
    keras_optimizer = KerasOptimizer(
        optimizer, learning_rate=_LEARNING_RATE, clipnorm=_CLIP_NORM
    )

    def model_fn(features: Any, labels: Any, mode: str, config: RunConfig) -> Any:
        del config
        check_features(features)
        training = mode == ModeKeys.TRAIN
        logits, mask, variables = network.build(features, head.logits_dimension, training)
        if isinstance(head, SequentialHead) and head.input_sequence_mask_key not in features:
            features = {**features, head.input_sequence_mask_key: mask}
        batch = Batch(features, labels, mode)
        return spec(head, batch, logits, [Part(variables, keras_optimizer)])

    return model_fn
