"""tf.gradients, clipping by global norm, a decayed learning rate, hand-made momentum."""

from tests.fidelity.case import Case
from tests.fidelity.models._digits import classifier_spec, dataset_inputs


def make(tf, estimator, files):
    class ClippedMomentum(tf.train.Optimizer):
        """A user's own optimizer with one slot per variable."""

        def __init__(self, learning_rate, momentum):
            super().__init__(use_locking=False, name="ClippedMomentum")
            self._rate = learning_rate
            self._momentum = momentum

        def _create_slots(self, var_list):
            for variable in var_list:
                self._zeros_slot(variable, "velocity", self._name)

        def _apply_dense(self, grad, var):
            velocity = self.get_slot(var, "velocity")
            moved = tf.assign(velocity, self._momentum * velocity + grad)
            return tf.assign_sub(var, self._rate * moved)

        def _resource_apply_dense(self, grad, handle):
            return self._apply_dense(grad, handle)

    def train(loss):
        step = tf.train.get_global_step()
        rate = tf.train.exponential_decay(0.2, step, decay_steps=10, decay_rate=0.7)
        tf.summary.scalar("learning_rate", rate)
        variables = tf.trainable_variables()
        gradients, norm = tf.clip_by_global_norm(tf.gradients(loss, variables), 0.5)
        tf.summary.scalar("gradient_norm", norm)
        optimizer = ClippedMomentum(rate, 0.8)
        return optimizer.apply_gradients(zip(gradients, variables, strict=True), global_step=step)

    def model_fn(features, labels, mode):
        net = tf.layers.flatten(features["image"])
        normal = tf.truncated_normal_initializer(0, 0.1)
        net = tf.layers.dense(net, 20, activation=tf.nn.relu, kernel_initializer=normal)
        logits = tf.layers.dense(net, 10, kernel_initializer=tf.orthogonal_initializer())
        return classifier_spec(tf, estimator, mode, logits, labels, train)

    return Case(model_fn, *dataset_inputs(tf))
