"""The contract of a model_fn: its mode, the EstimatorSpec it returns, and export outputs."""

from tfspec.spec._estimator_spec import EstimatorSpec
from tfspec.spec._export_output import (
    ClassificationOutput,
    EvalOutput,
    ExportOutput,
    PredictOutput,
    RegressionOutput,
    TrainOutput,
)
from tfspec.spec._keras_metrics import register_variables as register_metric_variables
from tfspec.spec._logit_fn import call_logit_fn
from tfspec.spec._mode_keys import AVERAGE_LOSS_METRIC_KEY, LOSS_METRIC_KEY, ModeKeys

__all__ = [
    "AVERAGE_LOSS_METRIC_KEY",
    "ClassificationOutput",
    "EstimatorSpec",
    "EvalOutput",
    "ExportOutput",
    "LOSS_METRIC_KEY",
    "ModeKeys",
    "PredictOutput",
    "RegressionOutput",
    "TrainOutput",
    "call_logit_fn",
    "register_metric_variables",
]
