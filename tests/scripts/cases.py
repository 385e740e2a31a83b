"""The scripts of `programs`: how each is called, and what it needs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).parent / "programs"


class Case(NamedTuple):
    """A script in the style of some years.

    Attributes:
        target: what follows `python`: a file, or `-m` and a module.
        calls: the arguments of each call, one after the other; OUT stands for the folder that is
            looked at afterwards, DATA for the one that `make_data` has filled.
        style: the TensorFlow that `check` takes it for.
        folder: where it is run.
        needs: a package without which it isn't run.
        is_recorded: whether it runs on TensorFlow 2.15 with the original estimator.
    """

    target: tuple[str, ...]
    calls: tuple[tuple[str, ...], ...]
    style: str
    folder: Path = PROGRAMS
    needs: str | None = None
    is_recorded: bool = True


CASES = {
    "census": Case(
        ("-m", "trainer.task"),
        (("--train-file", "DATA/census.csv", "--job-dir", "OUT"),),
        "tf1",
        PROGRAMS / "census",
    ),
    "raw_tf1": Case(
        ("raw_tf1.py",),
        tuple(("--model_dir", "OUT", "--task_type", task) for task in ("train", "infer", "export")),
        "tf1",
    ),
    "tpu_template": Case(("tpu_template.py",), (("--model_dir", "OUT"),), "tf1"),
    "experiment": Case(
        ("experiment.py",),
        (("--model_dir", "OUT", "--hparams", "learning_rate=0.02"),),
        "tf1",
        is_recorded=False,  # no release with the original in it has tf.contrib.learn
    ),
    "slim_cnn": Case(("slim_cnn.py",), (("--model_dir", "OUT"),), "tf1", needs="tf_slim"),
    # Names that say themselves which TensorFlow they are of; names that both have.
    "compat_v1": Case(("compat_v1.py",), (("OUT",),), "tf2"),
    "tf2_canned": Case(("tf2_canned.py",), (("OUT",),), "unknown"),
}


def make_data(folder: Path) -> None:
    """Writes the files that scripts read."""
    numbers = random.Random(1)
    rows = []
    for _ in range(100):
        age, hours = numbers.randint(18, 70), numbers.randint(10, 60)
        job = numbers.choice(["Sales", "Craft", "Exec", "Other"])
        rich = age + hours + 20 * (job == "Exec") + numbers.randint(-10, 10) > 85
        rows.append(f"{age},{job},{hours},{'>50K' if rich else '<=50K'}")
    (folder / "census.csv").write_text("\n".join(rows) + "\n")


def arguments(case: Case, out: Path, data: Path) -> list[list[str]]:
    """What follows `python` in each of the calls."""
    return [
        [*case.target, *(word.replace("OUT", str(out)).replace("DATA", str(data)) for word in call)]
        for call in case.calls
    ]
