"""Turns what an Estimator leaves behind into plain data that JSON can hold.

Floats are stored as Python's shortest exact representation, so equality of two recordings is
equality of every bit.
"""

from __future__ import annotations

import hashlib
import logging
import pathlib
import re
from typing import Any

import numpy as np

# Measured times and paths differ from run to run; everything else in a line is compared.
_VOLATILE = (
    (re.compile(r" \(\d[\d.]* sec\)"), " (TIME sec)"),
    (re.compile(r"global_step/sec: .*"), "global_step/sec: RATE"),
    (re.compile(r"Inference Time : .*"), "Inference Time : TIME"),
    (re.compile(r"\d{4}-\d\d-\d\dT?[ -]?\d\d:\d\d:\d\d(\.\d+)?"), "DATE"),
    (re.compile(r"^Using config: .*", re.DOTALL), "Using config: CONFIG"),
    # The logged step is read while the step is being incremented: either value may come out.
    (re.compile(r"(?<=step = )(\d+)"), lambda match: f"{int(match[1]) // 10 * 10}"),
)
# Summaries of elapsed time and of how far a queue had been filled.
_VOLATILE_TAG = re.compile(r"/sec$|/fraction_of_\d+_full$")


class LogLines(logging.Handler):
    """Collects the INFO lines of the `tensorflow` logger, without paths and times."""

    def __init__(self, root: pathlib.Path):
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self._root = str(root)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno != logging.INFO:
            return
        line = record.getMessage().replace(self._root, "ROOT")
        for pattern, replacement in _VOLATILE:
            line = pattern.sub(replacement, line)
        self.lines.append(line)

    def __enter__(self) -> LogLines:
        logging.getLogger("tensorflow").addHandler(self)
        return self

    def __exit__(self, *exc_info: Any) -> None:
        logging.getLogger("tensorflow").removeHandler(self)


def plain(value: Any) -> Any:
    """Arrays, NumPy scalars, dicts and bytes as JSON data; float32 values are kept exactly."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in sorted(value.items())}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return value


def checkpoint(tf: Any, path: str) -> dict[str, Any]:
    """Name -> dtype, shape, digest of all bytes and the first values of each variable."""
    reader = tf.train.load_checkpoint(path)
    variables = {}
    for name in sorted(reader.get_variable_to_shape_map()):
        array = np.asarray(reader.get_tensor(name))
        variables[name] = {
            "dtype": str(array.dtype),
            "shape": list(array.shape),
            "sha256": hashlib.sha256(array.tobytes()).hexdigest(),
            "first": plain(array.ravel()[:4]),
        }
    return variables


def events(tf: Any, directory: pathlib.Path) -> list[list[Any]]:
    """`[step, tag, value]` of every summary in a directory's event files, in order of writing.

    The value of a tag that depends on timing is None, a histogram is its number of values and sum,
    any other non-scalar summary the name of its kind.
    """
    found = []
    for path in sorted(directory.glob("events.out.tfevents.*")):
        for event in tf.train.summary_iterator(str(path)):
            for value in event.summary.value:
                found.append([event.step, value.tag, _summary_value(value)])
            kind = event.WhichOneof("what")
            if kind not in ("summary", "file_version"):
                found.append([event.step, kind, None])
    return found


def _summary_value(value: Any) -> Any:
    if _VOLATILE_TAG.search(value.tag):
        return None
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return value.simple_value
    if kind == "histo":
        return [value.histo.num, value.histo.sum]
    if kind == "tensor" and value.tensor.string_val:
        text = b" ".join(value.tensor.string_val).decode()
        return re.sub(r"\S*(?=model\.ckpt)", "", text)
    return kind


def graph(tf: Any, path: pathlib.Path) -> dict[str, list[Any]]:
    """From a graph.pbtxt: `ops`, "name type" in order of creation, save for the many ops of the
    ready check; `seeds`, `[name, type, seed, seed2]` of random ops, those in functions included."""
    from google.protobuf import text_format

    graph_def = text_format.Parse(path.read_text(encoding="utf-8"), tf.GraphDef())
    nodes = [("", node) for node in graph_def.node]
    for function in graph_def.library.function:
        # The number at the end of a function's name is a counter of the process.
        name = re.sub(r"_\d+$", "", function.signature.name)
        nodes += [(f"{name}/", node) for node in function.node_def]
    seeds = [
        [prefix + node.name, node.op, node.attr["seed"].i, node.attr["seed2"].i]
        for prefix, node in nodes
        if "seed2" in node.attr
    ]
    ops = [f"{n.name} {n.op}" for n in graph_def.node if "/boolean_mask/" not in n.name]
    return {"ops": ops, "seeds": seeds}


def files(directory: pathlib.Path) -> list[str]:
    """The names of all files below a model directory; event files without host and time."""
    names = set()
    for path in directory.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(directory))
            names.add(re.sub(r"tfevents\..*", "tfevents.*", name))
    return sorted(names)
