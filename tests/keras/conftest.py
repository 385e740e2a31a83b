"""Keras 3 is there from TensorFlow 2.16 on."""

from __future__ import annotations

import importlib.metadata
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

collect_ignore_glob = []
if int(importlib.metadata.version("keras").split(".")[0]) < 3:
    collect_ignore_glob.append("test_keras_3*.py")
