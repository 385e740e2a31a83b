"""tf.contrib.eager.Network, apart from the rest, which needs no Keras."""

from __future__ import annotations

from typing import Any

from tfspec import _tf


class Network(_tf.keras().Model):
    """A Keras 2 model whose layers are given to `track_layer`.

    Args:
        name: its name; None for one made of the class's.
    """

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self._given_layers: list[Any] = []

    def track_layer(self, layer: Any) -> Any:
        """Counts a layer as the network's own, and returns it."""
        self._given_layers.append(layer)
        return layer
