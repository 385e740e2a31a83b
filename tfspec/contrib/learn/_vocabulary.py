"""tf.contrib.learn.preprocessing: words and categories as numbers.

Attributes with an underscore are those that tf.contrib's classes had: programs read them
(`processor.vocabulary_._mapping`), and so do files that TensorFlow 1 saved.
"""

from __future__ import annotations

import collections
import io
import math
import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

TOKENIZER_RE = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)
_OLD_MODULES = "tensorflow.contrib.learn.python.learn.preprocessing"


def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """The words of each text."""
    for value in iterator:
        yield TOKENIZER_RE.findall(value)


class CategoricalVocabulary:
    """Numbers for categories, in the order in which they came; 0 for unknown ones.

    Args:
        unknown_token: the category of number 0.
        support_reverse: whether `reverse` is wanted.
    """

    def __init__(self, unknown_token: str = "<UNK>", support_reverse: bool = True) -> None:
        self._unknown_token = unknown_token
        self._mapping = {unknown_token: 0}
        self._support_reverse = support_reverse
        if support_reverse:
            self._reverse_mapping = [unknown_token]
        self._freq: dict[Any, int] = collections.defaultdict(int)
        self._freeze = False

    def __len__(self) -> int:
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """From now on unknown categories are 0; or, with `freeze=False`, get new numbers."""
        self._freeze = freeze

    def get(self, category: Any) -> int:
        """The number of a category, a new one if the vocabulary isn't frozen."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._append(category)
        return self._mapping[category]

    def _append(self, category: Any) -> None:
        self._mapping[category] = len(self._mapping)
        if self._support_reverse:
            self._reverse_mapping.append(category)

    def add(self, category: Any, count: int = 1) -> None:
        """Counts a category; unknown ones count nothing in a frozen vocabulary."""
        if self.get(category) > 0:
            self._freq[category] += count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Numbers anew, the most frequent category first.

        Args:
            min_frequency: categories that came so often or less are dropped.
            max_frequency: those that came so often or more are dropped, if it is positive.
        """
        def rank(item: tuple[Any, int]) -> tuple[int, bool, Any]:
            category, count = item
            return -count, isinstance(category, str), category

        counted = sorted(self._freq.items(), key=rank)
        self._mapping = {self._unknown_token: 0}
        if self._support_reverse:
            self._reverse_mapping = [self._unknown_token]
        for category, count in counted:
            if count > min_frequency and not 0 < max_frequency <= count:
                self._append(category)
        # As many as are left, though with max_frequency they are others: as it was.
        self._freq = dict(counted[: len(self._mapping) - 1])

    def reverse(self, class_id: int) -> Any:
        """The category of a number.

        Raises:
            ValueError: the vocabulary was made without `support_reverse`.
        """
        if not self._support_reverse:
            raise ValueError(
                "This vocabulary wasn't initialized with support_reverse to support reverse() "
                "function."
            )
        return self._reverse_mapping[class_id]


class _Unpickler(pickle.Unpickler):
    """Reads what TensorFlow 1 saved, too: its classes are found here."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(_OLD_MODULES) and name in globals():
            return globals()[name]
        return super().find_class(module, name)


class VocabularyProcessor:
    """Makes texts rows of as many word numbers each.

    Args:
        max_document_length: how many; longer texts are cut, shorter ones end in zeros.
        min_frequency: words that come so often or less are unknown ones.
        vocabulary: a `CategoricalVocabulary` to go on with.
        tokenizer_fn: from an iterable of texts to one of lists of words; `tokenizer` by default.
    """

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: CategoricalVocabulary | None = None,
        tokenizer_fn: Callable[[Iterable[str]], Iterable[Sequence[str]]] | None = None,
    ) -> None:
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> VocabularyProcessor:
        """Learns the words of texts; afterwards the vocabulary is frozen."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(
        self, raw_documents: Iterable[str], unused_y: Any = None
    ) -> Iterator[np.ndarray]:
        """`fit`, then `transform`."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[np.ndarray]:
        """Yields for each text its words' numbers, int64 `[max_document_length]`."""
        for words in self._tokenizer(raw_documents):
            numbers = np.zeros(self.max_document_length, np.int64)
            for place, word in enumerate(words):
                if place >= self.max_document_length:
                    break
                numbers[place] = self.vocabulary_.get(word)
            yield numbers

    def reverse(self, documents: Iterable[Iterable[int]]) -> Iterator[str]:
        """Yields for each row of numbers its words with blanks between."""
        for numbers in documents:
            yield " ".join(self.vocabulary_.reverse(number) for number in numbers)

    def save(self, filename: str) -> None:
        """Writes a file that `restore` reads."""
        with tf.io.gfile.GFile(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> VocabularyProcessor:
        """Reads a file of `save`, also one that TensorFlow 1 wrote. It is a pickle: it can run
        code, so read only files that you trust."""
        with tf.io.gfile.GFile(filename, "rb") as file:
            return _Unpickler(io.BytesIO(file.read())).load()


class ByteProcessor:
    """Makes texts rows of as many bytes each.

    Args:
        max_document_length: how many; longer texts are cut, shorter ones end in zeros.
    """

    def __init__(self, max_document_length: int) -> None:
        self.max_document_length = max_document_length

    def fit(self, x: Any) -> None:
        """Does nothing: there is nothing to learn."""

    def fit_transform(self, x: Iterable[str | bytes]) -> Iterator[np.ndarray]:
        """`transform`."""
        return self.transform(x)

    def transform(self, x: Iterable[str | bytes]) -> Iterator[np.ndarray]:
        """Yields for each text its bytes in UTF-8, uint8 `[max_document_length]`."""
        for text in x:
            data = text.encode() if isinstance(text, str) else bytes(memoryview(text))
            data = data[: self.max_document_length]
            yield np.frombuffer(data.ljust(self.max_document_length, b"\0"), np.uint8).copy()

    def reverse(self, x: Iterable[np.ndarray]) -> Iterator[str]:
        """Yields for each row of bytes its text, or '' where that is none."""
        for row in x:
            try:
                yield row.astype(np.uint8).tobytes().rstrip(b"\0").decode()
            except UnicodeDecodeError:
                yield ""


class CategoricalProcessor:
    """Makes columns of categories columns of numbers.

    Args:
        min_frequency: categories that come so often or less are unknown ones.
        share: whether all columns have one vocabulary.
        vocabularies: one for each column, to go on with.
    """

    def __init__(
        self,
        min_frequency: int = 0,
        share: bool = False,
        vocabularies: list[CategoricalVocabulary] | None = None,
    ) -> None:
        self.min_frequency = min_frequency
        self.share = share
        self.vocabularies_ = vocabularies

    def freeze(self, freeze: bool = True) -> None:
        """Freezes all vocabularies, or thaws them."""
        for vocabulary in self.vocabularies_:
            vocabulary.freeze(freeze)

    def fit(self, x: Any, unused_y: Any = None) -> CategoricalProcessor:
        """Learns the categories of rows, `[examples, columns]`; NaNs are none."""
        for row in _rows(x):
            if self.vocabularies_ is None:
                made = [CategoricalVocabulary() for _ in (row[:1] if self.share else row)]
                self.vocabularies_ = made * (len(row) if self.share else 1)
            for vocabulary, category in zip(self.vocabularies_, row, strict=False):
                if not (isinstance(category, float) and math.isnan(category)):
                    vocabulary.add(category)
        if self.min_frequency > 0:
            for vocabulary in self.vocabularies_:
                vocabulary.trim(self.min_frequency)
        self.freeze()
        return self

    def fit_transform(self, x: Any, unused_y: Any = None) -> Iterator[np.ndarray]:
        """`fit`, then `transform`."""
        self.fit(x)
        return self.transform(x)

    def transform(self, x: Any) -> Iterator[np.ndarray]:
        """Yields for each row its categories' numbers, int64."""
        self.freeze()
        for row in _rows(x):
            pairs = zip(self.vocabularies_, row, strict=False)
            yield np.array([vocabulary.get(category) for vocabulary, category in pairs], np.int64)


def _rows(x: Any) -> Iterator[Sequence[Any]]:
    """The rows of an array, a list or a DataFrame; single values are rows of one."""
    for row in x.to_numpy() if hasattr(x, "to_numpy") else x:
        yield row if isinstance(row, list | tuple | np.ndarray) else [row]
