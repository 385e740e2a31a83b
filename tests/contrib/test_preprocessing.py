"""tf.contrib.learn.preprocessing: numbers as TensorFlow 1.15 gave them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import tfspec
from tfspec.contrib.learn import preprocessing

TEXTS = ["Hello world, it's a nice-day", "hello again world World 3.14 C++ ü日本", "x"]
# The pickle that TensorFlow 1.15 wrote of a processor of 3 words that had seen "to be".
SAVED = (
    b"\x80\x03ctensorflow.contrib.learn.python.learn.preprocessing.text\nVocabularyProcessor\n"
    b")\x81}(X\x13\x00\x00\x00max_document_lengthK\x03X\r\x00\x00\x00min_frequencyK\x00"
    b"X\x0b\x00\x00\x00vocabulary_ctensorflow.contrib.learn.python.learn.preprocessing."
    b"categorical_vocabulary\nCategoricalVocabulary\n)\x81}(X\x0e\x00\x00\x00_unknown_token"
    b"X\x05\x00\x00\x00<UNK>X\x08\x00\x00\x00_mapping}(X\x05\x00\x00\x00<UNK>K\x00X\x02\x00\x00"
    b"\x00toK\x01X\x02\x00\x00\x00beK\x02uX\x10\x00\x00\x00_support_reverse\x88X\x10\x00\x00\x00"
    b"_reverse_mapping](X\x05\x00\x00\x00<UNK>X\x02\x00\x00\x00toX\x02\x00\x00\x00beeX\x05\x00"
    b"\x00\x00_freqccollections\ndefaultdict\ncbuiltins\nint\n\x85RX\x07\x00\x00\x00_freeze\x88ub"
    b"X\n\x00\x00\x00_tokenizerctensorflow.contrib.learn.python.learn.preprocessing.text\n"
    b"tokenizer\nub."
)


def lists(arrays) -> list[list[int]]:
    return [array.tolist() for array in arrays]


def test_words_as_numbers():
    processor = preprocessing.VocabularyProcessor(6)
    found = list(processor.fit_transform(TEXTS))
    assert lists(found) == [[1, 2, 3, 4, 5, 0], [6, 7, 2, 8, 9, 10], [13, 0, 0, 0, 0, 0]]
    assert found[0].dtype == np.int64
    assert len(processor.vocabulary_) == 14
    assert processor.vocabulary_._mapping["ü日本"] == 12
    assert lists(processor.transform(["world new words", ""])) == [[2, 0, 0, 0, 0, 0], [0] * 6]
    assert next(processor.reverse(found)) == "Hello world it's a nice-day <UNK>"
    assert processor.fit(["more words"]) is processor
    assert len(processor.vocabulary_) == 14


def test_rare_words_are_dropped():
    processor = preprocessing.VocabularyProcessor(4, min_frequency=1)
    processor.fit(["a a b c c c", "b d"])
    assert processor.vocabulary_._mapping == {"<UNK>": 0, "c": 1, "a": 2, "b": 3}
    assert lists(processor.transform(["a b c d"])) == [[2, 3, 1, 0]]


def test_a_tokenizer_of_ones_own():
    split = preprocessing.VocabularyProcessor(4, tokenizer_fn=lambda texts: map(str.split, texts))
    assert lists(split.fit_transform(["A! b"])) == [[1, 2, 0, 0]]


def test_saved_processors(tmp_path):
    file = tmp_path / "vocabulary"
    preprocessing.VocabularyProcessor(3).fit(["to be"]).save(str(file))
    own = preprocessing.VocabularyProcessor.restore(str(file))
    file.write_bytes(SAVED)
    old = preprocessing.VocabularyProcessor.restore(str(file))
    for processor in (own, old):
        assert lists(processor.transform(["to be sure"])) == [[1, 2, 0]]
    with tfspec.install():
        assert pickle.loads(SAVED).vocabulary_._mapping == own.vocabulary_._mapping


def test_vocabulary():
    vocabulary = preprocessing.CategoricalVocabulary()
    assert [vocabulary.get(c) for c in "aab"] == [1, 1, 2]
    vocabulary.freeze()
    vocabulary.add("new")
    assert (vocabulary.get("new"), len(vocabulary)) == (0, 3)
    vocabulary.freeze(False)
    assert vocabulary.get("new") == 3
    assert vocabulary.reverse(2) == "b"


def test_trimmed_vocabulary():
    vocabulary = preprocessing.CategoricalVocabulary()
    for category in "aaabbbbccdee":
        vocabulary.add(category)
    vocabulary.trim(1, 3)
    assert vocabulary._mapping == {"<UNK>": 0, "c": 1, "e": 2}
    assert vocabulary._freq == {"b": 4, "a": 3}


def test_a_vocabulary_that_does_not_go_back():
    vocabulary = preprocessing.CategoricalVocabulary("?", support_reverse=False)
    assert vocabulary.get("a") == 1
    with pytest.raises(ValueError, match="support_reverse"):
        vocabulary.reverse(1)


def test_bytes():
    processor = preprocessing.ByteProcessor(4)
    assert processor.fit(["a"]) is None
    rows = list(processor.fit_transform(["éééé", "ab", b"\xff"]))
    assert lists(rows) == [[195, 169, 195, 169], [97, 98, 0, 0], [255, 0, 0, 0]]
    assert rows[0].dtype == np.uint8
    assert list(processor.reverse(rows)) == ["éé", "ab", ""]


@pytest.mark.parametrize(
    "settings, rows, numbers",
    [
        ({}, [["a", "x"], ["b", "x"], ["a", float("nan")]], [[1, 1], [2, 1], [1, 0]]),
        ({"min_frequency": 1}, [["a", "x"], ["b", "x"], ["a", "zz"]], [[1, 1], [0, 1], [1, 0]]),
        (
            {"min_frequency": 1, "share": True},
            [["a", "x"], ["b", "x"], ["a", "zz"]],
            [[1, 2], [0, 2], [1, 0]],
        ),
        ({}, ["q", "r"], [[1], [2]]),
        ({}, np.array([[1, 2], [3, 4]]), [[1, 1], [2, 2]]),
    ],
)
def test_categories(settings, rows, numbers):
    processor = preprocessing.CategoricalProcessor(**settings)
    assert lists(processor.fit_transform(rows)) == numbers
    assert lists(processor.transform(rows[:1])) == numbers[:1]
