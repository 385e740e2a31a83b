"""tf.contrib.tensorboard.plugins.projector, with or without the package tensorboard."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tests.launch.conftest import folder  # noqa: F401
from tests.launch.tools import RUN, python, write
from tfspec.contrib.tensorboard.plugins import projector

# As tensorboard 2.15 writes it.
WRITTEN = """\
embeddings {
  tensor_name: "emb:0"
  metadata_path: "m.tsv"
  sprite {
    image_path: "s.png"
    single_image_dim: 28
    single_image_dim: 28
  }
}
"""


def config():
    made = projector.ProjectorConfig()
    embedding = made.embeddings.add()
    embedding.tensor_name, embedding.metadata_path = "emb:0", "m.tsv"
    embedding.sprite.image_path = "s.png"
    embedding.sprite.single_image_dim.extend([28, 28])
    return made


@pytest.mark.parametrize("by_writer", [False, True])
def test_config_is_written_beside_the_events(by_writer, tmp_path):
    with tf.Graph().as_default():
        logdir = tf.compat.v1.summary.FileWriter(tmp_path) if by_writer else str(tmp_path)
        projector.visualize_embeddings(logdir, config())
    assert (tmp_path / "projector_config.pbtxt").read_text() == WRITTEN


def test_messages_survive_their_bytes():
    read = projector.ProjectorConfig.FromString(config().SerializeToString())
    assert read == config()
    assert isinstance(read.embeddings[0], projector.EmbeddingInfo)
    with pytest.raises(AttributeError):
        read.no_such = 1


@pytest.mark.parametrize(
    ("logdir", "error"), [(None, ValueError), ("no such", tf.errors.NotFoundError)]
)
def test_where_there_is_no_folder(logdir, error, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error):
        projector.visualize_embeddings(logdir, config())
    assert not list(tmp_path.iterdir())


def test_by_its_name_in_tensorboard(folder):  # noqa: F811
    write(folder, job="""
        import tensorflow as tf
        from tensorboard.plugins import projector
        from tensorflow.contrib.tensorboard.plugins import projector as old
        assert old.ProjectorConfig is projector.ProjectorConfig
        projector.visualize_embeddings(".", projector.ProjectorConfig(model_checkpoint_path="a"))
        print(open("projector_config.pbtxt").read())
    """)
    done = python(*RUN, "job.py", cwd=folder)
    assert done.stdout == 'model_checkpoint_path: "a"\n\n', done.stderr
