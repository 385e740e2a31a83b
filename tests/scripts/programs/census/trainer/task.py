"""Trains the wide and deep model; run as a module of its package."""
import argparse

import tensorflow as tf

from . import model


def run_experiment(hparams):
  config = tf.estimator.RunConfig(
      tf_random_seed=5, save_checkpoints_steps=20, save_summary_steps=10)
  config = config.replace(model_dir=hparams.job_dir)
  train_spec = tf.estimator.TrainSpec(
      lambda: model.input_fn(hparams.train_file, hparams.batch_size),
      max_steps=hparams.train_steps)
  eval_spec = tf.estimator.EvalSpec(
      lambda: model.input_fn(hparams.train_file, hparams.batch_size, 1),
      steps=None,
      exporters=[tf.estimator.FinalExporter('census', model.serving_input_fn)],
      name='census-eval',
      throttle_secs=0)
  estimator = model.build_estimator(config, embedding_size=4, hidden_units=[8, 4])
  tf.estimator.train_and_evaluate(estimator, train_spec, eval_spec)


if __name__ == '__main__':
  parser = argparse.ArgumentParser()
  parser.add_argument('--train-file', required=True)
  parser.add_argument('--job-dir', required=True)
  parser.add_argument('--batch-size', type=int, default=20)
  parser.add_argument('--train-steps', type=int, default=40)
  args, _ = parser.parse_known_args()
  tf.logging.set_verbosity(tf.logging.INFO)
  run_experiment(tf.contrib.training.HParams(**args.__dict__))
