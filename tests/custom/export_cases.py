"""Exports: signatures, tags, assets, graphs, and what the original makes of wrong arguments."""

from __future__ import annotations

import os
import pathlib
import re
from typing import Any

import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from tests.custom.common import case, made, ones, v1
from tests.fidelity import observe

# Of MatMul, younger than TensorFlow 2.15.
NEW_ATTRIBUTES = {"grad_a", "grad_b"}


def read(folder: str) -> SavedModel:
    text = pathlib.Path(folder, "saved_model.pbtxt")
    if text.exists():
        return text_format.Parse(text.read_text(), SavedModel())
    return SavedModel.FromString(pathlib.Path(folder, "saved_model.pb").read_bytes())


def described(folder: bytes) -> dict[str, Any]:
    """What `saved_model_cli show --all` tells, the graph's ops, and the files of an export."""
    path = os.fsdecode(folder)

    def tensors(infos):
        return {
            key: [info.name, tf.as_dtype(info.dtype).name, str(tf.TensorShape(info.tensor_shape))]
            for key, info in infos.items()
        }

    graphs = [
        {
            "tags": sorted(graph.meta_info_def.tags),
            "stripped": graph.meta_info_def.stripped_default_attrs,
            "signatures": {
                name: [s.method_name, tensors(s.inputs), tensors(s.outputs)]
                for name, s in graph.signature_def.items()
            },
            "assets": [[a.filename, a.tensor_info.name] for a in graph.asset_file_def],
            "ops": [f"{node.name} {node.op}" for node in graph.graph_def.node],
            "attributes": sum(
                len(node.attr.keys() - NEW_ATTRIBUTES) for node in graph.graph_def.node
            ),
            "collections": sorted(graph.collection_def),
        }
        for graph in read(path).meta_graphs
    ]
    stamp = pathlib.Path(path).name
    return {
        "graphs": graphs,
        "files": observe.files(pathlib.Path(path)),
        "is a time stamp": bool(re.fullmatch(r"\d{10}", stamp)),
        "beside it": len(os.listdir(pathlib.Path(path).parent)),
    }


def signatures(folder: bytes) -> dict[str, Any]:
    """Method, inputs and outputs of each signature, without the names that ops have."""
    (graph,) = described(folder)["graphs"]
    return {
        name: [method, *({key: info[1:] for key, info in side.items()} for side in sides)]
        for name, (method, *sides) in graph["signatures"].items()
    }


def answers(folder: bytes, values: dict[str, Any]) -> dict[str, Any]:
    """What each signature of an export says to `values`, loaded into a session."""
    with tf.Graph().as_default(), v1.Session() as session:
        graph = v1.saved_model.load(session, ["serve"], os.fsdecode(folder))
        return {
            name: observe.plain(session.run(
                {key: info.name for key, info in signature.outputs.items()},
                {info.name: values[key] for key, info in signature.inputs.items()},
            ))
            for name, signature in graph.signature_def.items()
        }


def trained(estimator: Any, folder: pathlib.Path, outputs: Any = None, predictions: Any = None):
    """A model of two numbers a row, with the export outputs of `outputs(y)`."""

    def model_fn(features, labels, mode):
        x = features["x"] if isinstance(features, dict) else features
        w = v1.get_variable("w", [2, 1], initializer=v1.ones_initializer())
        y = tf.matmul(x, w)
        step = v1.train.get_global_step()
        fields: dict[str, Any] = {"predictions": predictions(y) if predictions else {"y": y}}
        if mode != estimator.ModeKeys.PREDICT:
            loss = tf.reduce_mean(y if labels is None else (y - labels) ** 2)
            optimizer = v1.train.GradientDescentOptimizer(0.01)
            fields.update(loss=loss, train_op=optimizer.minimize(loss, step))
            fields["eval_metric_ops"] = {"mean": v1.metrics.mean(y)}
        if outputs is not None:
            fields["export_outputs"] = outputs(y)
        return estimator.EstimatorSpec(mode, **fields)

    config = estimator.RunConfig(str(folder / "model"), tf_random_seed=1)
    return estimator.Estimator(model_fn, config=config).train(ones(), steps=3)


def raw(estimator: Any, **more: Any) -> Any:
    def make():
        features = {"x": v1.placeholder(tf.float32, [None, 2], name="x")}
        return estimator.export.build_raw_serving_input_receiver_fn(features, **more)()

    return make


def parsing(estimator: Any, **more: Any) -> Any:
    return estimator.export.build_parsing_serving_input_receiver_fn(
        {"x": tf.io.FixedLenFeature([2], tf.float32)}, **more
    )


X = [[1.0, 2.0], [-3.0, 0.5]]


@case
def outputs_of_all_kinds(estimator, folder):
    export = estimator.export

    def scores(y):
        return tf.concat([1 - tf.sigmoid(y), tf.sigmoid(y)], 1)

    def names(y):
        return tf.tile(tf.constant([["no", "yes"]]), [tf.shape(y)[0], 1])

    kinds = {
        "a tensor": lambda y: {"serving_default": export.PredictOutput(y)},
        "a dict": lambda y: {"only": export.PredictOutput({"y": y, "twice": 2 * y})},
        "scores": lambda y: {"c": export.ClassificationOutput(scores=scores(y))},
        "classes": lambda y: {"c": export.ClassificationOutput(classes=names(y))},
        "both": lambda y: {"c": export.ClassificationOutput(scores(y), names(y))},
        "a number": lambda y: {"r": export.RegressionOutput(tf.squeeze(y, 1))},
        "several": lambda y: {
            "serving_default": export.RegressionOutput(y),
            "classified": export.ClassificationOutput(scores(y), names(y)),
            "predicted": export.PredictOutput({"y": y}),
        },
        "nothing said": None,
    }
    found = {}
    for number, (name, outputs) in enumerate(kinds.items()):
        est = trained(estimator, folder / str(number), outputs)
        for way, receiver in (("raw", raw), ("parsing", parsing)):
            path = est.export_saved_model(f"{folder}/{number}/{way}", receiver(estimator))
            found[f"{name}, {way}"] = described(path)
            if way == "raw":
                found[f"{name}, answers"] = answers(path, {"x": X})
    return found


@case
def heads(estimator, folder):
    """Several heads in one, each with signatures of its own."""
    head = estimator.MultiHead([
        estimator.BinaryClassHead(name="binary", label_vocabulary=["no", "yes"]),
        estimator.MultiClassHead(3, name="classes"),
        estimator.RegressionHead(2, name="numbers"),
        estimator.MultiLabelHead(2, name="labels"),
        estimator.PoissonRegressionHead(name="poisson"),
    ])

    def model_fn(features, labels, mode):
        w = v1.get_variable("w", [2, 9], initializer=v1.ones_initializer())
        y = tf.matmul(features["x"], w * tf.range(9.0) / 10)
        parts = tf.split(y, [1, 3, 2, 2, 1], 1)
        names = ("binary", "classes", "numbers", "labels", "poisson")
        return head.create_estimator_spec(
            features, mode, dict(zip(names, parts, strict=True)), labels=labels,
            train_op_fn=lambda loss: v1.assign_add(v1.train.get_global_step(), 1),
        )

    def input_fn():
        return tf.data.Dataset.from_tensors(({"x": [[1.0, 2.0]]}, {
            "binary": [["yes"]], "classes": [[2]], "numbers": [[1.0, 2.0]],
            "labels": [[0, 1]], "poisson": [[3.0]],
        }))

    est = estimator.Estimator(model_fn, str(folder / "model")).train(input_fn)
    path = est.export_saved_model(f"{folder}/parsing", parsing(estimator))
    served = est.export_saved_model(f"{folder}/raw", raw(estimator))
    metrics = observe.plain(est.evaluate(input_fn))
    return [signatures(path), signatures(served), answers(served, {"x": X}), metrics]


@case
def receivers(estimator, folder):
    est = trained(estimator, folder)
    export = estimator.export

    def tensor():
        x = v1.placeholder(tf.float32, [None, 2], name="given")
        return export.TensorServingInputReceiver(x, x)

    def alternatives():
        text = v1.placeholder(tf.string, [None], name="text")
        x = tf.reshape(tf.strings.to_number(tf.strings.split(text).values), [-1, 2])
        return export.ServingInputReceiver({"x": x}, {"text": text}, {"numbers": {"x": x}})

    def several():
        first = v1.placeholder(tf.float32, [None, 1], name="first")
        second = v1.placeholder_with_default([[1.0]], [None, 1], name="second")
        features = {"x": tf.concat([first, second], 1)}
        return export.ServingInputReceiver(features, {"first": first, "second": second})

    def sparse():
        x = v1.sparse_placeholder(tf.float32, [None, 2], name="sparse")
        return export.ServingInputReceiver({"x": tf.sparse.to_dense(x)}, {"x": x})

    kinds = {
        "tensor": tensor, "alternatives": alternatives, "several": several, "sparse": sparse,
        "batches of 2": raw(estimator, default_batch_size=2),
        "parsed batches of 2": parsing(estimator, default_batch_size=2),
    }
    return {
        name: described(est.export_saved_model(f"{folder}/{number}", receiver))
        for number, (name, receiver) in enumerate(kinds.items())
    }


@case
def arguments_of_an_export(estimator, folder):
    est = trained(estimator, folder)
    notes = folder / "notes.txt"
    notes.write_text("read me")
    text = est.export_saved_model(
        f"{folder}/text", raw(estimator), as_text=True,
        assets_extra={"docs/notes.txt": str(notes), "other.txt": str(notes)},
        checkpoint_path=f"{est.model_dir}/model.ckpt-0",
    )
    found = {"text": described(text), "of step 0": answers(text, {"x": X})}

    def supervised():
        return estimator.experimental.build_raw_supervised_input_receiver_fn(
            {"x": v1.placeholder(tf.float32, [None, 2], name="x")},
            v1.placeholder(tf.float32, [None, 1], name="label"),
        )()

    for mode in ("train", "eval"):
        path = est.export_saved_model(f"{folder}/{mode}", supervised, experimental_mode=mode)
        found[mode] = described(path)
    found["all"] = described(est.experimental_export_all_saved_models(
        f"{folder}/all", {"train": supervised, "eval": supervised, "infer": raw(estimator)}
    ))
    return found


@case
def wrong_exports(estimator, folder):
    """The type of the error, and what is there afterwards."""
    est = trained(estimator, folder)
    export = estimator.export
    occupied = folder / "occupied"
    occupied.touch()

    def wrong(result):
        return lambda: result

    def no_features():
        x = v1.placeholder(tf.float32, [None, 2])
        return export.ServingInputReceiver({}, x)

    def other_graph():
        with tf.Graph().as_default():
            x = v1.placeholder(tf.float32, [None, 2])
        return export.ServingInputReceiver({"x": x}, {"x": x})

    calls = {
        "nothing": lambda to: est.export_saved_model(to, wrong(None)),
        "a dict": lambda to: est.export_saved_model(to, wrong({"x": 1})),
        "no features": lambda to: est.export_saved_model(to, no_features),
        "another graph": lambda to: est.export_saved_model(to, other_graph),
        "no function": lambda to: est.export_saved_model(to, None),
        "mode": lambda to: est.export_saved_model(to, raw(estimator), experimental_mode="test"),
        "no checkpoint": lambda to: est.export_saved_model(
            to, raw(estimator), checkpoint_path=f"{folder}/none/model.ckpt-1"
        ),
        "no modes": lambda to: est.experimental_export_all_saved_models(to, {}),
        "not trained": lambda to: made(
            estimator, folder / "new", lambda **_: {}
        ).export_saved_model(to, raw(estimator)),
        "occupied": lambda to: est.export_saved_model(f"{occupied}/below", raw(estimator)),
        "no asset": lambda to: est.export_saved_model(
            to, raw(estimator), assets_extra={"a.txt": f"{folder}/no such file"}
        ),
    }
    found = {}
    for number, (name, call) in enumerate(calls.items()):
        base = folder / f"export {number}"
        try:
            call(str(base))
            found[name] = "no error"
        except Exception as error:
            found[name] = [cls.__name__ for cls in type(error).__mro__ if cls is not object][0]
    return found
