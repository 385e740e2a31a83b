"""tf.contrib.learn.datasets.mnist: the handwritten digits, from their own files."""

from __future__ import annotations

import gzip
import os
import struct
from typing import Any, BinaryIO

import numpy as np
import tensorflow as tf

from tfspec.contrib.learn.datasets._base import Datasets, maybe_download

DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}


def _read_idx(file: BinaryIO, dimensions: int) -> np.ndarray:
    with gzip.GzipFile(fileobj=file) as content:
        magic, *shape = struct.unpack(f">{dimensions + 1}I", content.read(4 * dimensions + 4))
        if magic != 2048 + dimensions:
            raise ValueError(
                f"Invalid magic number {magic} in MNIST file: {getattr(file, 'name', file)}"
            )
        return np.frombuffer(content.read(), np.uint8).reshape(shape)


def extract_images(f: BinaryIO) -> np.ndarray:
    """Reads images: uint8, `[count, rows, columns, 1]`."""
    return _read_idx(f, 3)[..., None]


def extract_labels(f: BinaryIO, one_hot: bool = False, num_classes: int = 10) -> np.ndarray:
    """Reads labels: uint8 `[count]`, or `[count, num_classes]` for `one_hot`."""
    labels = _read_idx(f, 1)
    return np.eye(num_classes)[labels] if one_hot else labels


class DataSet:
    """Images and labels, handed out in batches.

    Args:
        images: `[count, rows, columns, 1]`.
        labels: `[count]` or `[count, classes]`.
        fake_data: whether made-up images are handed out.
        one_hot: whether made-up labels are one-hot.
        dtype: float32 for images in [0, 1], uint8 for those in [0, 255].
        reshape: whether images become `[count, rows * columns]`.
        seed: for the order.

    Raises:
        TypeError: another dtype.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = tf.float32,
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        dtype = tf.as_dtype(dtype).base_dtype
        if dtype not in (tf.uint8, tf.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self._random = np.random.RandomState(seed) if seed is not None else np.random
        self._fake, self._one_hot = fake_data, one_hot
        if not fake_data:
            if len(images) != len(labels):
                raise ValueError(f"images: {images.shape} labels: {labels.shape}: not as many")
            if reshape:
                images = images.reshape(len(images), -1)
            if dtype == tf.float32:
                images = images.astype(np.float32) / 255.0
        self._images, self._labels = images, labels
        self._at = self._epochs = 0

    @property
    def images(self) -> Any:
        return self._images

    @property
    def labels(self) -> Any:
        return self._labels

    @property
    def num_examples(self) -> int:
        return 10000 if self._fake else len(self._images)

    @property
    def epochs_completed(self) -> int:
        return self._epochs

    def next_batch(
        self, batch_size: int, fake_data: bool = False, shuffle: bool = True
    ) -> tuple[Any, Any]:
        """The next `batch_size` images and labels, in a new order in each epoch."""
        if fake_data or self._fake:
            label = [1] + [0] * 9 if self._one_hot else 0
            return [[1] * 784] * batch_size, [label] * batch_size
        if shuffle and self._at == 0 and self._epochs == 0:
            self._shuffle()
        start, end = self._at, self._at + batch_size
        if end <= self.num_examples:
            self._at = end
            return self._images[start:end], self._labels[start:end]
        rest = self._images[start:], self._labels[start:]
        self._epochs += 1
        if shuffle:
            self._shuffle()
        self._at = end - self.num_examples
        return tuple(
            np.concatenate([old, new[: self._at]])
            for old, new in zip(rest, (self._images, self._labels), strict=True)
        )

    def _shuffle(self) -> None:
        order = self._random.permutation(len(self._images))
        self._images, self._labels = self._images[order], self._labels[order]


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = tf.float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = DEFAULT_SOURCE_URL,
) -> Datasets:
    """Reads the digits from a folder; files that aren't there are downloaded.

    Args:
        train_dir: the folder.
        fake_data, one_hot, dtype, reshape, seed: see `DataSet`.
        validation_size: how many of the training images are set aside; a tenth where there are
            fewer than that.
        source_url: where missing files come from.

    Returns:
        `train`, `validation` and `test`.

    Raises:
        ValueError: `validation_size` is negative, or a file holds something else.
    """
    settings = {"dtype": dtype, "reshape": reshape, "seed": seed}
    if fake_data:
        return Datasets(*(DataSet([], [], True, one_hot, **settings) for _ in range(3)))
    images, labels = _load(train_dir, "train", one_hot, source_url)
    test = _load(train_dir, "test", one_hot, source_url)
    if validation_size < 0:
        raise ValueError(
            f"Validation size should be between 0 and {len(images)}. Received: {validation_size}."
        )
    if validation_size > len(images):
        validation_size = len(images) // 10
    parts = (
        (images[validation_size:], labels[validation_size:]),
        (images[:validation_size], labels[:validation_size]),
        test,
    )
    return Datasets(*(DataSet(*part, **settings) for part in parts))


def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """`read_data_sets` of a folder."""
    return read_data_sets(train_dir)


# The others came with TensorFlow, or from places that are gone.
DATASETS = {"mnist": load_mnist}


def load_dataset(name: str, **arguments: Any) -> Datasets:
    """The data set of a name, `mnist`; arguments are those of `load_mnist`.

    Raises:
        ValueError: no data set of that name.
    """
    if name not in DATASETS:
        raise ValueError(f"name of dataset is not found: {name}. There is: {list(DATASETS)}.")
    return DATASETS[name](**arguments)


def _load(folder: str, part: str, one_hot: bool, source_url: str) -> tuple[Any, Any]:
    paths = [
        maybe_download(name, folder, source_url.rstrip("/") + "/" + name) for name in _FILES[part]
    ]
    with open(os.fspath(paths[0]), "rb") as images, open(os.fspath(paths[1]), "rb") as labels:
        return extract_images(images), extract_labels(labels, one_hot)
