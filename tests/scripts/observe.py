"""What a script left behind: checkpoints, event files, exports, by folder."""

from __future__ import annotations

import collections
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
# Speeds, and how full queues are: numpy_input_fn has none here.
TIMING = re.compile(r"(^|/)(global_step/sec|examples/sec|.*queue.*_full)$")
STAMP = re.compile(r"^\d{10}$")  # an export's folder


def observe(root: Path) -> dict[str, Any]:
    """Everything below a folder that a run on another TensorFlow must agree with."""
    folders = sorted({path.parent for path in root.rglob("*") if path.is_file()})
    found = {}
    for folder in folders:
        what: dict[str, Any] = {}
        if (folder / "checkpoint").exists():
            what["checkpoint"] = _checkpoint(folder)
        events = _events(folder)
        if events:
            what["events"] = events
        if (folder / "saved_model.pb").exists():
            what["export"] = _signatures(folder)
        if what:
            parts = folder.relative_to(root).parts
            found["/".join("STAMP" if STAMP.match(part) else part for part in parts)] = what
    return found


def _checkpoint(folder: Path) -> dict[str, Any]:
    state = tf.train.get_checkpoint_state(str(folder))
    reader = tf.train.load_checkpoint(str(folder))
    variables = {
        name: [shape, reader.get_tensor(name)]
        for name, shape in sorted(reader.get_variable_to_shape_map().items())
    }
    return {
        "all": [Path(path).name for path in state.all_model_checkpoint_paths],
        "variables": {
            name: [shape, *(float(f(value)) for f in (np.mean, np.std))]
            for name, (shape, value) in variables.items()
            if np.issubdtype(value.dtype, np.number)
        },
    }


def _events(folder: Path) -> dict[str, list[list[float]]]:
    """{tag: [[step, value], ...]} of scalars, the number of points of other summaries."""
    tags: dict[str, Any] = collections.defaultdict(list)
    for file in sorted(folder.glob("events.out.tfevents.*")):
        for event in v1.train.summary_iterator(str(file)):
            for value in event.summary.value:
                if not TIMING.search(value.tag):
                    number = value.simple_value if value.HasField("simple_value") else None
                    tags[value.tag].append([event.step, number])
    return dict(tags)


def _signatures(folder: Path) -> dict[str, list[list[str]]]:
    with tf.Graph().as_default(), v1.Session() as session:
        meta = v1.saved_model.loader.load(session, ["serve"], str(folder))
    return {
        key: [sorted(signature.inputs), sorted(signature.outputs)]
        for key, signature in meta.signature_def.items()
        if not key.startswith("__")
    }


def as_json(found: dict[str, Any]) -> Any:
    return json.loads(json.dumps(found))
