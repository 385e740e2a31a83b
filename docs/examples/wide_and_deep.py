"""A wide and deep model on a census table: who earns more than 50,000 dollars a year?

    python wide_and_deep.py [--model-dir /tmp/census]

The table, census.csv.gz beside this script, holds 4,000 people of the "Adult" data set by
B. Becker and R. Kohavi (UCI Machine Learning Repository, 1996, doi:10.24432/C5XW20, CC BY 4.0),
without its column of sampling weights and without people of whom something is unknown.
"""

import argparse
import csv
import gzip
import pathlib
import tempfile

import numpy as np
import tensorflow as tf

from tfspec import estimator  # was: from tensorflow import estimator

parser = argparse.ArgumentParser()
parser.add_argument("--model-dir", default=None)
arguments = parser.parse_args()

NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hr_per_week"]
with gzip.open(pathlib.Path(__file__).parent / "census.csv.gz", "rt") as file:
    people = list(csv.DictReader(file))
labels = np.array([person.pop("income") == ">50K" for person in people], np.int64)
table = {
    name: np.array([person[name] for person in people], np.float32 if name in NUMBERS else str)
    for name in people[0]
}
held_out = np.arange(len(people)) % 5 == 0


def rows(mask):
    return {name: column[mask] for name, column in table.items()}, labels[mask]


def train_input_fn():
    dataset = tf.data.Dataset.from_tensor_slices(rows(~held_out))
    return dataset.shuffle(4000, seed=1).repeat().batch(64)


def eval_input_fn():
    return tf.data.Dataset.from_tensor_slices(rows(held_out)).batch(200)


columns = tf.feature_column
age = columns.numeric_column("age", normalizer_fn=lambda age: (age - 38.0) / 13.0)
ages = columns.bucketized_column(
    columns.numeric_column("age"), [18, 25, 30, 35, 40, 45, 50, 55, 60, 65]
)
education, marital, relationship = (
    columns.categorical_column_with_vocabulary_list(name, sorted(set(table[name])))
    for name in ("education", "marital", "relationship")
)
occupation = columns.categorical_column_with_hash_bucket("occupation", 100)
wide = [
    ages, education, marital, relationship, occupation,
    columns.crossed_column(["education", "occupation"], 1000),
    columns.crossed_column([ages, "education", "occupation"], 1000),
]
deep = [
    age,
    columns.numeric_column("education_num", normalizer_fn=lambda years: (years - 10.0) / 2.5),
    columns.numeric_column("hr_per_week", normalizer_fn=lambda hours: (hours - 40.0) / 12.0),
    columns.numeric_column("capital_gain", normalizer_fn=lambda gain: tf.math.log1p(gain) / 10.0),
    columns.numeric_column("capital_loss", normalizer_fn=lambda loss: tf.math.log1p(loss) / 10.0),
    *map(columns.indicator_column, [education, marital, relationship]),
    columns.embedding_column(occupation, 8),
]
model = estimator.DNNLinearCombinedClassifier(
    linear_feature_columns=wide,
    dnn_feature_columns=deep,
    dnn_hidden_units=[64, 32],
    model_dir=arguments.model_dir or tempfile.mkdtemp(),
    config=estimator.RunConfig(tf_random_seed=1),
)
model.train(train_input_fn, steps=1000)
metrics = model.evaluate(eval_input_fn)
for name in ("accuracy", "accuracy_baseline", "auc", "auc_precision_recall"):
    print(f"{name} {metrics[name]:.3f}")

first = next(iter(model.predict(eval_input_fn)))
print(f"the first person held out earns more with probability {first['probabilities'][1]:.3f}")

receiver = estimator.export.build_parsing_serving_input_receiver_fn(
    columns.make_parse_example_spec([*wide, *deep])
)
print("exported to", model.export_saved_model(model.model_dir + "/export", receiver).decode())
