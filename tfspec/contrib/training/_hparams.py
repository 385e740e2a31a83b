"""tf.contrib.training.HParams: named settings with types."""

from __future__ import annotations

import json
import numbers
import re
from collections.abc import Mapping
from typing import Any

_ASSIGNMENT = re.compile(
    r"(?P<name>[a-zA-Z][\w.]*)(\[\s*(?P<index>\d+)\s*\])?\s*=\s*"
    r"((?P<value>[^,\[]*)|\[(?P<items>[^\]]*)\])($|,\s*)"
)


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
        read = parse_values(values, {name: kind for name, (kind, _) in self._types.items()})
        for name, value in read.items():
            if isinstance(value, dict):  # of some items of a list
                read[name] = list(getattr(self, name))
                for index, item in value.items():
                    read[name][index] = item
        return self.override_from_dict(read)

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> HParams:
        """Sets several settings."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: Mapping[str, Any]) -> HParams:
        """Sets several settings: an older name of `override_from_dict`."""
        return self.override_from_dict(values_map)

    def values(self) -> dict[str, Any]:
        """All settings."""
        return {name: getattr(self, name) for name in self._types}

    def get(self, key: str, default: Any = None) -> Any:
        """A setting, or `default` where there is none.

        Raises:
            ValueError: `default` doesn't fit the setting's type.
        """
        if key not in self._types:
            return default
        kind, is_list = self._types[key]
        if default is not None:
            told = f"list<{kind}>" if is_list else str(kind)
            words = f"Hparam '{key}' of type '{told}' is incompatible with default={default}"
            if is_list != isinstance(default, list):
                raise ValueError(words)
            try:
                for value in default if is_list else [default]:
                    _cast(key, kind, value)
            except ValueError as error:
                raise ValueError(f"{words}. {error}") from error
        return getattr(self, key)

    def get_model_structure(self) -> Any:
        """The model structure that was given or set."""
        return self._model_structure

    def set_model_structure(self, model_structure: Any) -> None:
        """Sets what `get_model_structure` returns."""
        self._model_structure = model_structure

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

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({sorted(self.values().items())})"


def parse_values(
    values: str, type_map: Mapping[str, Any], ignore_unknown: bool = False
) -> dict[str, Any]:
    """Reads `name=value,other=[1,2],list[1]=3`.

    Args:
        values: the text.
        type_map: by name, the type of the value, or of a list's values.
        ignore_unknown: whether names that aren't there are passed over.

    Returns:
        By name, the value: a list where `[...]` is written, a dict by index where `name[index]=`
        is.

    Raises:
        ValueError: text of another form, an unknown name, one that is set twice, or a value that
            doesn't fit.
    """
    found: dict[str, Any] = {}
    position = 0
    while position < len(values):
        match = _ASSIGNMENT.match(values, position)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        position = match.end()
        name, index = match["name"], match["index"]
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        value = _read(name, type_map[name], match, values)
        if index is None:
            if name in found:
                raise ValueError(f"Multiple assignments to variable '{name}' in {values}")
            found[name] = value
            continue
        items = found.setdefault(name, {})
        if not isinstance(items, dict) or int(index) in items:
            twice = f"{name}[{index}]" if isinstance(items, dict) else name
            raise ValueError(f"Multiple assignments to variable '{twice}' in {values}")
        items[int(index)] = value
    return found


def _read(name: str, kind: type, match: re.Match[str], values: str) -> Any:
    """The value of one assignment: one of `kind`, or a list of such."""
    text, items = match["value"], match["items"]
    if items is not None and match["index"] is not None:
        raise ValueError("Assignment of a list to a list index.")
    read = _read_bool if kind is bool else kind
    try:
        if items is None:
            return read(text)
        return [read(item) for item in re.split("[ ,]", items) if item]
    except ValueError as error:
        raise ValueError(
            f"Could not parse hparam '{name}' of type '{kind.__name__}' with value "
            f"'{text if items is None else items}' in {values}"
        ) from error


def _read_bool(text: str) -> bool:
    return text in ("true", "True") if text.lower() in ("true", "false") else bool(int(text))


def _cast(name: str, kind: type, value: Any) -> Any:
    """`value` as `kind`, if it is of such a type or, for a float, an integer."""
    if type(value) is kind or kind is type(None):
        return value
    texts = (str, bytes)
    fits = issubclass(kind, bool) == isinstance(value, bool)
    if issubclass(kind, texts):
        fits &= isinstance(value, texts)
    elif issubclass(kind, numbers.Integral):
        fits &= isinstance(value, numbers.Integral)
    elif issubclass(kind, numbers.Number):
        fits &= isinstance(value, numbers.Number)
    if not fits:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    return kind(value)
