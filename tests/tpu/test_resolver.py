"""TPUClusterResolver, as TPUEstimator scripts use it where there is no TPU."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfspec.compat import v1


@pytest.mark.parametrize(
    "namespace",
    [v1.distribute.cluster_resolver, v1.contrib.cluster_resolver],
    ids=["distribute", "contrib"],
)
def test_an_empty_name_is_this_machine(namespace, monkeypatch):
    monkeypatch.delenv("TPU_NAME", raising=False)
    resolver = namespace.TPUClusterResolver("", zone=None, project=None)
    assert isinstance(resolver, tf.distribute.cluster_resolver.TPUClusterResolver)
    assert resolver.get_master() == ""
    config = v1.estimator.tpu.RunConfig(cluster=resolver, model_dir="out")
    assert config.master == "" and config.is_chief
    assert namespace.TPUClusterResolver("local").get_master() == ""
    with pytest.raises(ValueError, match="TPU Name"):
        namespace.TPUClusterResolver(None)
    assert namespace.SimpleClusterResolver is tf.distribute.cluster_resolver.SimpleClusterResolver


def test_the_rest_of_distribute():
    assert v1.distribute.MirroredStrategy is tf.compat.v1.distribute.MirroredStrategy
    assert v1.distribute.experimental is tf.compat.v1.distribute.experimental
