"""tf.contrib.learn: what an export is made of."""

from __future__ import annotations

import inspect
import os
from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from tfspec.export import ServingInputReceiver, build_parsing_serving_input_receiver_fn

InputFnOps = namedtuple("InputFnOps", ["features", "labels", "default_inputs"])


class ExportStrategy(namedtuple("ExportStrategy", ["name", "export_fn", "strip_default_attrs"])):
    """A named way of exporting an estimator."""

    __slots__ = ()

    def __new__(cls, name: str, export_fn: Callable[..., Any], strip_default_attrs: Any = None):
        return super().__new__(cls, name, export_fn, strip_default_attrs)

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str | None = None,
        eval_result: Mapping[str, Any] | None = None,
    ) -> Any:
        """Exports `estimator` to a new folder below `export_path`, and returns that."""
        more = {"checkpoint_path": checkpoint_path, "eval_result": eval_result}
        known = inspect.signature(self.export_fn).parameters
        takes_all = any(p.kind == p.VAR_KEYWORD for p in known.values())
        more = {name: value for name, value in more.items() if takes_all or name in known}
        return self.export_fn(estimator, export_path, **more)


def receiver_fn(serving_input_fn: Callable[[], Any]) -> Callable[[], Any]:
    """A function that gives a `ServingInputReceiver`, over one that may give `InputFnOps`."""

    def receive() -> Any:
        inputs = serving_input_fn()
        if isinstance(inputs, InputFnOps) or len(inputs) == 3 and hasattr(inputs, "default_inputs"):
            return ServingInputReceiver(inputs.features, inputs.default_inputs)
        return inputs

    return receive


def make_export_strategy(
    serving_input_fn: Callable[[], Any],
    default_output_alternative_key: str | None = None,
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    exports_to_keep: int | None = 5,
    strip_default_attrs: Any = None,
) -> ExportStrategy:
    """A strategy named `Servo` that writes a SavedModel and keeps the newest ones.

    Args:
        serving_input_fn: gives what a server passes: `InputFnOps` or a `ServingInputReceiver`.
        default_output_alternative_key: which outputs are the default, of a model with several.
        assets_extra: files to go along, by their path below `assets.extra`.
        as_text: whether the SavedModel is text.
        exports_to_keep: how many are kept; all if None.
        strip_default_attrs: exports always are without default attributes.
    """

    def export(estimator: Any, export_dir_base: str, checkpoint_path: str | None = None) -> Any:
        folder = estimator.export_savedmodel(
            export_dir_base,
            receiver_fn(serving_input_fn),
            assets_extra=assets_extra,
            as_text=as_text,
            checkpoint_path=checkpoint_path,
        )
        _keep(export_dir_base, exports_to_keep)
        return folder

    return ExportStrategy("Servo", export, strip_default_attrs)


def _keep(folder: str, count: int | None) -> None:
    """Deletes all but the newest exports of a folder."""
    if count is None:
        return
    names = sorted((n.rstrip("/") for n in tf.io.gfile.listdir(folder)), key=lambda n: n.zfill(20))
    for name in [name for name in names if name.isdigit()][:-count]:
        tf.io.gfile.rmtree(os.path.join(folder, name))


def build_parsing_serving_input_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], InputFnOps]:
    """A serving_input_fn that parses serialized `tf.train.Example`s."""

    def serving_input_fn() -> InputFnOps:
        receiver = build_parsing_serving_input_receiver_fn(feature_spec, default_batch_size)()
        return InputFnOps(receiver.features, None, receiver.receiver_tensors)

    return serving_input_fn
