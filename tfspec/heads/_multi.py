"""`MultiHead`: several tasks over one model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.heads import _training
from tfspec.heads._classes import DEFAULT_SIGNATURE
from tfspec.heads._flavour import V2
from tfspec.heads._head import Head
from tfspec.heads._keys import ExportKeys, MetricKeys
from tfspec.heads._tensors import scope
from tfspec.spec import EstimatorSpec, ModeKeys, PredictOutput


class MultiHead(Head):
    """A head for several tasks at once, each with a named head of its own.

    Labels are a dict from the names of the heads to their labels. Logits are such a dict, or one
    tensor `[D0, D1, ... DN, sum of all logits_dimension]`, in the order of the heads. The loss is
    the sum of the heads' losses, each multiplied with its weight.

    Metrics: those of each head, and its loss as `loss/<name>`. Predictions: those of each head,
    under the keys `(name, key)`. Exports: those of each head as `<name>/<signature>`, its default
    one as `<name>`, all predictions as `predict`, and by default what the first head has as
    default. Behaviour: tf.estimator 2.15.

        head = MultiHead([MultiLabelHead(n_classes=3, name="topics"),
                          RegressionHead(name="age")], head_weights=[1.0, 0.5])
        estimator = DNNEstimator(head=head, hidden_units=[32], feature_columns=columns)

    Args:
        heads: The heads, each with a name, all with the same `loss_reduction`.
        head_weights: A number for each head to multiply its loss with. Default: all 1.

    Raises:
        ValueError: No heads, a head without a name, or another number of weights than of heads.
    """

    def __init__(self, heads: Sequence[Head], head_weights: Sequence[float] | None = None) -> None:
        if not heads:
            raise ValueError(f"Must specify heads. Given: {heads}")
        for head in heads:
            if not head.name:
                raise ValueError(f"All given heads must have name specified. Given: {head}")
        if head_weights and len(head_weights) != len(heads):
            raise ValueError(
                "heads and head_weights must have the same size. "
                f"Given len(heads): {len(heads)}. Given len(head_weights): {len(head_weights)}."
            )
        self._heads = tuple(heads)
        self._head_weights = tuple(head_weights or [1.0] * len(heads))

    @property
    def name(self) -> str:
        """The names of the heads, joined with `_`."""
        return "_".join(head.name for head in self._heads)

    @property
    def logits_dimension(self) -> Any:
        """The sum of the logits dimensions of the heads."""
        return sum(head.logits_dimension for head in self._heads)

    @property
    def loss_reduction(self) -> str:
        """The loss reduction that all heads have; `ValueError` if they differ."""
        reductions = [head.loss_reduction for head in self._heads]
        if len(set(reductions)) > 1:
            raise ValueError(
                f"The loss_reduction must be the same for different heads. Given: {reductions}"
            )
        return reductions[0]

    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Any = None,
    ) -> tf.Tensor:
        """Returns the weighted sum of the heads' losses, with regularization losses added.

        Args:
            labels: A dict from the names of the heads to their labels.
            logits: A dict from the names of the heads to their logits, or one tensor of all.
            features: See the heads.
            mode: See the heads.
            regularization_losses: Scalars that are added; None or empty for none.

        Raises:
            ValueError: A head without labels or logits, logits that can't be split, or what a
                head raises.
        """
        losses = self._losses(labels, self._split(logits), features, mode)
        return self._merged(losses, regularization_losses)

    def predictions(self, logits: Any, keys: Any = None) -> dict[tuple[str, str], tf.Tensor]:
        """Returns all predictions of all heads, under `(name, key)`.

        Args:
            logits: A dict from the names of the heads to their logits, or one tensor of all.
            keys: Has no influence.
        """
        logits = self._split(logits)
        found = {}
        with scope("merge_predictions"):
            for head in self._heads:
                for key, value in head.predictions(logits[head.name]).items():
                    found[head.name, key] = value
        return found

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """Returns fresh Keras metrics by their keys: those of all heads, and the heads' losses.

        Args:
            regularization_losses: If there are any, `regularization_loss` is measured as well.
        """
        mean = _tf.keras().metrics.Mean
        with scope("metrics"):
            found = {self._loss_key(head): mean(name=self._loss_key(head)) for head in self._heads}
            if _training.as_list(regularization_losses):
                key = MetricKeys.LOSS_REGULARIZATION
                found[_training.summary_key(key, self.name)] = mean(name=key)
            for head in self._heads:
                found.update(head.metrics())
        return found

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Any = None,
    ) -> dict[str, Any]:
        """Adds a batch to the metrics that `metrics` has returned, and returns them.

        Args:
            eval_metrics: What `metrics` has returned, for the same `regularization_losses`.
            features: See `loss`, as for all others.
        """
        logits = self._split(logits)
        losses = self._losses(labels, logits, features)
        extra = _training.regularization(regularization_losses)
        if extra is not None:
            key = _training.summary_key(MetricKeys.LOSS_REGULARIZATION, self.name)
            eval_metrics[key].update_state(extra)
        for head, loss in zip(self._heads, losses, strict=True):
            eval_metrics[self._loss_key(head)].update_state(loss)
            head.update_metrics(eval_metrics, features, logits[head.name], labels[head.name])
        return eval_metrics

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        trainable_variables: Any = None,
        train_op_fn: Any = None,
        update_ops: Any = None,
        regularization_losses: Any = None,
    ) -> EstimatorSpec:
        """Returns the `EstimatorSpec` for `mode`; see `Head` for the arguments.

        Args:
            logits: A dict from the names of the heads to their logits, or one tensor of all.
            labels: A dict from the names of the heads to their labels.

        Raises:
            ValueError: Heads that reduce their losses differently, what `loss` raises, or no such
                `mode`. To train: not exactly one of `optimizer` and `train_op_fn`, an optimizer
                that is not one of tf_keras, or variables that are no list or tuple.
        """
        with scope(self.name):
            logits = self._split(logits)
            predictions = self.predictions(logits)
            if mode == ModeKeys.PREDICT:
                outputs = self._export_outputs(features, logits)
                return EstimatorSpec(mode=mode, predictions=predictions, export_outputs=outputs)
            _ = self.loss_reduction  # the same for all heads, or an error
            losses = self._losses(labels, logits, features, mode)
            loss = self._merged(losses, regularization_losses)
            if mode == ModeKeys.EVAL:
                metrics = self.metrics(regularization_losses=regularization_losses)
                metrics = self.update_metrics(
                    metrics, features, logits, labels, regularization_losses=regularization_losses
                )
                return EstimatorSpec(
                    mode=mode, predictions=predictions, loss=loss, eval_metric_ops=metrics
                )
            if mode != ModeKeys.TRAIN:
                raise ValueError(f"mode must be a value of ModeKeys. Given: {mode!r}")
            train = (optimizer, trainable_variables, train_op_fn, update_ops)
            _training.take_scopes(len(self._heads))
            share = _training.share_of_replica(loss, self.loss_reduction)
            train_op = V2.train_op(share, *train)
        summaries = {
            self._loss_key(head): head_loss
            for head, head_loss in zip(self._heads, losses, strict=True)
        }
        summaries[MetricKeys.LOSS] = loss
        summaries[MetricKeys.LOSS_REGULARIZATION] = _training.regularization(
            regularization_losses
        )
        _training.write_summaries(summaries, None)
        return EstimatorSpec(mode=mode, predictions=predictions, loss=loss, train_op=train_op)

    @staticmethod
    def _loss_key(head: Head) -> str:
        return _training.summary_key(MetricKeys.LOSS, head.name)

    def _split(self, logits: Any) -> Mapping[str, Any]:
        """The logits of each head, by its name."""
        if isinstance(logits, Mapping):
            self._none_missing(logits, "logits")
            return logits
        logits = tf.convert_to_tensor(logits)
        widths = [head.logits_dimension for head in self._heads]
        known = logits.shape[-1] if logits.shape.rank else None
        if known is not None and known != sum(widths):
            raise ValueError(
                f"Could not split logits of shape {logits.shape} among the heads with individual "
                f"logits dimensions: {widths}. The last dimension of the logits tensor should "
                f"equal {sum(widths)} but is {known}."
            )
        with scope("split_logits"):
            parts = tf.split(logits, widths, axis=-1)
        return {head.name: part for head, part in zip(self._heads, parts, strict=True)}

    def _none_missing(self, given: Any, what: str) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(
                f"{what} must be a dict from the names of heads to their {what}. Given: {given}"
            )
        missing = [head.name for head in self._heads if head.name not in given]
        if missing:
            raise ValueError(
                f"{what} has missing values for head(s): {missing}. Given: {sorted(given)}"
            )

    def _losses(
        self, labels: Any, logits: Mapping[str, Any], features: Any, mode: str | None = None
    ) -> list[tf.Tensor]:
        """The losses of the heads."""
        self._none_missing(labels, "labels")
        found = []
        for head in self._heads:
            with scope(head.name):
                loss = head.loss(labels[head.name], logits[head.name], features=features, mode=mode)
            found.append(loss)
        return found

    def _merged(self, losses: Sequence[tf.Tensor], regularization_losses: Any) -> tf.Tensor:
        with scope("merge_losses"):
            weighted = zip(losses, self._head_weights, strict=True)
            loss = tf.add_n([loss * weight for loss, weight in weighted])
            return _training.regularized(loss, regularization_losses)

    def _export_outputs(self, features: Any, logits: Mapping[str, Any]) -> dict[str, Any]:
        """The signatures of all heads; the default is that of the first head."""
        found: dict[str, Any] = {}
        together: dict[str, tf.Tensor] = {}
        for head in self._heads:
            spec = head.create_estimator_spec(features, ModeKeys.PREDICT, logits[head.name])
            for key, output in spec.export_outputs.items():
                if key == DEFAULT_SIGNATURE:
                    found.setdefault(DEFAULT_SIGNATURE, output)
                    found[head.name] = output
                else:
                    found[f"{head.name}/{key}"] = output
            predicted = found.get(f"{head.name}/{ExportKeys.PREDICT}")
            if isinstance(predicted, PredictOutput):
                for key, value in predicted.outputs.items():
                    together[f"{head.name}/{key}"] = value
        return {**found, ExportKeys.PREDICT: PredictOutput(together)}
