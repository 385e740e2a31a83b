"""Columns and input of the wide and deep model, in the style of 2018."""

import tensorflow as tf

COLUMNS = ['age', 'job', 'hours', 'income']
DEFAULTS = [[0.0], [''], [0.0], ['']]
LABELS = ['<=50K', '>50K']


def build_estimator(config, embedding_size, hidden_units):
  age = tf.feature_column.numeric_column('age')
  hours = tf.feature_column.numeric_column('hours')
  job = tf.feature_column.categorical_column_with_vocabulary_list(
      'job', ['Sales', 'Craft', 'Exec'])
  ages = tf.feature_column.bucketized_column(age, boundaries=[25, 40, 55])
  crossed = tf.feature_column.crossed_column([ages, 'job'], hash_bucket_size=50)
  return tf.estimator.DNNLinearCombinedClassifier(
      config=config,
      linear_feature_columns=[job, ages, crossed],
      dnn_feature_columns=[
          age, hours, tf.feature_column.embedding_column(job, embedding_size)
      ],
      dnn_hidden_units=hidden_units)


def parse_label_column(label_string_tensor):
  table = tf.contrib.lookup.index_table_from_tensor(tf.constant(LABELS))
  return table.lookup(label_string_tensor)


def parse_csv(rows):
  columns = tf.decode_csv(tf.expand_dims(rows, -1), record_defaults=DEFAULTS)
  return dict(zip(COLUMNS, columns, strict=False))


def input_fn(filename, batch_size, num_epochs=None):
  dataset = tf.data.TextLineDataset(filename).batch(batch_size).map(parse_csv)
  iterator = dataset.repeat(num_epochs).make_one_shot_iterator()
  features = iterator.get_next()
  return features, parse_label_column(features.pop('income'))


def serving_input_fn():
  rows = tf.placeholder(dtype=tf.string, shape=[None], name='csv_row')
  features = parse_csv(rows)
  features.pop('income')
  return tf.estimator.export.ServingInputReceiver(features, {'csv_row': rows})
