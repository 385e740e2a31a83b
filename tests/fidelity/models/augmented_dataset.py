"""Random augmentation inside Dataset.map, a one-shot and an initializable iterator."""

from tests.fidelity.case import Case, split
from tests.fidelity.models._digits import classifier_spec, minimize


def make(tf, estimator, files):
    def augment(image, label):
        image = image + tf.random_uniform([8, 8], maxval=0.2)
        return tf.image.random_flip_left_right(image[..., tf.newaxis]), label

    def train_input():
        data = tf.data.Dataset.from_tensor_slices(split("train"))
        data = data.shuffle(64, reshuffle_each_iteration=True).repeat()
        data = data.map(augment).batch(40, drop_remainder=True)
        images, labels = tf.data.make_one_shot_iterator(data).get_next()
        return {"image": images}, labels

    def eval_input():
        data = tf.data.Dataset.from_tensor_slices(split("eval")).batch(50)
        iterator = tf.data.make_initializable_iterator(data)
        tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
        images, labels = iterator.get_next()
        return {"image": images[..., tf.newaxis]}, labels

    def predict_input():
        data = tf.data.Dataset.from_tensor_slices(split("predict")[0][..., None]).batch(20)
        return {"image": tf.data.make_one_shot_iterator(data).get_next()}

    def model_fn(features, labels, mode):
        net = tf.layers.conv2d(features["image"], 4, 3, strides=2, activation=tf.nn.relu)
        logits = tf.layers.dense(tf.layers.flatten(net), 10)
        train = minimize(tf, tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.001))
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, train_input, eval_input, predict_input)
