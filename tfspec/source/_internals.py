"""Names of TensorFlow's internal modules that have moved since TensorFlow 1."""

from __future__ import annotations

from functools import cache

from tfspec.source._wheel import has_internal_name

_PYTHON = "tensorflow.python."

# Modules below `tensorflow.python` that have lost names, or are gone, and where to look for those
# names today. What begins with `tfspec.` or `tf_keras.` is there.
MOVED: dict[str, tuple[str, ...]] = {
    "data.experimental.ops.distribute_options": ("data.ops.options",),
    "data.experimental.ops.optimization_options": ("data.ops.options",),
    "data.experimental.ops.threading_options": ("data.ops.options",),
    "data.ops.dataset_ops": (
        "data.ops.options", "data.ops.cache_op", "data.ops.from_generator_op",
        "data.ops.map_op", "data.ops.padded_batch_op", "data.ops.unbatch_op",
    ),
    "data.util.nest": ("util.nest",),
    "distribute.all_reduce": ("distribute.v1.all_reduce",),
    "distribute.distribution_strategy_context": ("distribute.distribute_lib",),
    "distribute.values": ("distribute.tpu_values", "distribute.ps_values"),
    "eager.def_function": ("eager.polymorphic_function.polymorphic_function",),
    "eager.function": (
        "eager.polymorphic_function.concrete_function",
        "eager.polymorphic_function.polymorphic_function",
    ),
    "eager.profiler": ("profiler.profiler_v2",),
    "eager.tape": ("eager.record",),
    "feature_column.dense_features": ("tf_keras.src.feature_column.dense_features",),
    "feature_column.dense_features_v2": ("tf_keras.src.feature_column.dense_features_v2",),
    "framework.common_shapes": ("framework.tensor_shape",),
    "framework.graph_util_impl": ("framework.convert_to_constants",),
    "framework.ops": (
        "framework.tensor", "framework.indexed_slices", "framework.tensor_conversion",
        "framework.tensor_conversion_registry", "framework.stack", "framework.device",
    ),
    "framework.tensor_util": ("ops.shape_util",),
    "layers.layers": ("tfspec.compat.v1.layers",),
    "ops.array_ops": ("ops.array_ops_stack", "ops.shape_util"),
    "ops.control_flow_ops": (
        "ops.cond", "ops.while_loop", "ops.control_flow_assert", "ops.control_flow_case",
        "ops.control_flow_switch_case", "ops.control_flow_util",
    ),
    "ops.losses.loss_reduction": ("tf_keras.src.utils.losses_utils",),
    "ops.math_ops": ("ops.bincount_ops",),
    "ops.nn_impl": ("ops.nn_impl_distribute",),
    "ops.random_ops": ("ops.random_crop_ops",),
    "ops.variable_scope": (
        "ops.variable_v1", "ops.ref_variable", "ops.resource_variables_toggle",
    ),
    "ops.variables": ("ops.variable_v1", "ops.ref_variable"),
    "platform.app": ("platform.flags",),
    "pywrap_tensorflow": ("training.py_checkpoint_reader", "client.pywrap_tf_session"),
    "saved_model.utils_impl": ("saved_model.path_helpers",),
    "tpu.tpu": ("tpu.tpu_replication",),
    "tpu.tpu_config": ("tfspec.compat.v1.estimator.tpu",),
    "tpu.tpu_context": ("tfspec.tpu",),
    "tpu.tpu_estimator": ("tfspec.compat.v1.estimator.tpu",),
    "tpu.tpu_strategy_util": ("distribute.cluster_resolver.tpu.tpu_cluster_resolver",),
    "training.checkpoint_management": ("checkpoint.checkpoint_management",),
    "training.distribute": ("distribute.distribute_lib",),
    "training.distribution_strategy_context": ("distribute.distribute_lib",),
    "training.gen_training_ops": ("ops.gen_training_ops",),
    "training.tracking.base": ("trackable.base", "checkpoint.restore"),
    "training.tracking.data_structures": ("trackable.data_structures",),
    "training.tracking.graph_view": ("checkpoint.graph_view",),
    "training.tracking.layer_utils": ("trackable.layer_utils",),
    "training.tracking.tracking": ("trackable.autotrackable", "trackable.resource"),
    "training.tracking.util": ("checkpoint.checkpoint", "checkpoint.util"),
    "training.training_ops": ("ops.gen_training_ops",),
    "util.compat_internal": ("util.compat",),
    "util.nest": ("util.nest_util",),
}
# Names that are called otherwise today, and those which several modules have.
_RENAMED = {
    "data.util.nest.is_sequence": "data.util.nest.is_nested",
    "distribute.distribution_strategy_context.get_tower_context": (
        "distribute.distribute_lib.get_replica_context"
    ),
    "ops.variable_scope.variable": "ops.variable_v1.VariableV1",
    "training.distribution_strategy_context.get_tower_context": (
        "distribute.distribute_lib.get_replica_context"
    ),
    "util.nest.is_sequence": "util.nest.is_nested",
    "util.nest.is_sequence_or_composite": "util.nest.is_nested_or_composite",
}


def candidates(module: str, name: str) -> list[str]:
    """Where a name of an internal module of TensorFlow 1 may be today, the likeliest first.

    Args:
        module: below `tensorflow.python`, e.g. `ops.control_flow_ops`.
        name: a name that it had.

    Returns:
        Absolute dotted names.
    """
    renamed = _RENAMED.get(f"{module}.{name}")
    if renamed:
        return [_PYTHON + renamed]
    return [_absolute(f"{new}.{name}") for new in MOVED.get(module, ())]


def _absolute(name: str) -> str:
    return name if name.startswith(("tfspec.", "tf_keras.")) else _PYTHON + name


@cache
def gone_modules() -> frozenset[str]:
    """Those of `MOVED` that the installed TensorFlow lacks, and the packages on the way there;
    absolute names."""
    names = {
        _PYTHON + ".".join(module.split(".")[:end])
        for module in MOVED
        for end in range(1, module.count(".") + 2)
    }
    return frozenset(name for name in names if has_internal_name(name) is False)


def today(path: str) -> str | None:
    """Where a name of an internal module of TensorFlow 1 is today; None if that isn't known.

    Args:
        path: a dotted name below `tensorflow.python` that the installed TensorFlow lacks.
    """
    if path in gone_modules():
        return path
    parts = path.removeprefix(_PYTHON).split(".")
    for end in range(1, len(parts)):
        module, (name, *rest) = ".".join(parts[:end]), parts[end:]
        for found in candidates(module, name):
            whole = ".".join([found, *rest])
            if not found.startswith("tensorflow.") or has_internal_name(whole):
                return whole
    return None
