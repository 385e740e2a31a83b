"""What Keras does not make public and Estimators from Keras models need; part of the door `_tf`.

Keras 2 is `tf_keras`, or the `keras` that TensorFlow 2.15 brings. An object can only be a model of
a Keras that the program has loaded, so nothing imports either to find out.
"""

from __future__ import annotations

import contextlib
import contextvars
import importlib
import warnings
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import tensorflow as tf

from tfspec import _tf


def keras_of(model: Any) -> ModuleType | None:
    """The Keras of which `model` is a model, tf_keras or keras; None if of neither."""
    for module in _tf.loaded_keras_modules():
        model_class = getattr(module, "Model", None)
        if model_class is not None and isinstance(model, model_class):
            return module
    return None


def is_keras_3(version: str) -> bool:
    """Whether a version of Keras is the one that TensorFlow 2.16 came with, or a later one."""
    return int(version.split(".")[0]) >= 3


def keras_of_version(version: str) -> ModuleType:
    """The Keras that reads what one of this version wrote."""
    return importlib.import_module("keras") if is_keras_3(version) else _tf.keras()


def object_saver(model: Any, others: dict[str, tf.Variable], sharded: bool) -> Any:
    """A `Saver` of a model's variables under the names of the objects that own them.

    Args:
        model: the root of all names.
        others: further variables, as children of the model.
        sharded: whether to write one file for each device.
    """
    for name, variable in others.items():
        model._track_trackable(variable, name, overwrite=True)
    saveables = _tf.named_saveables(model)
    return tf.compat.v1.train.Saver(saveables, sharded=sharded, save_relative_paths=True)


# Keras 2, whose models run in a TF1 graph as objects of other classes.


def compile_arguments(model: Any) -> dict[str, Any]:
    """What a Keras 2 model was compiled with besides its optimizer, as objects.

    The public `get_compile_config` turns them into text, which unregistered functions don't
    survive.
    """
    arguments = model._get_compile_args()
    return {name: value for name, value in arguments.items() if name != "optimizer"}


def is_layer_graph(model: Any) -> bool:
    """Whether a Keras 2 model is known as a graph of layers: functional, or built sequential."""
    return model._is_graph_network


def clone_model(model: Any, inputs: Any, training: bool) -> Any:
    """A Keras 2 model over graph tensors, not compiled; over placeholders if `inputs` is None.

    The public `clone_model` takes no subclassed models. Whether they train, models in a TF1
    graph only learn from a global flag of that graph.
    """
    keras = keras_of(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras.backend.set_learning_phase(int(training))
    clone = keras.__internal__.models.clone_and_build_model
    return clone(model, input_tensors=inputs, compile_clone=False)


def compile_clone(clone: Any, sample_weights: Sequence[tf.Tensor] | None, **arguments: Any) -> None:
    """Compiles a clone in a TF1 graph, over tensors for targets and the weights of examples."""
    clone.compile(**arguments)
    if sample_weights is not None:
        clone._compile_weights_loss_and_weighted_metrics(list(sample_weights))


def compiled_metrics(clone: Any) -> list[Any]:
    """The metrics that a clone was compiled with; `metrics` has those of its layers too."""
    return list(getattr(clone, "_compile_metric_functions", []))


def train_op(clone: Any) -> tf.Operation:
    """The op that takes a training step of a compiled clone, as its own `fit` would."""
    clone._make_train_function()
    return clone.train_function.updates_op


_wants_legacy = contextvars.ContextVar("wants_legacy", default=False)


@contextlib.contextmanager
def legacy_optimizers() -> Iterator[None]:
    """Within this, tf_keras makes legacy optimizers where others are asked for by a class of
    the same name.

    Until TensorFlow 2.10 the public names were those of legacy ones, which take learning rates
    that are tensors of a graph. Others make eager variables of them, which it can't have.
    """
    optimizers = _tf.keras().optimizers
    package = optimizers.Optimizer.__module__.split(".")[0]

    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        old = getattr(optimizers.legacy, cls.__name__, None)
        wanted = _wants_legacy.get() and cls.__module__.startswith(f"{package}.")
        return old(*args, **kwargs) if wanted and old else object.__new__(cls)

    # Stays: a class whose `__new__` was taken away again can't be called with arguments.
    if optimizers.Optimizer.__new__ is object.__new__:
        optimizers.Optimizer.__new__ = make
    before = _wants_legacy.set(True)
    try:
        yield
    finally:
        _wants_legacy.reset(before)


@contextlib.contextmanager
def classes_of(model: Any) -> Iterator[None]:
    """Context in which a Keras 2 model is cloned in a graph, after which it is as it was.

    A layer made in a TF1 graph exchanges the bases of its class, so that layers made before,
    under eager execution, can't be called any more.
    """
    package = keras_of(model).__name__
    versions = importlib.import_module(f"{package}.src.utils.version_utils")
    outside = not versions.is_v1_layer_or_model(model)
    try:
        yield
    finally:
        if outside:
            engine = f"{package}.src.engine"
            for module, name in (("base_layer", "Layer"), ("training", "Model")):
                eager_class = getattr(importlib.import_module(f"{engine}.{module}"), name)
                graph_class = getattr(importlib.import_module(f"{engine}.{module}_v1"), name)
                for kind in {type(part) for part in (model, *model.submodules, *model.metrics)}:
                    if issubclass(kind, eager_class):
                        versions.swap_class(kind, eager_class, graph_class, True)


# Keras 3, whose models take graph tensors as they are, but name things by a global state.

_GLOBAL_STATE = ("object_name_uids", "global_seed_generator")


@contextlib.contextmanager
def naming_of(keras: ModuleType) -> Iterator[None]:
    """Context in which Keras 3 names things as in a new program, and TensorFlow as Keras does.

    Names that Keras makes up count on with every clone, so that a checkpoint of one clone would
    not fit the next; and name scopes that are entered again make numbered TF1 scopes.
    """
    common = f"{keras.__name__}.src.backend.common"
    state = importlib.import_module(f"{common}.global_state")
    path = importlib.import_module(f"{common}.name_scope").current_path
    kept = {name: state.get_global_attribute(name) for name in _GLOBAL_STATE}
    used: set[str] = set()

    def named(next_creator: Any, **kwargs: Any) -> tf.Variable:
        if kwargs.get("collections"):  # not Keras'
            return next_creator(**kwargs)
        # Variables that a layer made while Keras only looked at shapes are made up for later.
        waiting = state.get_global_attribute("uninitialized_variables") or []
        late = next((v for v in waiting if v._value is None and v.name == kwargs["name"]), None)
        name = "/".join(filter(None, (path(), kwargs["name"]))) if late is None else late.path
        base, number = name, 0
        while name in used:
            number += 1
            name = f"{base}_{number}"
        used.add(name)
        return next_creator(**{**kwargs, "name": f"{name}/"})  # "/" for: not below this scope

    try:
        for name in _GLOBAL_STATE:
            state.set_global_attribute(name, None)
        with tf.variable_creator_scope(named):
            yield
    finally:
        for name, value in kept.items():
            state.set_global_attribute(name, value)


def compile_configuration(model: Any) -> dict[str, Any]:
    """What a Keras 3 model was compiled with, as objects; the public config holds texts."""
    return dict(model._compile_config.config)


def forget_optimizer(clone: Any) -> None:
    """Takes the optimizer out of the objects by which a Keras 3 model's variables are named.

    It lists the weights too, so that they had other names where there is an optimizer.
    """
    clone._delete_tracking("optimizer")


def build_losses_and_metrics(clone: Any, labels: Any, outputs: Any) -> None:
    """Makes the variables of a compiled Keras 3 model's losses and metrics.

    Keras makes them in the first step, which here is in a function, where it is too late.
    """
    for part in (clone._compile_loss, clone._compile_metrics):
        if part is not None and labels is not None:
            part.build(labels, outputs)


def metric_results(clone: Any) -> dict[str, tf.Tensor]:
    """The values of the metrics that a Keras 3 model was compiled with, without those of losses."""
    return clone._compile_metrics.result() if clone._compile_metrics is not None else {}
