"""The rules under which user code builds its graph.

What cannot be imported into a function, reference variables and `Enter`/`Merge` loops,
is kept from arising: resource variables and control flow v2 are on while a graph is
traced, whatever the script switched off before, and are put back afterwards. Where it
switched resource variables off, they keep to what it knows of variables.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import tensorflow as tf

from tfspec import _tf

_lock = threading.RLock()
_depth = 0
_switched: list = []  # (turn on, turn off) of what the script had switched off


def _resource_variable(next_creator, **kwargs):
    """A variable creator that overrules `use_resource=False`."""
    if "use_resource" in kwargs:
        kwargs["use_resource"] = True
    return next_creator(**kwargs)


def _switches() -> tuple:
    v1 = tf.compat.v1
    return (
        (v1.control_flow_v2_enabled, v1.enable_control_flow_v2, v1.disable_control_flow_v2),
        (v1.resource_variables_enabled, v1.enable_resource_variables,
         v1.disable_resource_variables),
    )


def _switch_on() -> None:
    of_1 = not tf.compat.v1.resource_variables_enabled()
    for is_on, turn_on, turn_off in _switches():
        if not is_on():
            turn_on()
            _switched.append((turn_on, turn_off))
    if of_1:
        variables = _tf.VariablesOf1()
        variables.turn_on()
        _switched.append((variables.turn_on, variables.turn_off))


@contextlib.contextmanager
def trace_scope() -> Iterator[None]:
    """Context in which a graph is built so that it can be compiled afterwards.

    Enter it together with `tf.Graph().as_default()`. The switches are process-wide in
    TensorFlow, so the first scope of all threads turns them on and the last puts them back.
    """
    global _depth
    with _lock:
        if _depth == 0:
            _switch_on()
        _depth += 1
    try:
        tf.compat.v1.get_variable_scope().set_use_resource(True)
        with _tf.legacy_keras(), tf.variable_creator_scope(_resource_variable):
            yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                while _switched:
                    _switched.pop()[1]()


def script_can_be_traced() -> bool:
    """Whether the script itself left on what `trace_scope` needs."""
    with _lock:
        return not _switched and all(is_on() for is_on, _, _ in _switches())


def script_has_references() -> bool:
    """Whether the script chose reference variables, those of TensorFlow 1."""
    v1 = tf.compat.v1
    with _lock:
        switched = (v1.enable_resource_variables, v1.disable_resource_variables) in _switched
        return switched or not v1.resource_variables_enabled()


@contextlib.contextmanager
def script_scope() -> Iterator[None]:
    """Context in which a graph is built by the rules that the script chose.

    For graphs that are not compiled. What a trace scope around it switched on is off meanwhile.
    """
    with _lock:
        switched = list(_switched)
        for _, turn_off in switched:
            turn_off()
    try:
        with _tf.legacy_keras():
            yield
    finally:
        with _lock:
            for turn_on, _ in switched:
                turn_on()
