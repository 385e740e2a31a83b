"""`MonitoredSession` over compiled functions."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf

from tfspec import checkpoints
from tfspec.graph import FunctionSession, Program

v1 = tf.compat.v1


class FunctionSessionCreator(v1.train.SessionCreator):
    """Creates a `FunctionSession` whose variables hold their values.

    The values come from `checkpoint_path`, else from the newest checkpoint of
    `checkpoint_dir`, else from the scaffold's initialization.

    Args:
      scaffold: a `tf.compat.v1.train.Scaffold`; finalized here.
      config: a `ConfigProto` for the session, or None.
      checkpoint_dir: a folder of checkpoints, or None.
      checkpoint_path: a checkpoint, or None.
      program: what the sessions run on, so that one after the other finds its functions
        compiled; one of its own for each session if None.
    """

    def __init__(
        self,
        scaffold: v1.train.Scaffold,
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_path: str | None = None,
        program: Program | None = None,
    ) -> None:
        self._scaffold = scaffold
        self._config = config
        self._checkpoint_dir = checkpoint_dir
        self._checkpoint_path = checkpoint_path
        self._program = program
        self.session: FunctionSession | None = None

    def create_session(self) -> FunctionSession:
        """Finalizes the scaffold and the graph and gives an initialized session.

        Raises:
          RuntimeError: if variables are left without a value.
        """
        scaffold = self._scaffold
        before_local, after_local = _ready_checks(scaffold)
        self.session = session = FunctionSession(config=self._config, program=self._program)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(session.close)
            self._give_values(session)
            before_local.require(session)
            if scaffold.local_init_op is not None:
                v1.logging.info("Running local_init_op.")
                session.run(scaffold.local_init_op, scaffold.local_init_feed_dict)
                v1.logging.info("Done running local_init_op.")
            after_local.require(session)
            on_failure.pop_all()
        return session

    def _give_values(self, session: FunctionSession) -> None:
        """Restores the checkpoint if there is one, else initializes."""
        saver, newest = self._scaffold.saver, None
        if not self._checkpoint_path and self._checkpoint_dir:
            newest = tf.train.get_checkpoint_state(self._checkpoint_dir)
        path = self._checkpoint_path or (newest and newest.model_checkpoint_path)
        if not path:
            _initialize(self._scaffold, session)
            return
        _load(saver, session, path)
        if newest:  # those that an earlier run wrote count as the saver's own, to be deleted
            saver.recover_last_checkpoints(newest.all_model_checkpoint_paths)


def _initialize(scaffold: v1.train.Scaffold, session: FunctionSession) -> None:
    op, function = scaffold.init_op, scaffold.init_fn
    if op is None and not function and scaffold.local_init_op is None:
        raise RuntimeError(
            "Model is not initialized and no init_op or init_fn or local_init_op was given"
        )
    if op is not None:
        session.run(op, scaffold.init_feed_dict)
    if function:
        function(session)


@dataclasses.dataclass(frozen=True)
class _ReadyCheck:
    """A test, after some of a scaffold's init ops, that they have done their work.

    Attributes:
      ready_op: gives the names of what is not ready, None for no check.
      default: whether TensorFlow made the op, which lists variables without a value: for it a
        look at the state will do.
      goal: what the model should be ready for, in words that end the sentence.
      done: what has been run to that end, by name.
    """

    ready_op: tf.Tensor | None
    default: bool
    goal: str
    done: dict[str, Any]

    def require(self, session: FunctionSession) -> None:
        """Raises `RuntimeError` if something is not ready."""
        if self.ready_op is None:
            return
        if self.default and session.program.all_have_values(self.ready_op.op.name):
            return
        try:
            missing = session.run(self.ready_op)
        except tf.errors.FailedPreconditionError as error:
            self._fail(error)
        # An op of another type raises if something is missing, as those of TensorFlow 0.x did.
        if isinstance(missing, np.ndarray) and missing.dtype.kind == "O" and missing.size:
            self._fail(", ".join(map(tf.compat.as_str_any, missing.ravel())))

    def _fail(self, missing: Any) -> NoReturn:
        done = "".join(
            f"{name}: {getattr(value, 'name', value)}, " for name, value in self.done.items()
        )
        raise RuntimeError(
            f"Init operations did not make model {self.goal}.  "
            f"{done}error: Variables not initialized: {missing}"
        )


def _ready_checks(scaffold: v1.train.Scaffold) -> tuple[_ReadyCheck, _ReadyCheck]:
    """The checks before and after the local init op; finalizes the scaffold."""
    keys = v1.GraphKeys
    local, whole = (
        op is None and not v1.get_collection(key)
        for op, key in (
            (scaffold.ready_for_local_init_op, keys.READY_FOR_LOCAL_INIT_OP),
            (scaffold.ready_op, keys.READY_OP),
        )
    )
    scaffold.finalize()
    done = {"Init op": scaffold.init_op, "init fn": scaffold.init_fn}
    return (
        _ReadyCheck(scaffold.ready_for_local_init_op, local, "ready for local_init", done),
        _ReadyCheck(
            scaffold.ready_op, whole, "ready", {**done, "local_init_op": scaffold.local_init_op}
        ),
    )


def _load(saver: Any, session: FunctionSession, path: str) -> None:
    """Restores a checkpoint; if it can't be, the error tells which variables don't fit."""
    try:
        saver.restore(session, path)
    except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError) as error:
        mismatch = checkpoints.describe_mismatch(path, v1.global_variables())
        if not mismatch:
            raise
        raise type(error)(error.node_def, None, f"{error.message}\n\n{mismatch}") from error
