"""EmbeddingConfigSpec: the tables that a TPU keeps in its embedding cores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

# Not public, and told apart by name: columns that may be looked up for a TPU. Those that
# `tf.compat.v1.tpu.experimental.embedding_column` makes derive from the plain ones.
_COLUMN_TYPES = frozenset((
    "NumericColumn", "_NumericColumn", "EmbeddingColumn", "_EmbeddingColumn",
    "SharedEmbeddingColumn", "_SharedEmbeddingColumn",
))
# Bases of the `...Parameters`, which not every TensorFlow has, and of today's optimizers.
_OPTIMIZATION_TYPES = frozenset(("_OptimizationParameters", "_Optimizer"))
_PARTITION_STRATEGIES = ("mod", "div")
_TENSOR_CORE = "TPU_TENSOR_CORE"


class _Fields(NamedTuple):
    feature_columns: list[Any] | None
    tensor_core_feature_columns: list[Any] | None
    optimization_parameters: Any
    clipping_limit: float | None
    pipeline_execution_with_tensor_core: bool
    experimental_gradient_multiplier_fn: Callable[[Any], Any] | None
    feature_to_config_dict: Mapping[str, Any] | None
    table_to_config_dict: Mapping[str, Any] | None
    partition_strategy: str
    profile_data_directory: str | None


class EmbeddingConfigSpec(_Fields):
    """Which embeddings a TPU keeps in its embedding cores, and how it trains them.

    Either feature columns or the pair of dicts says what they are. Without a TPU the columns are
    looked up like any others, and the rest has no effect.

    Args:
      feature_columns: feature columns, those made by `tf.compat.v1.tpu.experimental`,
        `tf.feature_column.embedding_column`s or `numeric_column`s.
      optimization_parameters: the optimizer of the tables, such as
        `tf.compat.v1.tpu.experimental.AdagradParameters`; required with `feature_columns`.
      clipping_limit: absolute value to which gradients are clipped.
      pipeline_execution_with_tensor_core: whether lookups overlap with the step before.
      experimental_gradient_multiplier_fn: from the global step to a factor for gradients.
      feature_to_config_dict: `FeatureConfig`s by feature name.
      table_to_config_dict: `TableConfig`s by table name.
      partition_strategy: 'div' or 'mod', how rows are spread over cores.
      profile_data_directory: folder for profiles of lookups.

    Raises:
      ValueError: neither or both of columns and dicts are given, `optimization_parameters` isn't
        one of the known kinds, or `partition_strategy` is unknown.
      TypeError: a column or a configuration has the wrong type.

    Behaviour: tf.compat.v1.estimator.tpu.experimental.EmbeddingConfigSpec of TensorFlow 2.15.
    """

    __slots__ = ()

    def __new__(
        cls,
        feature_columns: Sequence[Any] | None = None,
        optimization_parameters: Any = None,
        clipping_limit: float | None = None,
        pipeline_execution_with_tensor_core: bool = False,
        experimental_gradient_multiplier_fn: Callable[[Any], Any] | None = None,
        feature_to_config_dict: Mapping[str, Any] | None = None,
        table_to_config_dict: Mapping[str, Any] | None = None,
        partition_strategy: str = "div",
        profile_data_directory: str | None = None,
    ) -> EmbeddingConfigSpec:
        dicts = bool(feature_to_config_dict) and bool(table_to_config_dict)
        if bool(feature_columns) == dicts:
            raise ValueError(
                "Exactly one of `feature_columns` and the pair `feature_to_config_dict` and "
                "`table_to_config_dict` must be be specified."
            )
        if partition_strategy not in _PARTITION_STRATEGIES:
            raise ValueError(
                f"Invalid partition_strategy {partition_strategy}. "
                'Must be one of "mod" or "div".'
            )
        embedding_core, tensor_core = None, None
        if feature_columns:
            _check_columns(feature_columns)
            _check_optimization(optimization_parameters)
            tensor_core = [c for c in feature_columns if _device_of(c) == _TENSOR_CORE]
            embedding_core = [c for c in feature_columns if _device_of(c) != _TENSOR_CORE]
        else:
            _check_configs("feature", feature_to_config_dict, "FeatureConfig")
            _check_configs("table", table_to_config_dict, "TableConfig")
        return _Fields.__new__(
            cls,
            feature_columns=embedding_core,
            tensor_core_feature_columns=tensor_core,
            optimization_parameters=optimization_parameters,
            clipping_limit=clipping_limit,
            pipeline_execution_with_tensor_core=pipeline_execution_with_tensor_core,
            experimental_gradient_multiplier_fn=experimental_gradient_multiplier_fn,
            feature_to_config_dict=feature_to_config_dict,
            table_to_config_dict=table_to_config_dict,
            partition_strategy=partition_strategy,
            profile_data_directory=profile_data_directory,
        )


def _type_names(value: Any) -> set[str]:
    return {kind.__name__ for kind in type(value).__mro__}


def _device_of(column: Any) -> str | None:
    """On what a column made for one device is looked up."""
    return getattr(getattr(column, "_embedding_lookup_device", None), "name", None)


def _check_columns(columns: Any) -> None:
    if hasattr(columns, "_fields"):  # a column is itself a tuple
        raise TypeError(
            "All feature columns must be supported types, but feature_columns is a single column. "
            f"Put it into a list. Got {columns!r}"
        )
    for column in columns:
        if not _type_names(column) & _COLUMN_TYPES:
            raise TypeError(
                "All feature columns must be supported types in "
                f"{sorted(name for name in _COLUMN_TYPES if name[0] != '_')} and those of "
                f"tf.compat.v1.tpu.experimental. Got {type(column)}"
            )


def _check_optimization(parameters: Any) -> None:
    if not _type_names(parameters) & _OPTIMIZATION_TYPES:
        raise ValueError(
            "optimization_parameters must be an instance of type AdagradParameters, "
            "AdamParameters, FtrlParameters, StochasticGradientDescentParameters... of "
            "tf.compat.v1.tpu.experimental, or an optimizer of tf.tpu.experimental.embedding. "
            f"Got {type(parameters)}."
        )


def _check_configs(kind: str, configs: Mapping[str, Any], expected: str) -> None:
    for name, value in configs.items():
        if expected not in _type_names(value):
            raise TypeError(
                f"Config for {kind} {name} must be of type `{expected}`. Got {type(value)}"
            )
