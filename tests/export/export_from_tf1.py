"""A TF1 script: it switches TensorFlow 2 off, trains and exports, by itself and while training.

    python export_from_tf1.py FOLDER

Prints one line of JSON, a list of what was exported, `{"folder", "embedding", "types"}`: where, the
value of the tensor `embedding:0` and the types of ops in the graph; and what `predict` gives.
"""

from __future__ import annotations

import json
import pathlib
import sys

import tensorflow as tf

tf.compat.v1.disable_v2_behavior()
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[2])]

from served import VOCABULARY, Served  # noqa: E402

import tfspec.estimator as estimator  # noqa: E402


def seen(folder: str) -> dict:
    v1 = tf.compat.v1
    with v1.Session(graph=tf.Graph()) as session:
        v1.saved_model.load(session, ["serve"], folder)
        return {
            "folder": folder,
            "embedding": session.run("embedding:0").tolist(),
            "types": sorted({op.type for op in session.graph.get_operations()}),
        }


def main(folder: pathlib.Path) -> None:
    vocabulary = folder / "vocabulary.txt"
    vocabulary.write_text(VOCABULARY)
    served = Served(tf, estimator, str(vocabulary))
    trained = served.trained(str(folder / "model"))
    exporter = estimator.FinalExporter("final", served.serving_input_receiver_fn)
    estimator.train_and_evaluate(
        trained,
        estimator.TrainSpec(served.input_fn, max_steps=3),
        estimator.EvalSpec(served.input_fn, steps=1, exporters=exporter, throttle_secs=0),
    )
    direct = trained.export_saved_model(str(folder / "export"), served.serving_input_receiver_fn)
    (final,) = (folder / "model" / "export" / "final").iterdir()
    predicted = next(trained.predict(served.input_fn, yield_single_examples=False))
    exports = [seen(direct.decode()), seen(str(final))]
    print(json.dumps([exports, {key: value.tolist() for key, value in predicted.items()}]))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
