"""Asks a SavedModel for predictions; run in another interpreter, by path.

    python load_and_serve.py FOLDER

Prints the outputs of all served signatures as one line of JSON, `{loader: {signature: {output:
value}}}`, for the loaders v1 (a native session) and v2 (`tf.saved_model.load`).
"""

from __future__ import annotations

import json
import pathlib
import sys

import tensorflow as tf

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from served import serialized_examples  # noqa: E402


def serve_v1(folder: str, examples: list[bytes]) -> dict[str, dict]:
    v1 = tf.compat.v1
    answers = {}
    with v1.Session(graph=tf.Graph()) as session:
        meta_graph = v1.saved_model.load(session, ["serve"], folder)
        for key, signature in meta_graph.signature_def.items():
            (given,) = signature.inputs.values()
            fetches = {name: info.name for name, info in signature.outputs.items()}
            answers[key] = session.run(fetches, {given.name: examples})
    return answers


def serve_v2(folder: str, examples: list[bytes]) -> dict[str, dict]:
    answers = {}
    for key, signature in tf.saved_model.load(folder, tags=["serve"]).signatures.items():
        (given,) = signature.structured_input_signature[1]
        outputs = signature(**{given: tf.constant(examples)})
        answers[key] = {name: value.numpy() for name, value in outputs.items()}
    return answers


def plain(answers: dict[str, dict]) -> dict[str, dict]:
    """Answers as lists, strings decoded."""
    return {
        key: {
            name: value.astype(str).tolist() if value.dtype == object else value.tolist()
            for name, value in outputs.items()
        }
        for key, outputs in answers.items()
    }


if __name__ == "__main__":
    given = sys.argv[1], serialized_examples(tf)
    print(json.dumps({"v1": plain(serve_v1(*given)), "v2": plain(serve_v2(*given))}))
