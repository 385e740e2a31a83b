"""The text of a graph, as `graph.pbtxt` has it.

protobuf's own printer looks at each message and each byte anew, which takes as long as all of
TensorFlow's work on a first step. But a graph's nodes have most of their attributes in common,
and what is long are numbers.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
from google.protobuf import text_encoding, text_format

_LONG = 200  # bytes
_CONTENT = 'tensor_content: "%s"\n'
_PLAIN = re.compile(r"[\w./:^-]*", re.ASCII)
# Fields of a GraphDef, and of a NodeDef, that are printed here; others are protobuf's to print.
_OF_GRAPH = {"node", "library", "versions", "version"}
_OF_NODE = {"name", "op", "input", "device", "attr"}


def graph_text(graph_def: Any) -> str:
    """What `text_format.MessageToString` says of a `GraphDef`, to the letter."""
    if any(field.name not in _OF_GRAPH for field, _ in graph_def.ListFields()):
        return text_format.MessageToString(graph_def)
    attributes: dict[tuple[str, bytes], str] = {}
    parts = [_node(node, attributes) for node in graph_def.node]
    if graph_def.HasField("library"):
        parts.append(_nested("library", graph_def.library, 0))
    if graph_def.version:
        parts.append(f"version: {graph_def.version}\n")
    if graph_def.HasField("versions"):
        parts.append(_nested("versions", graph_def.versions, 0))
    return "".join(parts)


def _node(node: Any, attributes: dict[tuple[str, bytes], str]) -> str:
    if any(field.name not in _OF_NODE for field, _ in node.ListFields()):
        return _nested("node", node, 0)
    lines = ["node {\n"]
    for field, values in (
        ("name", [node.name]), ("op", [node.op]), ("input", node.input), ("device", [node.device])
    ):
        for value in values:
            if not _PLAIN.fullmatch(value):
                return _nested("node", node, 0)
            if value or field == "input":
                lines.append(f'  {field}: "{value}"\n')
    for key in sorted(node.attr):
        value = node.attr[key]
        known = key, value.SerializeToString(deterministic=True)
        text = attributes.get(known)
        if text is None:
            text = f'  attr {{\n    key: "{key}"\n{_value(value)}  }}\n'
            attributes[known] = text
        lines.append(text)
    lines.append("}\n")
    return "".join(lines)


def _value(value: Any) -> str:
    content = value.tensor.tensor_content if value.HasField("tensor") else b""
    if len(content) < _LONG:
        return _nested("value", value, 4)
    rest = type(value)()
    rest.CopyFrom(value)
    rest.tensor.tensor_content = b"-"
    return _nested("value", rest, 4).replace(_CONTENT % "-", _CONTENT % _escaped(content))


def _escaped(content: bytes) -> str:
    """The bytes as protobuf writes them, several at once."""
    escapes = _escapes().take(np.frombuffer(content, np.uint8)).tobytes()
    return escapes.translate(None, b"\0").decode("ascii")  # shorter ones end in zeros


@functools.cache
def _escapes() -> np.ndarray:
    """How each byte is written, up to four characters, as one number."""
    written = [text_encoding.CEscape(bytes([byte]), False) for byte in range(256)]
    return np.array(written, "S4").view(np.uint32)


def _nested(name: str, message: Any, indent: int) -> str:
    inside = text_format.MessageToString(message, indent=indent + 2)
    return f"{' ' * indent}{name} {{\n{inside}{' ' * indent}}}\n"
