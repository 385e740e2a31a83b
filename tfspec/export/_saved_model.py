"""A trained model written out as a SavedModel."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

from tfspec import _tf
from tfspec.checkpoints import checkpoint_prefix
from tfspec.export._export_dir import (
    checked_assets,
    copy_assets,
    new_export_dir,
)
from tfspec.export._signatures import build_signature_defs
from tfspec.graph import FunctionSession, script_can_be_traced, script_scope, trace_scope
from tfspec.spec import EvalOutput, ModeKeys, TrainOutput

ReceiverFn = Callable[[], Any]

_saved_model = tf.compat.v1.saved_model

# In the order in which they are written: the first one saves the variables, and those of
# training contain all others.
_TAGS = {
    ModeKeys.TRAIN: [_saved_model.TRAINING],
    ModeKeys.EVAL: ["eval"],  # has no public constant
    ModeKeys.PREDICT: [_saved_model.SERVING],
}
_SUPERVISED_OUTPUTS = {ModeKeys.TRAIN: TrainOutput, ModeKeys.EVAL: EvalOutput}

# Not public: where the loaders look for the train op of a MetaGraph.
_TRAIN_OP_KEY = "saved_model_train_op"


def export_saved_model(
    estimator: Any,
    export_dir_base: str | bytes | os.PathLike,
    input_receiver_fn: ReceiverFn,
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    checkpoint_path: str | bytes | None = None,
    mode: str = ModeKeys.PREDICT,
    strip_default_attrs: bool = True,
) -> bytes:
    """Exports an estimator's model for one mode.

    Args:
        estimator: as for `export_all_saved_models`.
        export_dir_base: as for `export_all_saved_models`.
        input_receiver_fn: a function without arguments that returns a receiver.
        assets_extra: as for `export_all_saved_models`.
        as_text: as for `export_all_saved_models`.
        checkpoint_path: as for `export_all_saved_models`.
        mode: what the model is exported for, one of `ModeKeys`.
        strip_default_attrs: as for `export_all_saved_models`.

    Returns:
        The path of the SavedModel's folder, as bytes.

    Raises:
        ValueError: if there is no `input_receiver_fn`, or as `export_all_saved_models`.
    """
    if not input_receiver_fn:
        raise ValueError(
            "An input_receiver_fn must be defined. "
            f"Received {input_receiver_fn!r}, expected a function that returns a receiver."
        )
    return export_all_saved_models(
        estimator,
        export_dir_base,
        {mode: input_receiver_fn},
        assets_extra,
        as_text,
        checkpoint_path,
        strip_default_attrs,
    )


def export_all_saved_models(
    estimator: Any,
    export_dir_base: str | bytes | os.PathLike,
    input_receiver_fn_map: Mapping[str, ReceiverFn],
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    checkpoint_path: str | bytes | None = None,
    strip_default_attrs: bool = True,
) -> bytes:
    """Exports an estimator's model, one MetaGraph per mode, the variables once.

    The SavedModel is written to `temp-<seconds since 1970>` below `export_dir_base` and
    renamed to `<seconds since 1970>` when it is complete; if something fails it is removed.

    Args:
        estimator: has `config`, `model_dir`, `latest_checkpoint()`, `_warm_start_settings`,
            `_create_and_assert_global_step(graph)` and `_call_model_fn(features, labels, mode,
            config)`, which returns the `EstimatorSpec` in the default graph.
        export_dir_base: the folder in which the time-stamped folder is made.
        input_receiver_fn_map: a dict from mode to receiver function. Other keys than the
            `ModeKeys`, and None as function, are ignored.
        assets_extra: a dict from path below `assets.extra` to the file to copy there.
        as_text: write `saved_model.pbtxt` instead of `saved_model.pb`.
        checkpoint_path: the checkpoint to export; None: the newest one of the estimator, or
            else the one that it would be warm-started from.
        strip_default_attrs: leave out attributes that have their default value, so that
            older versions of TensorFlow can load the model.

    Returns:
        The path of the SavedModel's folder, as bytes.

    Raises:
        ValueError: if no mode is given, there is no checkpoint, the checkpoint lacks a
            variable, or what a function returns is invalid.
        tf.errors.InvalidArgumentError: if a variable has another shape in the checkpoint.
        AttributeError: if a function returns something else than a receiver, or
            `assets_extra` is not a dict.
        tf.errors.OpError: if a file can't be read or written.
    """
    base = tf.compat.as_bytes(tf.compat.path_to_str(export_dir_base))
    receiver_fns = {m: input_receiver_fn_map.get(m) for m in _TAGS if input_receiver_fn_map.get(m)}
    if not receiver_fns:
        raise ValueError(
            f"No valid modes for exporting found. Got {input_receiver_fn_map.keys()}. "
            f"Expected a receiver function for at least one of {list(_TAGS)}."
        )
    extra = checked_assets(assets_extra)
    checkpoint = _checkpoint_of(estimator, checkpoint_path)
    with new_export_dir(base) as (temporary, export_dir):
        builder = _saved_model.Builder(temporary)
        for position, (mode, receiver_fn) in enumerate(receiver_fns.items()):
            _add_meta_graph(
                builder, estimator, mode, receiver_fn, checkpoint,
                save_variables=position == 0, strip_default_attrs=strip_default_attrs,
            )
        builder.save(as_text)
        copy_assets(extra, temporary)
    return export_dir


def _add_meta_graph(
    builder: Any,
    estimator: Any,
    mode: str,
    receiver_fn: ReceiverFn,
    checkpoint: str,
    save_variables: bool,
    strip_default_attrs: bool,
) -> None:
    config = estimator.config
    with tf.Graph().as_default() as graph, _graph_rules() as open_session:
        spec, signatures = _traced(estimator, mode, receiver_fn, graph)
        local_init_op = spec.scaffold.local_init_op
        if local_init_op is None:
            local_init_op = tf.compat.v1.train.Scaffold.default_local_init_op()
        saver = _saver(spec.scaffold)
        if spec.train_op is not None:
            tf.compat.v1.add_to_collection(_TRAIN_OP_KEY, spec.train_op)
        meta_graph = {
            "tags": _TAGS[mode],
            "signature_def_map": signatures,
            "assets_collection": graph.get_collection(tf.compat.v1.GraphKeys.ASSET_FILEPATHS),
            "main_op": local_init_op,
            "saver": saver,
            "strip_default_attrs": strip_default_attrs,
        }
        with open_session(graph=graph, config=config.session_config) as session:
            _restore(saver, session, checkpoint, mode)
            if save_variables:
                builder.add_meta_graph_and_variables(session, **meta_graph)
            else:
                builder.add_meta_graph(**meta_graph)


@contextlib.contextmanager
def _graph_rules() -> Iterator[type[tf.compat.v1.Session]]:
    """The rules to build a graph by, and the class of sessions that can run it.

    A script that switched to TF1's variables or loops gets them: who reads its exports may
    fetch `weight:0` for a variable's value, which for a resource variable is its handle.
    """
    if script_can_be_traced():
        with trace_scope():
            yield FunctionSession
    else:
        with script_scope():
            yield tf.compat.v1.Session


def _traced(
    estimator: Any, mode: str, receiver_fn: ReceiverFn, graph: tf.Graph
) -> tuple[Any, dict[str, Any]]:
    """The `EstimatorSpec` in the default graph, and its signatures."""
    estimator._create_and_assert_global_step(graph)
    tf.compat.v1.set_random_seed(estimator.config.tf_random_seed)
    receiver = _checked_receiver(receiver_fn())
    labels = getattr(receiver, "labels", None)
    spec = estimator._call_model_fn(receiver.features, labels, mode, estimator.config)
    signatures = build_signature_defs(
        receiver.receiver_tensors,
        _export_outputs(spec, mode),
        getattr(receiver, "receiver_tensors_alternatives", None),
        serving_only=mode == ModeKeys.PREDICT,
    )
    return spec, signatures


def _checked_receiver(receiver: Any) -> Any:
    for attribute in ("features", "receiver_tensors"):
        if not hasattr(receiver, attribute):
            raise AttributeError(
                f"{type(receiver).__name__!r} object has no attribute {attribute!r}: the receiver "
                f"function returned {receiver!r}, expected a ServingInputReceiver or the like."
            )
    return receiver


def _export_outputs(spec: Any, mode: str) -> Mapping[str, Any]:
    if mode == ModeKeys.PREDICT:
        return spec.export_outputs
    output = _SUPERVISED_OUTPUTS[mode]
    return {
        mode: output(loss=spec.loss, predictions=spec.predictions, metrics=spec.eval_metric_ops)
    }


def _checkpoint_of(estimator: Any, checkpoint_path: str | bytes | None) -> str:
    """The checkpoint to export: the given one, the newest, or the one to warm-start from."""
    path = checkpoint_path or estimator.latest_checkpoint()
    if not path and estimator._warm_start_settings:
        path = estimator._warm_start_settings.ckpt_to_initialize_from
    if not path:
        raise ValueError(
            f"Couldn't find trained model at {estimator.model_dir}. "
            "Call train() first, or give the checkpoint_path of another model."
        )
    try:
        return checkpoint_prefix(path)
    except tf.errors.NotFoundError as error:
        raise ValueError(f"The passed save_path is not a valid checkpoint: {path}") from error


def _saver(scaffold: Any) -> Any:
    if isinstance(scaffold.saver, tf.train.Checkpoint):
        scaffold.finalize()  # makes it a Saver of the objects' values, and closes the graph
        _tf.reopen(tf.compat.v1.get_default_graph())
    return scaffold.saver or tf.compat.v1.train.Saver(sharded=True)


def _restore(saver: Any, session: Any, checkpoint: str, mode: str) -> None:
    try:
        saver.restore(session, checkpoint)
    except tf.errors.NotFoundError as error:
        raise ValueError(
            "Could not load all requested variables from checkpoint. Please make sure your "
            "model_fn does not expect variables that were not saved in the checkpoint.\n\n"
            f"Encountered error with mode `{mode}` while restoring checkpoint from: "
            f"`{checkpoint}`. Full Traceback:\n\n{error}"
        ) from error
