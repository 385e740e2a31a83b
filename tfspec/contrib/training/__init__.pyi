from tensorflow.compat.v1.train import checkpoints_iterator as checkpoints_iterator
from tf_slim.training.evaluation import StopAfterNEvalsHook as StopAfterNEvalsHook
from tf_slim.training.evaluation import SummaryAtEndHook as SummaryAtEndHook
from tf_slim.training.evaluation import evaluate_once as evaluate_once
from tf_slim.training.evaluation import evaluate_repeatedly as evaluate_repeatedly
from tf_slim.training.evaluation import get_or_create_eval_step as get_or_create_eval_step
from tf_slim.training.evaluation import wait_for_new_checkpoint as wait_for_new_checkpoint
from tf_slim.training.training import add_gradients_summaries as add_gradients_summaries
from tf_slim.training.training import clip_gradient_norms as clip_gradient_norms
from tf_slim.training.training import clip_gradient_norms_fn as clip_gradient_norms_fn
from tf_slim.training.training import create_train_op as create_train_op
from tf_slim.training.training import multiply_gradients as multiply_gradients
from tf_slim.training.training import train as train

from tfspec.contrib.training._bucket import bucket as bucket
from tfspec.contrib.training._bucket import bucket_by_sequence_length as bucket_by_sequence_length
from tfspec.contrib.training._hparams import HParams as HParams
from tfspec.contrib.training._hparams import parse_values as parse_values
from tfspec.contrib.training._sampling import rejection_sample as rejection_sample
from tfspec.contrib.training._sampling import resample_at_rate as resample_at_rate
from tfspec.contrib.training._sampling import stratified_sample as stratified_sample
from tfspec.contrib.training._sampling import weighted_resample as weighted_resample
from tfspec.contrib.training._strategies import (
    GreedyLoadBalancingStrategy as GreedyLoadBalancingStrategy,
)
from tfspec.contrib.training._strategies import RandomStrategy as RandomStrategy
from tfspec.contrib.training._strategies import byte_size_load_fn as byte_size_load_fn
