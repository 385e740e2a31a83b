"""Records what the original exports of the model in `served.py`.

Run by hand with TensorFlow 2.15.1, whose `tf.estimator` is the original:

    python tests/export/record.py

It writes tests/export/data/original, a SavedModel with three MetaGraphs, and
tests/export/data/predictions.json, what the original predicts with it.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import sys
import tempfile

import tensorflow as tf

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from served import VOCABULARY, Served  # noqa: E402


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # the graphs hold the vocabulary's path
        pathlib.Path("vocabulary.txt").write_text(VOCABULARY)
        served = Served(tf, tf.estimator, "vocabulary.txt")
        estimator = served.trained(f"{folder}/model")
        export_dir = estimator.experimental_export_all_saved_models(
            f"{folder}/export", served.receiver_fn_map()
        )
        target = HERE / "data" / "original"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(export_dir.decode(), target)
        predicted = list(estimator.predict(served.input_fn))[:3]
    (HERE / "data" / "predictions.json").write_text(
        json.dumps(
            {
                "tensorflow": tf.__version__,
                "logits": [p["logits"].tolist() for p in predicted],
                "probability": [p["probability"].tolist() for p in predicted],
            },
            indent=1,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
