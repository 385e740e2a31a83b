"""`tf.compat.v1.layers`, `.nn.rnn_cell` and `.keras`, which TensorFlow refuses since Keras 3.

They become `tfspec.compat.v1.layers` and so on, served by tf_keras without any setting.
"""

from __future__ import annotations

from collections.abc import Iterator

from tfspec.migrate._namespaces import rename_uses
from tfspec.migrate._script import TF_V1, TFSPEC_V1, Change, Script

_MODULES = ("layers", "nn.rnn_cell", "keras")


def fix(script: Script) -> Iterator[Change]:
    uses = []
    for use in script.names.uses:
        for module in _MODULES:
            old = f"{TF_V1}.{module}"
            if not use.others and f"{use.path}.".startswith(f"{old}."):
                uses.append((use, TF_V1, TFSPEC_V1))
    yield from rename_uses(script, uses)
