"""What every test needs before TensorFlow is imported, and a clean slate for each of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

# Processes that tests start find the package too, installed or not.
ROOT = str(Path(__file__).parent.parent)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
# Read by TensorFlow when it is imported, or when tf.keras is first touched.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@pytest.fixture(autouse=True)
def clean_slate(monkeypatch):
    """No cluster from the caller's environment, no graph left behind for the next test."""
    monkeypatch.delenv("TF_CONFIG", raising=False)
    yield
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].compat.v1.reset_default_graph()
