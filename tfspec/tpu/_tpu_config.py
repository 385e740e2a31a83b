"""TPUConfig: the part of a run's configuration that is about TPUs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

_CORES_PER_REPLICA = (1, 2, 4, 8, 16, 32, 64, 128)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


class InputPipelineConfig:
    """Ways in which `input_fn` is called for the cores of a TPU.

    Behaviour: tf.compat.v1.estimator.tpu.InputPipelineConfig of TensorFlow 2.15.
    """

    PER_SHARD_V1 = 1
    PER_HOST_V1 = 2
    PER_HOST_V2 = 3
    BROADCAST = 4
    SLICED = 5


class LoopLength(NamedTuple):
    """How long a training loop on a TPU is: `value` steps, or `value` seconds.

    Attributes:
      value: a positive number.
      unit: 'count' or 'seconds'.
    """

    value: int
    unit: str


def loop_length(iterations_per_loop: int | str) -> LoopLength:
    """Reads `iterations_per_loop`: a number of steps, or a time such as '300s', '5m', '1h'.

    Raises:
      ValueError: if it is neither, or not positive.
    """
    given = re.fullmatch(r"([1-9]\d*)([smh]?)", str(iterations_per_loop))
    if given is None:
        raise ValueError(
            "Invalid TPUConfig `iterations_per_loop` value. Value must be positive integer value "
            "or time-based value `<N><s|m|h>` where <N> is any positive integer and `s`, `m`, `h` "
            "are unit of time in seconds, minutes, hours respectively. Examples of valid values: "
            f"100, `3600s`, `60m`, `1h`. Got {iterations_per_loop!r}."
        )
    number, unit = int(given[1]), given[2]
    return LoopLength(number * _SECONDS[unit], "seconds") if unit else LoopLength(number, "count")


class _Fields(NamedTuple):
    iterations_per_loop: int | str
    num_shards: int | None
    num_cores_per_replica: int | None
    per_host_input_for_training: int
    tpu_job_name: str | None
    initial_infeed_sleep_secs: int | None
    input_partition_dims: list[Any] | None
    eval_training_input_configuration: int
    experimental_host_call_every_n_steps: int
    experimental_allow_per_host_v2_parallel_get_next: bool
    experimental_feed_hook: Callable[..., Any] | None


class TPUConfig(_Fields):
    """Settings of a run on TPUs; without one they are checked and otherwise have no effect.

    Args:
      iterations_per_loop: train steps in a row on the TPU: a number, or a time such as '300s',
        '5m', '1h'. Also without a TPU it spreads out what is logged, see `TPUEstimator`.
      num_shards: number of replicas of the model; None for as many as there are.
      num_cores_per_replica: cores among which one replica is split, a power of two up to 128;
        None for one each.
      per_host_input_for_training: an `InputPipelineConfig` value; True is `PER_HOST_V1`,
        False `PER_SHARD_V1`.
      tpu_job_name: the cluster's job with the TPUs; None to find it.
      initial_infeed_sleep_secs: seconds before the first input is handed over.
      input_partition_dims: list of one or two structures like those of features and labels:
        into how many parts each dimension is split. Needs `PER_HOST_V2` and
        `num_cores_per_replica`.
      eval_training_input_configuration: how evaluation takes its input, `PER_HOST_V1` or `SLICED`.
      experimental_host_call_every_n_steps: steps between host calls on a TPU.
      experimental_allow_per_host_v2_parallel_get_next: whether a host's inputs may be taken out of
        order.
      experimental_feed_hook: class of the hook that feeds the TPU.

    Raises:
      ValueError: a setting is out of range, or needs another that isn't given.
      TypeError: a setting has the wrong type.

    Behaviour: tf.compat.v1.estimator.tpu.TPUConfig of TensorFlow 2.15.
    """

    __slots__ = ()

    def __new__(
        cls,
        iterations_per_loop: int | str = 2,
        num_shards: int | None = None,
        num_cores_per_replica: int | None = None,
        per_host_input_for_training: bool | int = True,
        tpu_job_name: str | None = None,
        initial_infeed_sleep_secs: int | None = None,
        input_partition_dims: list[Any] | None = None,
        eval_training_input_configuration: int = InputPipelineConfig.PER_HOST_V1,
        experimental_host_call_every_n_steps: int = 1,
        experimental_allow_per_host_v2_parallel_get_next: bool = False,
        experimental_feed_hook: Callable[..., Any] | None = None,
    ) -> TPUConfig:
        loop_length(iterations_per_loop)
        check_positive("TPUConfig num_shards", num_shards)
        _check_partition_dims(
            input_partition_dims, num_cores_per_replica, per_host_input_for_training
        )
        _check_cores_per_replica(num_cores_per_replica)
        if initial_infeed_sleep_secs:
            check_positive("TPUConfig initial_infeed_sleep_secs", initial_infeed_sleep_secs)
        _check_eval_input(eval_training_input_configuration)
        if per_host_input_for_training is True:
            per_host_input_for_training = InputPipelineConfig.PER_HOST_V1
        elif per_host_input_for_training is False:
            per_host_input_for_training = InputPipelineConfig.PER_SHARD_V1
        return _Fields.__new__(
            cls,
            iterations_per_loop=iterations_per_loop,
            num_shards=num_shards,
            num_cores_per_replica=num_cores_per_replica,
            per_host_input_for_training=per_host_input_for_training,
            tpu_job_name=tpu_job_name or None,
            initial_infeed_sleep_secs=initial_infeed_sleep_secs,
            input_partition_dims=input_partition_dims,
            eval_training_input_configuration=eval_training_input_configuration,
            experimental_host_call_every_n_steps=experimental_host_call_every_n_steps,
            experimental_allow_per_host_v2_parallel_get_next=(
                experimental_allow_per_host_v2_parallel_get_next
            ),
            experimental_feed_hook=experimental_feed_hook,
        )


def check_positive(name: str, value: Any) -> None:
    """Raises TypeError or ValueError unless a value is None or a positive integer."""
    if value is None:
        return
    if not isinstance(value, int) and not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be int, got {type(value)}: {value!r}")
    if value <= 0:
        raise ValueError(f"{name} must be positive, got {value}")


def _check_cores_per_replica(cores: int | None) -> None:
    if cores is not None and cores not in _CORES_PER_REPLICA:
        allowed = ", ".join(map(str, _CORES_PER_REPLICA))
        raise ValueError(f"num_cores_per_replica must be {allowed}; got {cores}")


def _check_partition_dims(dims: Any, cores_per_replica: int | None, input_mode: int) -> None:
    if dims is None:
        return
    if not isinstance(dims, (list, tuple)) or len(dims) not in (1, 2):
        raise ValueError(
            "input_partition_dims must be a list/tuple with one or two elements. "
            f"Got {dims!r}, expected [dimensions of features, dimensions of labels]."
        )
    if input_mode is True or input_mode != InputPipelineConfig.PER_HOST_V2:
        raise ValueError(
            "input_partition_dims is only supported in PER_HOST_V2 mode. "
            f"Got per_host_input_for_training={input_mode!r}."
        )
    if cores_per_replica is None:
        raise ValueError("input_partition_dims requires setting num_cores_per_replica.")


def _check_eval_input(mode: int) -> None:
    if mode not in (InputPipelineConfig.PER_HOST_V1, InputPipelineConfig.SLICED):
        raise ValueError(
            f"eval_training_input_configuration must be PER_HOST_V1 or SLICED; got {mode}"
        )
