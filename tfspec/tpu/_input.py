"""The input of a TPU's cores: how often an input_fn is called, and who gets what it returns."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tfspec.runner import ReplicaInput, batches_of_replicas, split_input
from tfspec.spec import ModeKeys
from tfspec.tpu._devices import TPUSystem
from tfspec.tpu._tpu_config import InputPipelineConfig, TPUConfig

_HOST = "/cpu:0"  # where every input_fn runs


@dataclasses.dataclass(frozen=True)
class Deployment:
    """How the input of a mode is laid out on a TPU.

    Attributes:
      mode: one of `ModeKeys`.
      tpu: the TPU.
      tpu_config: the settings.
    """

    mode: str
    tpu: TPUSystem
    tpu_config: TPUConfig

    @property
    def replicas(self) -> int:
        """Number of replicas of the model."""
        return self.tpu.replicas(self.tpu_config)

    @property
    def hosts(self) -> int:
        """Number of hosts."""
        return max(1, self.tpu.metadata.num_hosts)

    @property
    def broadcast(self) -> bool:
        """Whether one call's batches go to all: as they are, or `sliced`."""
        per_host = self.tpu_config.per_host_input_for_training
        return per_host == InputPipelineConfig.BROADCAST or self.sliced

    @property
    def sliced(self) -> bool:
        """Whether one call's batches are cut up for all replicas of all hosts."""
        how = self.tpu_config.eval_training_input_configuration
        return self.mode != ModeKeys.TRAIN and how == InputPipelineConfig.SLICED

    @property
    def per_core(self) -> bool:
        """Whether input_fn is called for each replica."""
        per_host = self.tpu_config.per_host_input_for_training
        return self.mode == ModeKeys.TRAIN and per_host == InputPipelineConfig.PER_SHARD_V1

    @property
    def in_turn(self) -> bool:
        """Whether the replicas of a host get the batches of its input_fn in turn."""
        return self.tpu_config.per_host_input_for_training == InputPipelineConfig.PER_HOST_V2

    @property
    def calls(self) -> int:
        """How often input_fn is called."""
        if self.broadcast:
            return 1
        return self.replicas if self.per_core else min(self.hosts, self.replicas)

    def input_batch_size(self, batch_size: int) -> int:
        """Examples in what one call of input_fn gives at a time, of those on all cores."""
        if self.broadcast:
            return batch_size
        return batch_size // (self.replicas if self.per_core or self.in_turn else self.hosts)

    def model_batch_size(self, batch_size: int) -> int:
        """Examples that one replica gets."""
        whole = self.broadcast and not self.sliced
        return batch_size if whole else batch_size // self.replicas

    def check(self, batch_size: int | None) -> None:
        """Raises ValueError if the replicas can't share batches of that size."""
        name = "predict" if self.mode == ModeKeys.PREDICT else self.mode
        if batch_size is None:
            method = "evaluate" if self.mode == ModeKeys.EVAL else name
            raise ValueError(
                f"{name}_batch_size in TPUEstimator constructor cannot be `None` if .{method} is "
                "running on TPU."
            )
        if not self.broadcast and batch_size % self.replicas:
            raise ValueError(
                f"{name} batch size {batch_size} must be divisible by number of replicas "
                f"{self.replicas}"
            )
        alone = self.replicas == 1 or self.mode == ModeKeys.EVAL
        if self.mode != ModeKeys.TRAIN and self.hosts > 1 and not (
            self.broadcast or (self.in_turn and alone)
        ):
            method = "evaluate" if self.mode == ModeKeys.EVAL else name
            raise ValueError(
                f"TPUEstimator.{method} is only supported with one host, or with an input of mode "
                "BROADCAST or PER_HOST_V2 (for predict, with one replica). mode: "
                f"{self.tpu_config.per_host_input_for_training}; num_hosts: {self.hosts}; "
                f"num_replicas: {self.replicas}"
            )


class TPUContext:
    """What `params["context"]` tells an `input_fn` or `model_fn` on a TPU.

    Args:
      deployment: how the input is laid out.
      invocation: which call of `input_fn` it is, from 0; None in a `model_fn`.

    Behaviour: TPUContext of TensorFlow 2.15's TPUEstimator.
    """

    def __init__(self, deployment: Deployment, invocation: int | None = None) -> None:
        self._deployment = deployment
        self._invocation = invocation

    @property
    def num_replicas(self) -> int:
        """Number of replicas of the model, on all hosts."""
        return self._deployment.replicas

    @property
    def num_hosts(self) -> int:
        """Number of the TPU's hosts."""
        return self._deployment.hosts

    @property
    def num_of_replicas_per_host(self) -> int:
        """Number of replicas on a host.

        Raises:
          ValueError: a replica has several cores.
        """
        if self._deployment.tpu_config.num_cores_per_replica:
            raise ValueError("num_of_replicas_per_host is not supported for model_parallelism")
        return self.num_replicas // self.num_hosts

    @property
    def current_host(self) -> int:
        """The host of this call of `input_fn`, from 0.

        Raises:
          RuntimeError: in a `model_fn`.
        """
        return self._call() * self.num_hosts // self._deployment.calls

    @property
    def device_assignment(self) -> Any:
        """The cores of each replica, a `DeviceAssignment`; None if each replica has one.

        Raises:
          RuntimeError: in an `input_fn`.
        """
        if self._invocation is not None:
            raise RuntimeError("This TPUContext instance must not be called from input_fn.")
        return self._deployment.tpu.device_assignment

    def current_input_fn_deployment(self) -> tuple[str, int, int, int]:
        """The device of this call of `input_fn`, which call it is, from 0, how many there are,
        and how many replicas it feeds.

        Raises:
          RuntimeError: in a `model_fn`.
        """
        calls = self._deployment.calls
        return _HOST, self._call(), calls, self.num_replicas // calls

    def _call(self) -> int:
        if self._invocation is None:
            raise RuntimeError("This TPUContext instance must not be called from model_fn.")
        return self._invocation


def input_of_cores(
    call: Callable[[TPUContext], Any], deployment: Deployment, batch_size: int
) -> ReplicaInput:
    """Calls an input_fn as often as the deployment says, and shares out what it returns.

    Args:
      call: calls the input_fn, once, with its context.
      deployment: how the input is laid out.
      batch_size: examples on all cores.

    Raises:
      TypeError: what has to be a dataset isn't one.
    """
    results = [call(TPUContext(deployment, number)) for number in range(deployment.calls)]
    if deployment.mode == ModeKeys.PREDICT and isinstance(results[0], tf.data.Dataset):
        return _for_prediction(results[0], deployment, batch_size)
    batches: list[Any] = []
    hooks: list[Any] = []
    for result in results:
        found, started = _shares(result, deployment)
        batches += found
        hooks += started
    return ReplicaInput(batches, hooks)


def _shares(result: Any, deployment: Deployment) -> tuple[list[Any], list[Any]]:
    """Batches for the replicas that one call of input_fn feeds, and the hooks to run it."""
    count = deployment.replicas // deployment.calls
    if deployment.in_turn and not deployment.broadcast:
        if not isinstance(result, tf.data.Dataset):
            raise TypeError(
                "`input_fn` must return a `Dataset` for the PER_HOST_V2 input mode. "
                f"Received: {result!r} of type {type(result).__name__}"
            )
        batches, hooks, _ = batches_of_replicas(result, count)
        return batches, hooks
    features, labels, hooks = split_input(result)
    if deployment.broadcast and not deployment.sliced:
        return [(features, labels)] * count, hooks
    return _cut_up((features, labels), count), hooks


def _cut_up(batch: Any, count: int) -> list[Any]:
    """A batch in equal parts."""
    parts = [
        [None] * count if tensor is None else tf.split(tensor, count)
        for tensor in tf.nest.flatten(batch)
    ]
    return [tf.nest.pack_sequence_as(batch, list(part)) for part in zip(*parts, strict=True)]


def _for_prediction(
    dataset: tf.data.Dataset, deployment: Deployment, batch_size: int
) -> ReplicaInput:
    """Batches for all replicas, the last one filled up with zeros: a TPU's program is for one
    size, and the input may end anywhere."""
    if deployment.in_turn and not deployment.broadcast:
        dataset = dataset.unbatch().batch(batch_size)

    def pair(*element: Any) -> Any:
        examples = tf.shape(tf.nest.flatten(element)[0])[0]
        filled_up = functools.partial(_filled_up, size=batch_size)
        return tf.nest.map_structure(filled_up, element[0]), examples

    features, examples, hooks = split_input(dataset.map(pair))
    if deployment.broadcast and not deployment.sliced:
        batches = [features] * deployment.replicas
    else:
        batches = _cut_up(features, deployment.replicas)
    return ReplicaInput([(part, None) for part in batches], hooks, examples)


def _filled_up(tensor: tf.Tensor, size: int) -> tf.Tensor:
    missing = tf.maximum(size - tf.shape(tensor)[0], 0)
    ends = tf.pad(tf.reshape(missing, [1, 1]), [[0, tf.rank(tensor) - 1], [1, 0]])
    filled = tf.pad(tensor, ends)
    filled.set_shape([size, *tensor.shape[1:]])
    return filled
