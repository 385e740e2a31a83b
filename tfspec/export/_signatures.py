"""From the export outputs of a model to the signatures of a SavedModel."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import tensorflow as tf

from tfspec.export._receivers import receivers_as_dict

_saved_model = tf.compat.v1.saved_model
_logging = tf.compat.v1.logging

_DEFAULT_KEY = _saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
_SERVED = {
    _saved_model.CLASSIFY_METHOD_NAME: "Classify",
    _saved_model.REGRESS_METHOD_NAME: "Regress",
    _saved_model.PREDICT_METHOD_NAME: "Predict",
}
# Not public; the names are part of the format of a SavedModel.
_SUPERVISED = {"tensorflow/supervised/training": "Train", "tensorflow/supervised/eval": "Eval"}


def build_signature_defs(
    receiver_tensors: Any,
    export_outputs: Mapping[Any, Any],
    alternatives: Mapping[Any, Any] | None = None,
    serving_only: bool = True,
) -> dict[str, Any]:
    """Builds the signatures of one MetaGraph and logs which were left out, and why.

    Every export output is tried with the receiver tensors and with each alternative. What
    can't be served, a regression fed with floats, say, or an output that needs a placeholder
    which the signature doesn't name, is left out and logged.

    Args:
        receiver_tensors: a tensor, or a dict from input name to tensor.
        export_outputs: a dict from signature key to `ExportOutput`.
        alternatives: further receiver tensors by name; their signatures are called
            `<name>:<key>`.
        serving_only: leave out methods that TensorFlow Serving doesn't know.

    Returns:
        A dict from signature key to `SignatureDef`.

    Raises:
        ValueError: if `export_outputs` is not a dict.
    """
    if not isinstance(export_outputs, Mapping):
        raise ValueError(
            f"`export_outputs` must be a dict. Received {export_outputs} "
            f"with type {type(export_outputs).__name__}."
        )
    included: dict[str, Any] = {}
    excluded: dict[str, str] = {}
    for prefix, receivers in _receiver_sets(receiver_tensors, alternatives):
        for output_key, export_output in export_outputs.items():
            key = f"{prefix}{output_key or None}"
            try:
                signature = export_output.as_signature_def(receivers)
                _check_servable(receivers, signature.outputs)
            except ValueError as error:
                excluded[key] = str(error)
            else:
                included[key] = signature
    _log(included, excluded)
    if serving_only:
        return {k: s for k, s in included.items() if s.method_name in _SERVED}
    return included


def _receiver_sets(
    receiver_tensors: Any, alternatives: Mapping[Any, Any] | None
) -> list[tuple[str, dict[str, Any]]]:
    """(prefix of the signatures' keys, receiver tensors by name) for each way to feed."""
    sets = [("", receivers_as_dict(receiver_tensors))]
    for name, tensors in (alternatives or {}).items():
        sets.append((f"{name or None}:", receivers_as_dict(tensors)))
    return sets


def _check_servable(receivers: Mapping[str, Any], outputs: Mapping[str, Any]) -> None:
    """Raises `ValueError` if an output depends on a placeholder that isn't fed."""
    fed = tf.nest.flatten(dict(receivers), expand_composites=True)
    graph = tf.compat.v1.get_default_graph()
    computed = [
        graph.get_tensor_by_name(name) for info in outputs.values() for name in _names(info)
    ]
    path = _path_to_unfed_placeholder(computed, fed)
    if path:
        raise ValueError(
            f"The signature's input tensors {[t.name for t in fed]} are insufficient to compute "
            f"its output keys {list(outputs)} (respectively, tensors "
            f"{[t.name for t in computed]}) because of the dependency on `{path[-1].name}` "
            "which is not given as a signature input, as illustrated by the following "
            f"dependency path: {' <- '.join(f'{op.name} ({op.type})' for op in path)}"
        )


def _names(info: Any) -> Iterable[str]:
    """The names of the graph tensors behind a `TensorInfo`: dense, sparse or composite."""
    encoding = info.WhichOneof("encoding")
    if encoding == "coo_sparse":
        sparse = info.coo_sparse
        return [
            sparse.indices_tensor_name, sparse.values_tensor_name, sparse.dense_shape_tensor_name,
        ]
    if encoding == "composite_tensor":
        return [name for part in info.composite_tensor.components for name in _names(part)]
    return [info.name]


def _path_to_unfed_placeholder(
    computed: Iterable[tf.Tensor], fed: Iterable[tf.Tensor]
) -> list[tf.Operation]:
    """The ops from a computed tensor back to a placeholder that isn't fed; [] if there is none."""
    fed_names = {tensor.name for tensor in fed}
    user: dict[tf.Operation, tf.Operation | None] = {}
    queue = deque()

    def visit(tensor: tf.Tensor, used_by: tf.Operation | None) -> None:
        if tensor.name not in fed_names and tensor.op not in user:
            user[tensor.op] = used_by
            queue.append(tensor.op)

    for tensor in computed:
        visit(tensor, None)
    while queue:
        op = queue.popleft()
        if op.type == "Placeholder":
            path: list[tf.Operation] = []
            while op is not None:
                path.insert(0, op)
                op = user[op]
            return path
        for tensor in op.inputs:
            visit(tensor, op)
    return []


def _log(included: Mapping[str, Any], excluded: Mapping[str, str]) -> None:
    titles = {**_SERVED, **_SUPERVISED}
    keys: dict[str, list[str]] = {method: [] for method in titles}
    for key, signature in included.items():
        keys.setdefault(signature.method_name, []).append(key)
    for method, names in keys.items():
        _logging.info(
            "Signatures INCLUDED in export for %s: %s", titles.get(method, method), names or None
        )
    if excluded:
        _logging.info(
            "Signatures EXCLUDED from export because they cannot be be served via "
            "TensorFlow Serving APIs:"
        )
        for key, reason in excluded.items():
            _logging.info("'%s' : %s", key, reason)
    if not included:
        _logging.warning("Export includes no signatures!")
    elif _DEFAULT_KEY not in included:
        _logging.warning("Export includes no default signature!")
