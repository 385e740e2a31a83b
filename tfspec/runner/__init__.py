"""Trains, evaluates and predicts: drives hooks, checkpoints and summaries over the engine.

A `Job` says what to run; `train`, `evaluate` and `predict` trace it and run it to its end.
"""

from tfspec.runner._distribute import (
    ReplicaInput,
    batches_of_replicas,
    is_of_tpu,
    places_model,
)
from tfspec.runner._evaluate import Evaluation, evaluate, metric_ops
from tfspec.runner._interrupts import interruptible
from tfspec.runner._monitored import FunctionSessionCreator
from tfspec.runner._predict import predict
from tfspec.runner._results import write_results
from tfspec.runner._runner import Runner
from tfspec.runner._schedule import NEVER, steps_until_timer
from tfspec.runner._tracing import Job, Traced, graph_scope, trace, train_op_in_graph
from tfspec.runner._train import train
from tfspec.runner._user_code import (
    argument_names,
    call_input_fn,
    call_model_fn,
    split_input,
)

__all__ = [
    "NEVER",
    "Evaluation",
    "FunctionSessionCreator",
    "Job",
    "ReplicaInput",
    "Runner",
    "Traced",
    "argument_names",
    "batches_of_replicas",
    "call_input_fn",
    "call_model_fn",
    "evaluate",
    "graph_scope",
    "interruptible",
    "is_of_tpu",
    "metric_ops",
    "places_model",
    "predict",
    "split_input",
    "steps_until_timer",
    "trace",
    "train",
    "train_op_in_graph",
    "write_results",
]
