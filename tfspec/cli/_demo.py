"""`tfspec demo`: the classic iris script, trained, evaluated and predicted."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings


def add_to(commands) -> None:
    parser = commands.add_parser(
        "demo",
        help="train, evaluate and predict with a genuine TF1 model_fn on real data",
        description="Trains the classic TF1 iris script, evaluates it on the flowers that were "
        "held out, predicts, and says how fast it went and what it left on disk.",
    )
    parser.add_argument(
        "--model-dir",
        type=_writable_directory,
        metavar="DIR",
        help="where checkpoints and event files go, and where training resumes (default: a new "
        "temporary directory)",
    )
    parser.add_argument(
        "--steps",
        type=_positive,
        default=5000,
        metavar="N",
        help="training steps (default: %(default)s)",
    )
    parser.add_argument("--verbose", action="store_true", help="show the log lines of training")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # read when TensorFlow is imported
    # tf.layers says at each call that it is deprecated; here it is the point.
    warnings.filterwarnings("ignore", message="`tf.layers", category=UserWarning)
    import tensorflow as tf

    from tfspec import demo
    from tfspec.cli._progress import ProgressHook

    logging = tf.compat.v1.logging
    logging.set_verbosity(logging.INFO if arguments.verbose else logging.ERROR)
    model_dir = arguments.model_dir or tempfile.mkdtemp(prefix="tfspec-demo-")
    progress = ProgressHook(arguments.steps, sys.stderr)
    live = sys.stderr.isatty() and not arguments.verbose
    try:
        succeeded = demo.run(model_dir, arguments.steps, [progress] if live else [])
    finally:
        progress.close()
    return 0 if succeeded else 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a positive number of steps")
    return number


def _writable_directory(text: str) -> str:
    try:
        os.makedirs(text, exist_ok=True)
        tempfile.TemporaryFile(dir=text).close()
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} can't be written to ({error.strerror}): name another directory"
        ) from error
    return os.path.abspath(text)
