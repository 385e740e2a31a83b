"""tf.contrib.cloud: who reads from Google Cloud Storage, and how far ahead.

TensorFlow 1 told its storage client by ops in a session. Today's takes the same from the
environment of the process: credentials whenever it needs a token, sizes when it is imported.
"""

from __future__ import annotations

import atexit
import json
import os
import tempfile
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

_CACHE = (
    "GCS_READ_CACHE_BLOCK_SIZE_MB",
    "GCS_READ_CACHE_MAX_SIZE_MB",
    "GCS_READ_CACHE_MAX_STALENESS",
)


class BlockCacheParams:
    """How the client reads ahead.

    Args:
        block_size: bytes of a block; 16 MiB by default.
        max_bytes: of the cache; two blocks by default.
        max_staleness: seconds for which a block is taken for current.
    """

    def __init__(
        self,
        block_size: int | None = None,
        max_bytes: int | None = None,
        max_staleness: int | None = None,
    ) -> None:
        self.block_size = block_size or 16 * 1024 * 1024
        self.max_bytes = max_bytes or 2 * self.block_size
        self.max_staleness = max_staleness or 0

    def environment(self) -> dict[str, str]:
        """The environment variables that say the same to TensorFlow; it counts in whole MiB."""
        mebibytes = (-(-size // (1024 * 1024)) for size in (self.block_size, self.max_bytes))
        values = map(str, (*mebibytes, self.max_staleness))
        return dict(zip(_CACHE, values, strict=True))


def configure_gcs(
    session: Any = None,
    credentials: str | Mapping[str, Any] | None = None,
    block_cache: BlockCacheParams | None = None,
    device: Any = None,
) -> None:
    """Tells TensorFlow's client of Google Cloud Storage its credentials.

    Args:
        session, device: not used; there is one client, that of the process.
        credentials: of a service account or of a user, as the JSON text that Google hands out or
            what that parses to. They are written to a file that only this user can read, to which
            `GOOGLE_APPLICATION_CREDENTIALS` leads until the process ends. Tokens that the client
            has by then stay in use until they expire.
        block_cache: sizes of the cache. The client read them when TensorFlow was imported; where
            its environment says otherwise, a warning tells what to set before.

    Raises:
        ValueError: `credentials` are not a JSON object.
    """
    if credentials is not None:
        os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = _written(_parsed(credentials))
    if block_cache is not None:
        wanted = block_cache.environment()
        if any(os.environ.get(name) != value for name, value in wanted.items()):
            settings = " ".join(f"{name}={value}" for name, value in wanted.items())
            tf.compat.v1.logging.warning(
                "configure_gcs: TensorFlow reads the sizes of its cache for gs:// when it is "
                f"imported, and not again. Start the program with {settings} to have this cache."
            )


class ConfigureGcsHook(tf.compat.v1.train.SessionRunHook):
    """`configure_gcs` as a hook: done as the session is made.

    Args:
        credentials, block_cache: as for `configure_gcs`.
    """

    def __init__(
        self,
        credentials: str | Mapping[str, Any] | None = None,
        block_cache: BlockCacheParams | None = None,
    ) -> None:
        self._credentials = None if credentials is None else _parsed(credentials)
        self._block_cache = block_cache

    def begin(self) -> None:
        configure_gcs(credentials=self._credentials, block_cache=self._block_cache)


def _parsed(credentials: str | Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found = json.loads(credentials) if isinstance(credentials, str) else credentials
    except ValueError:
        found = None  # the text may hold a secret: no word of it goes into the message
    if not isinstance(found, Mapping):
        raise ValueError(
            "`credentials` must be a JSON object: the text of the file that Google hands out, or "
            f"the dict that it parses to. Received: a {type(credentials).__name__}"
        )
    return found


def _written(credentials: Mapping[str, Any]) -> str:
    handle, path = tempfile.mkstemp(prefix="gcs-", suffix=".json")  # readable by this user only
    with open(handle, "w") as file:
        json.dump(dict(credentials), file)
    atexit.register(_remove, path)
    return path


def _remove(path: str) -> None:
    if os.path.exists(path):
        os.remove(path)
