"""tf.contrib.predictor: a function over an export, or over an estimator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from tfspec.graph import FunctionSession

v1 = tf.compat.v1


class Predictor:
    """Runs a signature of a graph: `predictor({"x": values})` returns `{"y": array}`.

    Attributes:
        graph, session: where it runs.
        feed_tensors, fetch_tensors: by name, the tensors that it feeds and fetches.
    """

    def __init__(self, session: Any, feeds: Mapping[str, Any], fetches: Mapping[str, Any]) -> None:
        self.graph = session.graph
        self.session = session
        self.feed_tensors = dict(feeds)
        self.fetch_tensors = dict(fetches)

    def __call__(self, input_dict: Mapping[str, Any]) -> dict[str, Any]:
        """Predicts.

        Raises:
            ValueError: an input that the signature doesn't have.
        """
        unknown = sorted(set(input_dict) - set(self.feed_tensors))
        if unknown:
            raise ValueError(
                f"Got unexpected keys in input_dict: {set(unknown)}\n"
                f"expected: {set(self.feed_tensors)}"
            )
        feeds = {self.feed_tensors[name]: value for name, value in input_dict.items()}
        return self.session.run(self.fetch_tensors, feeds)


def from_saved_model(
    export_dir: str,
    signature_def_key: str | None = None,
    signature_def: Any = None,
    input_names: Mapping[str, str] | None = None,
    output_names: Mapping[str, str] | None = None,
    tags: str | None = None,
    graph: tf.Graph | None = None,
    config: Any = None,
) -> Predictor:
    """A predictor over an exported model.

    Args:
        export_dir: the folder of the SavedModel.
        signature_def_key: which signature; `serving_default` if None.
        signature_def: a signature of one's own in its place.
        input_names, output_names: names of tensors by name of input and output, in place of those
            of a signature.
        tags: comma-separated tags of the meta graph; `serve` if None.
        graph: where the model is loaded; a new one if None.
        config: a `ConfigProto`.

    Raises:
        ValueError: the export has no such signature.
    """
    with (graph or tf.Graph()).as_default() as graph:
        session = FunctionSession(graph=graph, config=config)
        meta = v1.saved_model.load(session, (tags or "serve").split(","), export_dir)
    if input_names is None or output_names is None:
        key = signature_def_key or "serving_default"
        if signature_def is None and key not in meta.signature_def:
            raise ValueError(
                f'Got signature_def_key "{key}". Available signatures are '
                f"{sorted(meta.signature_def)}."
            )
        signature = signature_def or meta.signature_def[key]
        input_names = {name: info.name for name, info in signature.inputs.items()}
        output_names = {name: info.name for name, info in signature.outputs.items()}
    tensors = [
        {name: graph.get_tensor_by_name(tensor) for name, tensor in names.items()}
        for names in (input_names, output_names)
    ]
    return Predictor(session, *tensors)


def from_estimator(
    estimator: Any,
    serving_input_receiver_fn: Callable[[], Any],
    output_key: str | None = None,
    graph: tf.Graph | None = None,
    config: Any = None,
) -> Predictor:
    """A predictor over the latest checkpoint of an estimator.

    It is exported to a temporary folder, and read from there.
    """
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        export_dir = estimator.export_saved_model(folder, serving_input_receiver_fn)
        return from_saved_model(
            tf.compat.as_str(export_dir), output_key, graph=graph, config=config
        )
