"""Records what TensorFlow 1.15 makes of `seq2seq_cases.py`: `data/seq2seq.npz`.

Run it with a Python 3.7 that has TensorFlow 1.15, in this folder: `python record_seq2seq.py`.
"""

from __future__ import annotations

import json
import os

import numpy as np
import seq2seq_cases
import tensorflow as tf

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "seq2seq.npz")


def main():
    arrays, facts = {}, {}
    for name in seq2seq_cases.CASES:
        values, shapes, variables = seq2seq_cases.run(tf, name)
        facts[name] = {"shapes": shapes, "variables": variables}
        for number, value in enumerate(values):
            arrays[f"{name}/{number}"] = value
    np.savez_compressed(DATA, facts=json.dumps(facts), **arrays)


if __name__ == "__main__":
    main()
