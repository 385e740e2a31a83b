"""`tfspec run`: processes that a program starts through multiprocessing."""

from __future__ import annotations

import pytest

from tests.launch.tools import RUN, python, write

PROCESSES = """
import multiprocessing, sys
import tensorflow as tf

class Thing:
    def __init__(self, x):
        self.x = x

def work(thing):
    return Thing(thing.x + 1), tf.placeholder.__name__, sys.argv[1]

if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        print([(type(y) is Thing, y.x, *rest) for y, *rest in pool.map(work, [Thing(1)])])
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", (["job.py"], ["-m", "job"]), ids=("script", "module"))
@pytest.mark.parametrize("how", ["fork", "spawn", "forkserver"])
def test_processes_have_the_programs_tensorflow(folder, command, how):
    write(folder, job=PROCESSES)
    done = python(*RUN, *command, how, cwd=folder)
    assert done.stdout == f"[(True, 2, 'placeholder', '{how}')]\n", done.stderr


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_processes_without_tensorflow(folder, how):
    write(folder, job=PROCESSES.replace("import tensorflow as tf", "tf = None")
          .replace("tf.placeholder", "Thing"))
    expected, found = (python(*start, "job.py", how, cwd=folder) for start in ((), RUN))
    assert (found.returncode, found.stdout) == (0, expected.stdout), found.stderr
