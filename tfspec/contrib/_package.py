"""How the packages of tf.contrib find their names, and what they say about those that are gone."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from tfspec import _lazy, check

# Modules inside tf.contrib from which programs took public names: `tf.contrib.` + package + path.
_INNER = """
cluster_resolver.python.training.tpu_cluster_resolver
crf.python.ops.crf
data.python.ops.batching data.python.ops.interleave_ops data.python.ops.shuffle_ops
estimator.python.estimator.early_stopping estimator.python.estimator.extenders
estimator.python.estimator.head estimator.python.estimator.hooks
framework.python.framework.checkpoint_utils framework.python.ops.arg_scope
framework.python.ops.variables
layers.python.layers.encoders layers.python.layers.feature_column
layers.python.layers.initializers layers.python.layers.layers layers.python.layers.optimizers
layers.python.layers.regularizers
learn.python.learn.estimators.model_fn learn.python.learn.estimators.run_config
learn.python.learn.experiment learn.python.learn.export_strategy
learn.python.learn.metric_spec
lookup.lookup_ops
metrics.python.ops.metric_ops
predictor.predictor_factories
rnn.python.ops.core_rnn rnn.python.ops.core_rnn_cell rnn.python.ops.rnn_cell
rnn.python.ops.fused_rnn_cell rnn.python.ops.lstm_ops rnn.python.ops.rnn
seq2seq.python.ops.attention_wrapper seq2seq.python.ops.loss
tpu.python.ops.tpu_ops tpu.python.tpu.bfloat16 tpu.python.tpu.tpu tpu.python.tpu.tpu_config
tpu.python.tpu.tpu_estimator tpu.python.tpu.tpu_optimizer
training.python.training.evaluation training.python.training.hparam
training.python.training.training
""".split()
_MODULES = {
    ".".join(path.split(".")[:end])
    for path in _INNER
    for end in range(2, path.count(".") + 2)
}


def attach(package: str) -> _lazy.Namespace:
    """`_lazy.attach` for a package of tf.contrib, with its inner modules and its remedies."""
    found = _lazy.attach(package, _remedy)

    def load(name: str) -> Any:
        inner = f"{package}.{name}".removeprefix("tfspec.contrib.")
        return Inner(inner) if inner in _MODULES else found.getattr(name)

    return _lazy.Namespace(load, found.dir, found.all)


class Inner(ModuleType):
    """A module inside tf.contrib: it has the modules below, and all names of its package."""

    __path__: list[str] = []

    def __init__(self, path: str) -> None:
        super().__init__(f"tensorflow.contrib.{path}")
        self.__dict__["_path"] = path

    def __getattr__(self, name: str) -> Any:
        below = f"{self._path}.{name}"
        if below in _MODULES:
            value: Any = Inner(below)
        else:
            package = importlib.import_module(f"tfspec.contrib.{self._path.split('.')[0]}")
            value = getattr(package, name)
        setattr(self, name, value)
        return value


def _remedy(name: str) -> str:
    path = name.removeprefix("tfspec.")
    home = check.home_of(path)
    return f"tf.{home.name}" if home else check.remedy(path)
