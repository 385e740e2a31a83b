"""`MonitoredSession` over compiled functions."""

from __future__ import annotations

from typing import Any

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
        own = {
            "ready_op": scaffold.ready_op is not None
            or v1.get_collection(v1.GraphKeys.READY_OP),
            "ready_for_local_init_op": scaffold.ready_for_local_init_op is not None
            or v1.get_collection(v1.GraphKeys.READY_FOR_LOCAL_INIT_OP),
        }
        scaffold.finalize()
        # TensorFlow's own ready ops list variables without a value: for them a look will do.
        self._plain = [getattr(scaffold, name) for name, given in own.items() if not given]
        session = FunctionSession(config=self._config, program=self._program)
        self.session = session
        try:
            if not self._restore(session):
                self._initialize(session)
            self._initialize_locals(session)
        except BaseException:
            session.close()
            raise
        return session

    def _restore(self, session: FunctionSession) -> bool:
        saver = self._scaffold.saver
        if self._checkpoint_path:
            _load(saver, session, self._checkpoint_path)
            return True
        if not self._checkpoint_dir:
            return False
        state = tf.train.get_checkpoint_state(self._checkpoint_dir)
        if state is None or not state.model_checkpoint_path:
            return False
        _load(saver, session, state.model_checkpoint_path)
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
        return True

    def _initialize(self, session: FunctionSession) -> None:
        scaffold = self._scaffold
        if scaffold.init_op is None and not scaffold.init_fn and scaffold.local_init_op is None:
            raise RuntimeError(
                "Model is not initialized and no init_op or init_fn or local_init_op was given"
            )
        if scaffold.init_op is not None:
            session.run(scaffold.init_op, feed_dict=scaffold.init_feed_dict)
        if scaffold.init_fn:
            scaffold.init_fn(session)

    def _initialize_locals(self, session: FunctionSession) -> None:
        scaffold = self._scaffold
        missing = self._not_ready(session, scaffold.ready_for_local_init_op)
        if missing:
            raise RuntimeError(
                "Init operations did not make model ready for local_init.  "
                f"Init op: {_name(scaffold.init_op)}, init fn: {scaffold.init_fn}, "
                f"error: {missing}"
            )
        if scaffold.local_init_op is not None:
            v1.logging.info("Running local_init_op.")
            session.run(scaffold.local_init_op, feed_dict=scaffold.local_init_feed_dict)
            v1.logging.info("Done running local_init_op.")
        missing = self._not_ready(session, scaffold.ready_op)
        if missing:
            raise RuntimeError(
                "Init operations did not make model ready.  "
                f"Init op: {_name(scaffold.init_op)}, init fn: {scaffold.init_fn}, "
                f"local_init_op: {_name(scaffold.local_init_op)}, error: {missing}"
            )

    def _not_ready(self, session: FunctionSession, ready_op: tf.Tensor | None) -> str | None:
        """Why a model is not ready, None if it is. `ready_op` lists what has no value."""
        if ready_op is None:
            return None
        if any(op is ready_op for op in self._plain):
            if session.program.all_have_values(ready_op.op.name):
                return None
        try:
            missing = session.run(ready_op)
        except tf.errors.FailedPreconditionError as error:
            return f"Variables not initialized: {error}"
        # A ready op of ints is one of TensorFlow 0.x, that raises if something is missing.
        if missing is None or missing.dtype == np.int32 or missing.size == 0:
            return None
        names = ", ".join(name.decode() for name in missing)
        return f"Variables not initialized: {names}"


def _load(saver: Any, session: FunctionSession, path: str) -> None:
    """Restores a checkpoint; if it can't be, the error tells which variables don't fit."""
    try:
        saver.restore(session, path)
    except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError) as error:
        mismatch = checkpoints.describe_mismatch(path, v1.global_variables())
        if not mismatch:
            raise
        raise type(error)(error.node_def, None, f"{error.message}\n\n{mismatch}") from error


def _name(op: Any) -> str:
    return op.name if hasattr(op, "name") else str(op)
