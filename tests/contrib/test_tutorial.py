"""tensorflow.examples.tutorials.mnist.mnist: the numbers that TensorFlow 1's gives."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

import tfspec

v1 = tf.compat.v1


def test_the_tutorials_model_trains():
    with tfspec.install():
        from tensorflow.examples.tutorials.mnist import mnist

    random = np.random.RandomState(0)
    images, labels = random.rand(5, mnist.IMAGE_PIXELS), [3, 1, 4, 1, 5]
    with tf.Graph().as_default(), v1.Session() as session:
        feeds = {v1.placeholder(tf.float32, [5, mnist.IMAGE_PIXELS]): images,
                 v1.placeholder(tf.int32, [5]): labels}
        features, classes = feeds
        logits = mnist.inference(features, 8, 6)
        loss = mnist.loss(logits, classes)
        train = mnist.training(loss, 0.1)
        right = mnist.evaluation(logits, classes)
        session.run(v1.global_variables_initializer())
        names = [v.op.name for v in v1.global_variables()]
        for variable in v1.trainable_variables():
            variable.load(random.normal(0, 0.3, variable.shape.as_list()), session)
        found = []
        for _ in range(4):
            found.append(session.run([loss, right], feeds))
            session.run(train, feeds)
        step = session.run(v1.global_variables()[-1])
    layers = ("hidden1", "hidden2", "softmax_linear")
    assert names == [f"{x}/{y}" for x in layers for y in ("weights", "biases")] + ["global_step"]
    assert step == 4 and [summary.op.name for summary in
                          loss.graph.get_collection(v1.GraphKeys.SUMMARIES)] == ["loss"]
    losses, counts = zip(*found, strict=True)
    np.testing.assert_allclose(losses, [2.3687527, 2.22476, 2.110712, 1.9905773], rtol=1e-6)
    assert counts == (0, 0, 1, 1)
