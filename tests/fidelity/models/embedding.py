"""String features: a vocabulary table from a file, one from a list, sparse Adagrad updates."""

import numpy as np

from tests.fidelity.case import Case

WORDS = ["the", "cat", "dog", "sat", "ran", "on", "mat", "grass", "sun", "rain"]
PLACES = ["home", "park", "street"]


def examples(count, seed):
    """Sentences of five words (some unknown to the vocabulary), a place, and 0/1 labels."""
    random = np.random.RandomState(seed)
    words = np.array([*WORDS, "zebra", "quark"])[random.randint(0, 12, size=(count, 5))]
    places = np.array([*PLACES, "moon"])[random.randint(0, 4, size=count)]
    labels = np.logical_xor((words == "cat").any(1), places == "park")
    features = {"words": words.astype("S"), "place": places.astype("S")}
    return features, labels.astype(np.float32)


def make(tf, estimator, files):
    vocabulary = files / "words.txt"
    vocabulary.write_text("\n".join(WORDS) + "\n", encoding="utf-8")

    def train_input():
        data = tf.data.Dataset.from_tensor_slices(examples(200, 0))
        return data.shuffle(200).repeat().batch(25)

    def eval_input():
        return tf.data.Dataset.from_tensor_slices(examples(75, 1)).batch(25)

    def predict_input():
        return tf.data.Dataset.from_tensor_slices(examples(30, 2)[0]).batch(10)

    def embed(features):
        words = tf.lookup.StaticVocabularyTable(
            tf.lookup.TextFileInitializer(
                str(vocabulary),
                tf.string,
                tf.lookup.TextFileIndex.WHOLE_LINE,
                tf.int64,
                tf.lookup.TextFileIndex.LINE_NUMBER,
            ),
            num_oov_buckets=2,
        )
        places = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(PLACES, list(range(3)), value_dtype=tf.int64),
            default_value=3,
        )
        word_vectors = tf.get_variable("words", [len(WORDS) + 2, 8])
        place_vectors = tf.get_variable("places", [4, 4])
        word_ids = words.lookup(features["words"])
        return [
            tf.reduce_sum(tf.nn.embedding_lookup(word_vectors, word_ids), axis=1),
            tf.nn.embedding_lookup(place_vectors, places.lookup(features["place"])),
        ]

    def model_fn(features, labels, mode):
        net = tf.layers.dense(tf.concat(embed(features), axis=1), 8, activation=tf.nn.relu)
        logits = tf.squeeze(tf.layers.dense(net, 1), axis=1)
        if mode == estimator.ModeKeys.PREDICT:
            return estimator.EstimatorSpec(
                mode, predictions={"logit": logits, "words": features["words"]}
            )
        loss = tf.losses.hinge_loss(labels, logits)
        metrics = {
            "accuracy": tf.metrics.accuracy(labels, tf.cast(logits > 0, tf.float32)),
            "auc": tf.metrics.auc(labels, tf.clip_by_value(logits / 4 + 0.5, 0.0, 1.0)),
        }
        train_op = tf.train.AdagradOptimizer(0.1).minimize(loss, tf.train.get_global_step())
        return estimator.EstimatorSpec(
            mode, loss=loss, train_op=train_op, eval_metric_ops=metrics
        )

    return Case(model_fn, train_input, eval_input, predict_input)
