"""What TensorBoard's projector is to show, written without the `tensorboard` package.

The messages are those of that package, by name, number and type of their fields; where it is
installed, they are its own. Behaviour: tensorboard.plugins.projector.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

from tfspec.summaries import has_tensorboard

_PACKAGE = "tensorboard.projector"
_FILE = "projector_config.pbtxt"
_Field = descriptor_pb2.FieldDescriptorProto
_STRING, _UINT32, _MESSAGE = _Field.TYPE_STRING, _Field.TYPE_UINT32, _Field.TYPE_MESSAGE
# Name, type (or the message's name) and whether repeated, in the order of their numbers.
_MESSAGES = {
    "SpriteMetadata": (("image_path", _STRING, False), ("single_image_dim", _UINT32, True)),
    "EmbeddingInfo": (
        ("tensor_name", _STRING, False),
        ("metadata_path", _STRING, False),
        ("bookmarks_path", _STRING, False),
        ("tensor_shape", _UINT32, True),
        ("sprite", "SpriteMetadata", False),
        ("tensor_path", _STRING, False),
    ),
    "ProjectorConfig": (
        ("model_checkpoint_path", _STRING, False),
        ("embeddings", "EmbeddingInfo", True),
        ("model_checkpoint_dir", _STRING, False),
    ),
}


def _classes() -> dict[str, Any]:
    """The classes of the messages by name."""
    if has_tensorboard():
        home = importlib.import_module("tensorboard.plugins.projector")
        return {name: getattr(home, name) for name in _MESSAGES}
    file = descriptor_pb2.FileDescriptorProto(
        name="tfspec/projector_config.proto", package=_PACKAGE, syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (field, kind, repeated) in enumerate(fields, start=1):
            label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = _MESSAGE, f".{_PACKAGE}.{kind}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


_made = _classes()
SpriteMetadata = _made["SpriteMetadata"]
EmbeddingInfo = _made["EmbeddingInfo"]
ProjectorConfig = _made["ProjectorConfig"]


def visualize_embeddings(logdir: Any, config: Any) -> None:
    """Writes which embeddings the projector is to show, as `projector_config.pbtxt`.

    Args:
        logdir: the folder, which has to exist; or a `FileWriter`, whose folder it is.
        config: a `ProjectorConfig`.

    Raises:
        ValueError: there is no folder.
        tf.errors.NotFoundError: the folder doesn't exist.
    """
    logdir = getattr(logdir, "get_logdir", lambda: logdir)()
    if logdir is None:
        raise ValueError("Expected logdir to be a path, but got None")
    with tf.io.gfile.GFile(os.path.join(logdir, _FILE), "w") as file:
        file.write(text_format.MessageToString(config))
