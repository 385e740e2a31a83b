"""Names of tf.contrib that few programs used: each does what it is for."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat import v1 as tf1
from tfspec.contrib import cloud, image, recurrent, seq2seq

v1 = tf.compat.v1
KEY = {"type": "service_account", "private_key": "a secret"}
READ_CREDENTIALS = """
import os, threading
import tensorflow as tf
from tfspec.contrib import cloud

os.environ["NO_GCE_CHECK"] = "true"
cloud.configure_gcs(None, {})
file = os.environ["GOOGLE_APPLICATION_CREDENTIALS"]
os.remove(file)
os.mkfifo(file)
threading.Timer(300, os._exit, [1]).start()

def answer():
    with open(file, "w"):
        print("asked for", flush=True)
        os.remove(file)
        os._exit(0)

threading.Thread(target=answer).start()
tf.io.gfile.exists("gs://some-bucket/some-file")
"""
ENVIRONMENT = (
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GCS_READ_CACHE_BLOCK_SIZE_MB",
    "GCS_READ_CACHE_MAX_SIZE_MB",
    "GCS_READ_CACHE_MAX_STALENESS",
)


@pytest.fixture
def environment(monkeypatch):
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return os.environ


@pytest.mark.parametrize("credentials", [KEY, json.dumps(KEY)], ids=["dict", "text"])
def test_configure_gcs_hands_on_credentials(credentials, environment):
    cloud.configure_gcs(None, credentials=credentials)
    file = Path(environment["GOOGLE_APPLICATION_CREDENTIALS"])
    assert json.loads(file.read_text()) == KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "GCS_READ_CACHE_BLOCK_SIZE_MB" not in environment


def test_configure_gcs_says_how_to_have_a_cache(environment, caplog, monkeypatch):
    cache = cloud.BlockCacheParams(max_bytes=100 * 2**20 + 1, max_staleness=60)
    cloud.configure_gcs(block_cache=cache)
    values = ("16", "101", "60")
    settings = dict(zip(ENVIRONMENT[1:], values, strict=True))
    assert " ".join(f"{name}={value}" for name, value in settings.items()) in caplog.text
    caplog.clear()
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    cloud.configure_gcs(block_cache=cache)
    assert not caplog.text
    assert "GOOGLE_APPLICATION_CREDENTIALS" not in environment


def test_tensorflow_reads_the_credentials_that_were_configured():
    """A pipe in their place: it opens for writing once somebody reads."""
    done = subprocess.run(
        [sys.executable, "-c", READ_CREDENTIALS], capture_output=True, text=True, timeout=600
    )
    assert "asked for" in done.stdout, done.stderr


def test_configure_gcs_as_a_hook(environment):
    hook = cloud.ConfigureGcsHook(KEY)
    assert "GOOGLE_APPLICATION_CREDENTIALS" not in environment
    with tf.Graph().as_default():
        constant = tf.constant(1)
        with v1.train.SingularMonitoredSession([hook]) as session:
            session.run(constant)
    assert json.loads(Path(environment["GOOGLE_APPLICATION_CREDENTIALS"]).read_text()) == KEY


@pytest.mark.parametrize("credentials", ["a secret", "[1]", 3])
@pytest.mark.parametrize(
    "configure", [lambda c: cloud.configure_gcs(None, c), cloud.ConfigureGcsHook]
)
def test_credentials_must_be_an_object(credentials, configure, environment):
    with pytest.raises(ValueError, match="must be a JSON object") as error:
        configure(credentials)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("time_major", [False, True])
@pytest.mark.parametrize("lengths", [None, [3, 2]])
def test_functional_rnn(time_major, lengths):
    """Backwards it is what the backward half of a bidirectional one gives."""
    x = np.random.RandomState(0).rand(2, 3, 4).astype(np.float32)
    x = x.swapaxes(0, 1) if time_major else x
    common = {"sequence_length": lengths, "dtype": tf.float32, "time_major": time_major}
    with tf.Graph().as_default(), v1.Session() as session:
        cells = [
            tf1.nn.rnn_cell.GRUCell(5, kernel_initializer=v1.ones_initializer(), name=name)
            for name in ("a", "b")
        ]
        forward = recurrent.functional_rnn(cells[0], x, **common)
        backward = recurrent.functional_rnn(cells[1], x, reverse=True, **common)
        both = recurrent.bidirectional_functional_rnn(*cells, x, **common)
        session.run(v1.global_variables_initializer())
        names = {v.op.name for v in v1.trainable_variables()}
        forward, backward, ((fw, bw), states) = session.run((forward, backward, both))
    assert "rnn/a/gates/kernel" in names
    np.testing.assert_allclose(fw, forward[0], rtol=1e-6)
    np.testing.assert_allclose(bw, backward[0], rtol=1e-6)
    np.testing.assert_allclose(states, (forward[1], backward[1]), rtol=1e-6)


def test_tile_batch():
    tiled = seq2seq.tile_batch({"a": tf.constant([[1, 2], [3, 4]]), "b": tf.constant([5, 6])}, 2)
    assert tiled["a"].numpy().tolist() == [[1, 2], [1, 2], [3, 4], [3, 4]]
    assert tiled["b"].numpy().tolist() == [5, 5, 6, 6]
    with tf.Graph().as_default():
        open_batch = v1.placeholder(tf.float32, [None, 7])
        assert seq2seq.tile_batch(open_batch, 3).shape.as_list() == [None, 7]


IMAGE = np.arange(12.0, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 1), (1, 3, 4, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.uint8])
def test_translate(shape, dtype):
    moved = image.translate(IMAGE.reshape(shape).astype(dtype), [1, -1])
    expected = np.pad(IMAGE[1:, :-1], [(0, 1), (1, 0)])
    assert moved.dtype == dtype and moved.shape == shape
    np.testing.assert_array_equal(moved.numpy().reshape(3, 4), expected)


@pytest.mark.parametrize("interpolation", ["NEAREST", "BILINEAR"])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_rotate(turns, interpolation):
    square = IMAGE[:, :3]
    turned = image.rotate(square, turns * np.pi / 2, interpolation)
    np.testing.assert_allclose(turned, np.rot90(square, turns), atol=1e-4)


def test_transform_of_a_batch_to_another_shape():
    batch = np.stack([IMAGE, IMAGE + 1])[..., None]
    moves = image.translations_to_projective_transforms([[0, 0], [2, 0]])
    found = image.transform(batch, moves, output_shape=[2, 3])
    assert found[0, :, :, 0].numpy().tolist() == IMAGE[:2, :3].tolist()
    assert found[1, :, :, 0].numpy().tolist() == [[0, 0, 1], [0, 0, 5]]
    with pytest.raises(TypeError, match="2, 3 or 4 dimensions"):
        image.transform([1.0], [1.0] * 8)
