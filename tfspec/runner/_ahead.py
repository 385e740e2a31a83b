"""Computes batches while those before are being looked at."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent import futures
from typing import Any

from tfspec.graph._batches import BatchLoop

# A caller who stops early has not waited for more than about this.
_MAX_SECONDS = 0.1
_MAX_BATCHES = 64
_GROWTH = 2

Results = tuple[list[tuple[Any, ...]], Exception | None]


def batch_by_batch(loop: BatchLoop) -> Iterator[Results]:
    """The results of a loop, each batch computed when it is asked for."""
    while not loop.ended:
        loop.prepare(1)
        error = loop.compute()
        yield loop.collect()(), error


def run_ahead(loop: BatchLoop) -> Iterator[Results]:
    """The results of a loop, in runs of so many batches that calling it costs little.

    While the caller looks at those of one run, another thread computes the next: unless
    batches take so long that whoever stops in between would have to wait for it.

    Yields:
      The batches of a run, and what went wrong after them.
    """
    batches = 1
    with futures.ThreadPoolExecutor(1, "tfspec_batches") as worker:
        running = _start(worker, loop, batches)
        while running is not None:
            error, seconds = running.result()
            taken = loop.collect()
            more = error is None and not loop.ended
            short = seconds < _MAX_SECONDS / _GROWTH
            if short:
                batches = min(batches * _GROWTH, _MAX_BATCHES)
            running = _start(worker, loop, batches) if more and short else None
            results = taken()  # beside the next run
            del taken  # two runs' batches are enough to hold
            yield results, error
            if more and running is None:
                running = _start(worker, loop, batches)


def _start(
    worker: futures.ThreadPoolExecutor, loop: BatchLoop, batches: int
) -> futures.Future[tuple[Exception | None, float]]:
    """Has another thread run a loop; the future's result is its error, and the seconds taken."""
    loop.prepare(batches)
    started = threading.Event()

    def compute() -> tuple[Exception | None, float]:
        started.set()
        begin = time.perf_counter()
        error = loop.compute()
        return error, time.perf_counter() - begin

    running = worker.submit(compute)
    # Or this thread would keep Python's lock, and the other could not even begin.
    started.wait()
    return running
