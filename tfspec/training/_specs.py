"""What to train on and what to evaluate on: `TrainSpec` and `EvalSpec`."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow as tf

from tfspec import _checks
from tfspec.training._exporters import Exporter


class TrainSpec(
    namedtuple("TrainSpec", ["input_fn", "max_steps", "hooks", "saving_listeners"])
):
    """The training half of `train_and_evaluate`.

    `hooks` and `saving_listeners` are tuples, whatever iterables were given.

    Behaviour: tf.estimator 2.15.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        max_steps: int | None = None,
        hooks: Iterable[tf.compat.v1.train.SessionRunHook] | None = None,
        saving_listeners: Iterable[tf.compat.v1.train.CheckpointSaverListener] | None = None,
    ) -> TrainSpec:
        """Checks the arguments.

        Args:
          input_fn: function that returns the training data, as for `Estimator.train`.
          max_steps: global step to train to, counted over all runs in the same directory; None
            to train until the input ends.
          hooks: hooks that run in the training session.
          saving_listeners: listeners that run right before and after checkpoints are saved.

        Raises:
          ValueError: `max_steps` isn't positive.
          TypeError: an argument has the wrong type.
        """
        _check_input_fn(input_fn)
        if max_steps is not None:
            _check_above_zero("max_steps", max_steps)
        train = tf.compat.v1.train
        return super().__new__(
            cls,
            input_fn=input_fn,
            max_steps=max_steps,
            hooks=_checks.check_all(hooks, "hooks", train.SessionRunHook),
            saving_listeners=_checks.check_all(
                saving_listeners, "saving_listeners", train.CheckpointSaverListener
            ),
        )


class EvalSpec(
    namedtuple(
        "EvalSpec",
        ["input_fn", "steps", "name", "hooks", "exporters", "start_delay_secs", "throttle_secs"],
    )
):
    """The evaluation half of `train_and_evaluate`.

    `hooks` and `exporters` are tuples, whatever iterables (or single exporter) were given.

    Behaviour: tf.estimator 2.15; a generator of exporters is kept, where 2.15 lost it.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        steps: int | None = 100,
        name: str | None = None,
        hooks: Iterable[tf.compat.v1.train.SessionRunHook] | None = None,
        exporters: Exporter | Iterable[Exporter] | None = None,
        start_delay_secs: float = 120,
        throttle_secs: float = 600,
    ) -> EvalSpec:
        """Checks the arguments.

        Args:
          input_fn: function that returns the evaluation data, as for `Estimator.evaluate`.
          steps: batches to evaluate; None for all there are.
          name: name of the evaluation, which becomes part of its directory.
          hooks: hooks that run in the evaluation session.
          exporters: exporters that are called after each evaluation, with names of their own.
          start_delay_secs: seconds that an evaluator process waits before it first looks for a
            checkpoint; unused where one process trains and evaluates.
          throttle_secs: least number of seconds between the starts of two evaluations. The
            last checkpoint of a run is evaluated in any case.

        Raises:
          ValueError: a number out of range, or exporters with missing or equal names.
          TypeError: an argument has the wrong type.
        """
        _check_input_fn(input_fn)
        if steps is not None:
            _check_above_zero("steps", steps)
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`name` must be string, given: {name!r}")
        for argument, secs in (
            ("start_delay_secs", start_delay_secs),
            ("throttle_secs", throttle_secs),
        ):
            if secs < 0:
                raise ValueError(f"Must specify {argument} >= 0, given: {secs}")
        return super().__new__(
            cls,
            input_fn=input_fn,
            steps=steps,
            name=name,
            hooks=_checks.check_all(hooks, "hooks", tf.compat.v1.train.SessionRunHook),
            exporters=_check_exporters(exporters),
            start_delay_secs=start_delay_secs,
            throttle_secs=throttle_secs,
        )


def _check_input_fn(input_fn: Any) -> None:
    if not callable(input_fn):
        raise TypeError(
            f"`input_fn` must be callable, given: {input_fn!r}. Wrap data in a function that "
            "makes it, since every evaluation calls it anew."
        )


def _check_above_zero(name: str, value: Any) -> None:
    if value <= 0:
        raise ValueError(f"Must specify {name} > 0, given: {value}")


def _check_exporters(given: Any) -> tuple[Exporter, ...]:
    if given is None:
        return ()
    exporters = (given,) if isinstance(given, Exporter) else given
    listed = tuple(exporters) if isinstance(exporters, Iterable) else None
    if listed is None or not all(isinstance(exporter, Exporter) for exporter in listed):
        raise TypeError(
            "`exporters` must be an Exporter, an iterable of Exporter, or `None`, "
            f"found {given!r}."
        )
    names = [exporter.name for exporter in listed]
    for name in names:
        if not name:
            raise ValueError(
                "An Exporter cannot have a name that is `None` or empty. "
                f"All exporter names: {names}"
            )
        if not isinstance(name, str):
            raise ValueError(f"An Exporter must have a string name. Given: {type(name)}")
    if len(set(names)) != len(names):
        raise ValueError(
            "`exporters` must have unique names. Such a name cannot be `None`. "
            f"All exporter names: {names}"
        )
    return listed
