"""Why a checkpoint does not fit a model."""

from __future__ import annotations

from collections.abc import Iterable

import tensorflow as tf

SHOWN = 5


def describe_mismatch(checkpoint_path: str, variables: Iterable[tf.Variable]) -> str:
    """Says which variables a checkpoint lacks or has in another shape, and what to do.

    Args:
        checkpoint_path: path prefix of a checkpoint.
        variables: the variables of the model, partitioned ones as their parts.

    Returns:
        Some lines of text, empty if every variable can be restored.
    """
    stored = tf.train.load_checkpoint(checkpoint_path).get_variable_to_shape_map()
    wrong = {}
    for variable in variables:
        part = variable._get_save_slice_info()
        name = part.full_name if part else variable.op.name
        shape = list(part.full_shape if part else variable.shape)
        if name not in stored:
            wrong[name] = f"{name} {shape} is not in the checkpoint"
        elif stored[name] != shape:
            wrong[name] = f"{name} is {shape} in the model, {stored[name]} in the checkpoint"
    if not wrong:
        return ""
    lines = [f"The model does not fit the checkpoint {checkpoint_path}:"]
    lines += [f"  {line}" for line in list(wrong.values())[:SHOWN]]
    if len(wrong) > SHOWN:
        lines.append(f"  and {len(wrong) - SHOWN} more")
    lines.append(
        "Give another model a `model_dir` of its own, or start it from this one's values with "
        "`warm_start_from`."
    )
    return "\n".join(lines)
