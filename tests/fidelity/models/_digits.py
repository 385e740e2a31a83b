"""Input functions on the digits, shared by several models."""

from tests.fidelity.case import split


def dataset_inputs(tf, batch_size=32):
    """Returns `(train_input, eval_input, predict_input)`: datasets of images and labels."""

    def train_input():
        images, labels = split("train")
        data = tf.data.Dataset.from_tensor_slices(({"image": images}, labels))
        return data.shuffle(400).repeat().batch(batch_size).prefetch(2)

    def eval_input():
        images, labels = split("eval")
        return tf.data.Dataset.from_tensor_slices(({"image": images}, labels)).batch(50)

    def predict_input():
        return tf.data.Dataset.from_tensor_slices({"image": split("predict")[0]}).batch(20)

    return train_input, eval_input, predict_input


def classifier_spec(tf, estimator, mode, logits, labels, train):
    """The usual spec of a classifier; `train(loss)` returns the train op."""
    classes = tf.argmax(logits, axis=1)
    if mode == estimator.ModeKeys.PREDICT:
        return estimator.EstimatorSpec(mode, predictions={"logits": logits, "class": classes})
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    if mode == estimator.ModeKeys.EVAL:
        metrics = {
            "accuracy": tf.metrics.accuracy(labels, classes),
            "per_class": tf.metrics.mean_per_class_accuracy(labels, classes, num_classes=10),
        }
        return estimator.EstimatorSpec(mode, loss=loss, eval_metric_ops=metrics)
    return estimator.EstimatorSpec(mode, loss=loss, train_op=train(loss))


def minimize(tf, optimizer):
    """Returns the `train` argument of `classifier_spec` that applies a stock optimizer."""
    return lambda loss: optimizer.minimize(loss, global_step=tf.train.get_global_step())
