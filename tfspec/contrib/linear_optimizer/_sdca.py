"""tf.contrib.linear_optimizer: stochastic dual coordinate ascent."""

from __future__ import annotations

import logging
from typing import Any

from tfspec.canned import LinearSDCA

_logger = logging.getLogger("tensorflow")


class SDCAOptimizer(LinearSDCA):
    """`LinearSDCA`, adaptive by default. Give it to a linear estimator as its optimizer.

    Args:
        symmetric_l2_regularization: weight of the sum of squared weights; less than 1 counts as 1.
        partitioner: has no effect: variables are not partitioned.
        example_id_column, num_loss_partitions, num_table_shards, symmetric_l1_regularization,
            adaptive: see `LinearSDCA`.

    Raises:
        ValueError: a number out of its range.
    """

    def __init__(
        self,
        example_id_column: str,
        num_loss_partitions: int = 1,
        num_table_shards: int | None = None,
        symmetric_l1_regularization: float = 0.0,
        symmetric_l2_regularization: float = 1.0,
        adaptive: bool = True,
        partitioner: Any = None,
    ) -> None:
        super().__init__(
            example_id_column,
            num_loss_partitions,
            num_table_shards,
            symmetric_l1_regularization,
            max(1.0, symmetric_l2_regularization),
            adaptive,
        )
        if partitioner is not None:
            _logger.warning("SDCAOptimizer: partitioner has no effect with tfspec.")

    def get_name(self) -> str:
        """Its name in logs and summaries."""
        return "SDCAOptimizer"
