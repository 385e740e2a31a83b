"""The rest of tf.contrib: each stand-in does what it is for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfspec.compat import v1 as tf1
from tfspec.contrib import (
    crf,
    data,
    estimator,
    factorization,
    learn,
    lookup,
    losses,
    metrics,
    opt,
    predictor,
    rnn,
    seq2seq,
    summary,
    training,
)

v1 = tf.compat.v1


def evaluate(build):
    with tf.Graph().as_default(), v1.Session() as session:
        v1.set_random_seed(1)
        fetches = build()
        session.run(
            [
                v1.global_variables_initializer(),
                v1.local_variables_initializer(),
                v1.tables_initializer(),
            ]
        )
        return session.run(fetches)


def test_hparams():
    hparams = training.HParams(rate=0.1, units=[1, 2], name="x", on=False)
    hparams.parse("rate=1,units=[3, 4],on=true,name=a b").parse("units[1]=9")
    assert hparams.values() == {"rate": 1.0, "units": [3, 9], "name": "a b", "on": True}
    assert "rate" in hparams and hparams.get("none", 3) == 3
    assert training.HParams(a=0).parse_json(training.HParams(a=5).to_json()).a == 5
    for wrong, error in (
        ("rate", ValueError),
        ("no=1", ValueError),
        ("units=1", ValueError),
        ("rate=abc", ValueError),
        ("on=x", ValueError),
        ("rate=1,rate=2", ValueError),
        ("units[0]=[1]", ValueError),
        ("units=[1", ValueError),
    ):
        with pytest.raises(error):
            hparams.parse(wrong)
    with pytest.raises(ValueError, match="reserved"):
        hparams.add_hparam("rate", 1)


def test_tables_and_batches(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("a\nb\n")

    def build():
        batch = tf.data.Dataset.range(5).apply(data.batch_and_drop_remainder(2)).batch(9)
        return (
            lookup.index_table_from_file(str(words), num_oov_buckets=1).lookup(
                tf.constant(["b", "?"])
            ),
            lookup.index_table_from_tensor(["a", "b"], default_value=7).lookup(
                tf.constant(["b", "?"])
            ),
            lookup.index_to_string_table_from_tensor(["a", "b"]).lookup(
                tf.constant([[1, 5]], tf.int64)
            ),
            v1.data.make_one_shot_iterator(batch).get_next(),
        )

    first, second, third, batch = evaluate(build)
    assert (first.tolist(), second.tolist(), third.tolist()) == ([1, 2], [1, 7], [[b"b", b"UNK"]])
    assert batch.tolist() == [[0, 1], [2, 3]]


def test_metrics():
    labels, scores = [1, 1, 0, 0], [0.9, 0.4, 0.3, 0.6]

    def build():
        return (
            metrics.f1_score(labels, scores)[1],
            metrics.streaming_accuracy([1, 0, 0, 0], labels)[1],
            metrics.streaming_pearson_correlation([1.0, 2.0, 3.0], [2.0, 4.0, 6.5])[1],
            metrics.streaming_root_mean_squared_error([3.0, 3.0], [0.0, 0.0])[1],
        )

    found = evaluate(build)
    expected = [0.8, 0.75, np.corrcoef([1, 2, 3], [2, 4, 6.5])[0, 1], 3.0]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_crf_agrees_with_trying_all():
    random = np.random.RandomState(0)
    scores = random.randn(2, 4, 3).astype(np.float32)
    moves = random.randn(3, 3).astype(np.float32)
    lengths, tags = [4, 2], [[0, 1, 2, 1], [2, 0, 0, 0]]

    def score(row, path):
        return sum(scores[row, i, t] for i, t in enumerate(path)) + sum(
            moves[a, b] for a, b in zip(path, path[1:], strict=False)
        )

    paths = [list(itertools.product(range(3), repeat=length)) for length in lengths]
    totals = [np.array([score(row, path) for path in paths[row]]) for row in range(2)]
    likelihood, (decoded, best) = evaluate(
        lambda: (
            crf.crf_log_likelihood(scores, tags, lengths, moves)[0],
            crf.crf_decode(scores, moves, lengths),
        )
    )
    for row, length in enumerate(lengths):
        expected = score(row, tags[row][:length]) - np.log(np.exp(totals[row]).sum())
        np.testing.assert_allclose(likelihood[row], expected, rtol=1e-4)
        np.testing.assert_allclose(best[row], totals[row].max(), rtol=1e-5)
        assert tuple(decoded[row][:length]) == paths[row][totals[row].argmax()]
    assert crf.viterbi_decode(scores[0], moves)[0] == decoded[0].tolist()


def test_fused_lstm_stops_at_the_lengths():
    inputs = np.random.RandomState(0).randn(5, 2, 3).astype(np.float32)
    lengths = [5, 3]

    def build():
        fused, (_, h) = rnn.LSTMBlockFusedCell(4)(
            tf.constant(inputs), dtype=tf.float32, sequence_length=tf.constant(lengths)
        )
        reversed_, _ = rnn.TimeReversedFusedRNN(rnn.LSTMBlockFusedCell(4, name="back"))(
            tf.constant(inputs), dtype=tf.float32, sequence_length=tf.constant(lengths)
        )
        return fused, h, reversed_

    fused, h, reversed_ = evaluate(build)
    assert np.all(fused[3:, 1] == 0) and np.all(fused[:3, 1] != 0)
    np.testing.assert_array_equal(h, [fused[4, 0], fused[2, 1]])
    assert np.all(reversed_[3:, 1] == 0) and np.all(reversed_[:3, 1] != 0)


def test_fused_lstms_have_variables_of_their_own():
    with tf.Graph().as_default():
        inputs = tf.zeros([5, 2, 3])
        forward, backward = rnn.LSTMBlockFusedCell(4), rnn.LSTMBlockFusedCell(4)
        for cell in (forward, backward, forward):
            cell(inputs, dtype=tf.float32)
        assert [variable.op.name for variable in v1.trainable_variables()] == [
            f"{cell}/{name}"
            for cell in ("lstm_fused_cell", "lstm_fused_cell_1")
            for name in ("kernel", "bias")
        ]


def test_triplet_loss_takes_semi_hard_negatives():
    labels = np.array([0, 0, 1, 1, 2, 0, 2])
    points = np.random.RandomState(0).randn(7, 3).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    distances = np.square(points[:, None] - points[None]).sum(2)
    short = []
    for anchor in range(7):
        others = distances[anchor][labels != labels[anchor]]
        for positive in np.flatnonzero(labels == labels[anchor]):
            if positive != anchor:
                pair = distances[anchor, positive]
                further = others[others > pair]
                chosen = further.min() if further.size else others.max()
                short.append(max(0.0, 0.5 + pair - chosen))
    loss = evaluate(lambda: losses.metric_learning.triplet_semihard_loss(labels, points, 0.5))
    np.testing.assert_allclose(loss, np.mean(short), rtol=1e-5)


def test_clustering_under_its_first_name():
    points = np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0], [5.1, 5.0]], np.float32)
    clustering = factorization.KMeansClustering(
        2, initial_clusters=factorization.KMEANS_PLUS_PLUS_INIT, use_mini_batch=False
    )
    clustering.train(lambda: tf.data.Dataset.from_tensors(points).repeat(), steps=5)
    centers = sorted(clustering.cluster_centers().tolist())
    np.testing.assert_allclose(centers, [[0.05, 0.0], [5.05, 5.0]], atol=1e-5)


def test_clustering_with_the_methods_of_learn(tmp_path):
    points = np.array([[0, 0], [0, 1], [9, 9], [9, 8]], np.float32)
    clustering = learn.KMeansClustering(
        2, str(tmp_path), initial_clusters=points[[0, 2]], use_mini_batch=False
    )

    def input_fn():
        return tf.constant(points), None

    clustering.fit(input_fn=input_fn, steps=2)
    np.testing.assert_allclose(clustering.clusters(), [[0, 0.5], [9, 8.5]], rtol=1e-5)
    assert clustering.score(input_fn, steps=1) == pytest.approx(4 * 0.25)
    assert clustering.evaluate(x=points)["scores"] == pytest.approx(4 * 0.25)
    once = clustering.predict(x=points, as_iterable=False)
    np.testing.assert_array_equal(once["cluster_idx"], [0, 0, 1, 1])
    squares = ((points[:, None] - clustering.clusters()) ** 2).sum(-1)
    np.testing.assert_allclose(once["all_scores"], squares, atol=1e-3)

    def once_through():
        return tf.data.Dataset.from_tensor_slices(points).batch(4)

    np.testing.assert_allclose(clustering.transform(once_through), squares, atol=1e-3)
    first = next(clustering.transform(once_through, as_iterable=True))
    np.testing.assert_allclose(first["all_scores"], squares[0], atol=1e-3)
    assert list(clustering.predict_cluster_idx(once_through)) == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="No outputs"):
        clustering.predict(x=points, outputs=["centers"])


def test_layer_norm_cell_and_sequence_loss():
    def build():
        cell = rnn.LayerNormBasicLSTMCell(4)
        outputs, _ = v1.nn.dynamic_rnn(cell, tf.ones([2, 3, 5]), dtype=tf.float32)
        loss = seq2seq.sequence_loss(
            tf.zeros([2, 3, 4]), tf.zeros([2, 3], tf.int32), tf.ones([2, 3])
        )
        return outputs, loss

    outputs, loss = evaluate(build)
    assert outputs.shape == (2, 3, 4)
    np.testing.assert_allclose(loss, np.log(4), rtol=1e-5)


def test_weight_decay():
    with tf.Graph().as_default(), v1.Session() as session:
        w = v1.get_variable("w", initializer=[2.0, 2.0], use_resource=True)
        train = opt.MomentumWOptimizer(0.25, 0.5, 0.0).minimize(tf.reduce_sum(w))
        session.run(v1.global_variables_initializer())
        session.run(train)
        np.testing.assert_allclose(session.run(w), [1.0, 1.0])


def model_fn(features, labels, mode, params):
    w = v1.get_variable("w", initializer=1.0)
    predictions = {"y": features["x"] * w}
    loss = None if labels is None else tf.reduce_mean((predictions["y"] - labels) ** 2)
    train = None
    if mode == learn.ModeKeys.TRAIN:
        train = v1.train.GradientDescentOptimizer(params["rate"]).minimize(
            loss, v1.train.get_global_step()
        )
    return learn.ModelFnOps(mode, predictions, loss, train)


def input_fn():
    x = tf.constant([[1.0], [2.0]])
    return {"x": x}, 3 * x


def serving_input_fn():
    x = v1.placeholder(tf.float32, [None, 1])
    return learn.InputFnOps({"x": x}, None, {"x": x})


def test_experiment(tmp_path):
    mean = learn.MetricSpec(lambda predictions, labels: v1.metrics.mean(predictions - labels))

    def experiment_fn(run_config, hparams):
        return learn.Experiment(
            learn.Estimator(model_fn, config=run_config, params=hparams),
            input_fn,
            input_fn,
            train_steps=30,
            eval_steps=1,
            eval_metrics={"off": mean},
            export_strategies=learn.make_export_strategy(serving_input_fn, exports_to_keep=1),
        )

    config = learn.RunConfig(model_dir=str(tmp_path), save_checkpoints_steps=10)
    result, (export,) = learn.learn_runner.run(
        experiment_fn, run_config=config, hparams={"rate": 0.1}
    )
    assert result["global_step"] == 30 and abs(result["off"]) < 0.01
    predict = predictor.from_saved_model(export)
    np.testing.assert_allclose(predict({"x": [[2.0]]})["y"], [[6.0]], rtol=1e-3)
    with pytest.raises(ValueError, match="unexpected keys"):
        predict({"z": [[2.0]]})


def test_forward_features(tmp_path):
    columns = [v1.feature_column.numeric_column("x")]
    classifier = tf1.estimator.DNNClassifier([2], columns, str(tmp_path))
    x = np.ones([4, 1], np.float32)
    read = tf1.estimator.inputs.numpy_input_fn(
        {"x": x, "id": np.arange(4)}, x > 0, 4, shuffle=False
    )
    classifier.train(read, steps=1)
    found = list(estimator.forward_features(classifier, "id").predict(read))
    assert [row["id"] for row in found] == [0, 1, 2, 3] and "probabilities" in found[0]


def test_summaries(tmp_path):
    writer = summary.create_file_writer(str(tmp_path))
    with writer.as_default(), summary.always_record_summaries():
        summary.scalar("loss", 3.0, step=1)
        summary.histogram("weights", [1.0, 2.0, 2.0], step=1)
        summary.image("digit", tf.zeros([1, 4, 4, 1]), step=1)
    writer.close()
    (path,) = tmp_path.iterdir()
    values = [v for event in v1.train.summary_iterator(str(path)) for v in event.summary.value]
    assert [value.tag for value in values] == ["loss", "weights", "digit"]
    assert tf.make_ndarray(values[0].tensor) == 3.0
    assert tf.make_ndarray(values[1].tensor)[:, 2].sum() == 3
