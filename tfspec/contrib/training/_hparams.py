"""tf.contrib.training.HParams: named settings with types."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

_ASSIGNMENT = re.compile(r"\s*(?P<name>[a-zA-Z][\w.]*)\s*(\[\s*(?P<index>\d+)\s*\])?\s*=\s*")


class HParams:
    """Settings as attributes, each with the type of its first value.

        hparams = HParams(learning_rate=0.1, units=[64, 32], activation="relu")
        hparams.parse("learning_rate=0.01,units=[8,8]")

    Args:
        **kwargs: the settings.
    """

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        self._types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds a setting.

        Raises:
            ValueError: the name is taken, or the value an empty list.
        """
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        is_list = isinstance(value, list | tuple)
        if is_list and not value:
            raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
        self._types[name] = (type(value[0] if is_list else value), is_list)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Sets a setting, cast to its type.

        Raises:
            KeyError: there is no such setting.
            ValueError: the value doesn't fit its type, or a list stands for one value.
        """
        kind, is_list = self._types[name]
        if isinstance(value, list):
            if not is_list:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_cast(name, kind, item) for item in value])
        else:
            if is_list:
                raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
            setattr(self, name, _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Removes a setting, if it is there."""
        if hasattr(self, name):
            delattr(self, name)
            del self._types[name]

    def parse(self, values: str) -> HParams:
        """Sets settings from text: `name=value,other=[1,2],list[1]=3`.

        Raises:
            ValueError: text of another form, an unknown name, or a value that doesn't fit.
        """
        return self.override_from_dict(parse_values(values, self._types, self.values()))

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Sets several settings."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def values(self) -> dict[str, Any]:
        """All settings."""
        return {name: getattr(self, name) for name in self._types}

    def get(self, key: str, default: Any = None) -> Any:
        """A setting, or `default`."""
        return getattr(self, key) if key in self._types else default

    def to_json(self, indent: int | None = None, separators: Any = None, sort_keys: bool = False,
                **others: Any) -> str:
        """The settings as JSON; functions are left out."""
        values = {name: value for name, value in self.values().items() if not callable(value)}
        return json.dumps(values, indent=indent, separators=separators, sort_keys=sort_keys)

    def parse_json(self, values_json: str) -> HParams:
        """Sets settings from a JSON object."""
        return self.override_from_dict(json.loads(values_json))

    def __contains__(self, key: str) -> bool:
        return key in self._types

    def __repr__(self) -> str:
        return f"HParams({', '.join(f'{n}={v!r}' for n, v in sorted(self.values().items()))})"

    __str__ = __repr__


def parse_values(
    values: str,
    type_map: Mapping[str, Any],
    current: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Reads `name=value,...`.

    Args:
        values: the text.
        type_map: by name, the type of the value.
        current: the lists in which `name[index]=value` sets one.

    Returns:
        By name, the value: a list where `[...]` is written.

    Raises:
        ValueError: text of another form, an unknown name, or a value that doesn't fit.
    """
    found: dict[str, Any] = {}
    position = 0
    while position < len(values):
        match = _ASSIGNMENT.match(values, position)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        name = match["name"]
        if name not in type_map:
            raise ValueError(f"Unknown hyperparameter type for {name}")
        kind = type_map[name]
        kind = kind[0] if isinstance(kind, tuple) else kind
        text, position = _value_at(values, match.end())
        if text.startswith("["):
            value: Any = [_cast(name, kind, item) for item in _items(text[1:-1])]
        else:
            value = _cast(name, kind, text)
        if match["index"] is not None:
            items = list(found.get(name, (current or {}).get(name, [])))
            items[int(match["index"])] = value
            value = items
        found[name] = value
    return found


def _value_at(values: str, start: int) -> tuple[str, int]:
    """The text of the value that starts there, and where the next assignment starts."""
    closing = values.find("]", start) if values[start : start + 1] == "[" else start
    if closing < 0:
        raise ValueError(f"Malformed hyperparameter value: {values[start:]}")
    end = values.find(",", closing)
    end = len(values) if end < 0 else end
    return values[start:end].strip(), end + 1


def _items(text: str) -> Iterable[str]:
    return (item.strip() for item in text.split(",") if item.strip())


def _cast(name: str, kind: type, value: Any) -> Any:
    """`value` as `kind`, without losing anything."""
    message = f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}"
    if value is None or kind is type(None):
        return value
    if kind is bool:
        if isinstance(value, str):
            if value.lower() not in ("true", "false", "1", "0"):
                raise ValueError(message)
            return value.lower() in ("true", "1")
        if value not in (0, 1):
            raise ValueError(message)
        return bool(value)
    if issubclass(kind, str):
        if not isinstance(value, str):
            raise ValueError(message)
        if value[:1] in "'\"" and value[:1] == value[-1:] and len(value) > 1:
            return ast.literal_eval(value)
        return value
    if not isinstance(value, str) and isinstance(value, bool) != (kind is bool):
        raise ValueError(message)
    if kind is int and isinstance(value, float) and value != int(value):
        raise ValueError(message)
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise ValueError(message) from error
