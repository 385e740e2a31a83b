"""Training with evaluation and export along the way: `train_and_evaluate` and its parts."""

from tfspec.training._best_exporter import BestExporter
from tfspec.training._exporters import Exporter, FinalExporter, LatestExporter
from tfspec.training._specs import EvalSpec, TrainSpec
from tfspec.training._train_and_evaluate import train_and_evaluate

__all__ = [
    "BestExporter",
    "EvalSpec",
    "Exporter",
    "FinalExporter",
    "LatestExporter",
    "TrainSpec",
    "train_and_evaluate",
]
