"""Functions that one thread runs from end to end.

That is several times faster than the runtime's pool of threads where ops are small: handing an
op to another thread takes longer than a small op itself, and so does sharing one among threads.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import re
import secrets
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfspec import _tf
from tfspec.graph._flatten import constant, flatten
from tfspec.graph._work import cores

_serial = itertools.count()
_run = secrets.token_hex(4)
_RESOURCE = tf.resource.as_datatype_enum
_COUNT = "N"


def can_have_one_thread() -> bool:
    """Whether a thread may be taken for a whole function: where there is no device but the CPU,
    and a second thread for what the function waits for."""
    return _most_taken() > 0 and len(tf.config.list_logical_devices()) == 1


@functools.cache
def _most_taken() -> int:
    return (tf.config.threading.get_inter_op_parallelism_threads() or cores()) - 1


class _Threads:
    """Counts the threads of the pool that are taken for whole functions.

    Input pipelines run their functions in the same pool: if functions that wait for input took
    all of it, they would wait for ever.
    """

    def __init__(self) -> None:
        self._taken = 0
        self._lock = threading.Lock()
        self._local = threading.local()

    def take(self) -> bool:
        """Takes a thread if there is one; `give_back` has to follow."""
        if getattr(self._local, "kept_for_pool", False):
            return False
        with self._lock:
            free = self._taken < _most_taken()
            self._taken += free
            return free

    def give_back(self) -> None:
        with self._lock:
            self._taken -= 1

    @contextlib.contextmanager
    def kept_for_pool(self) -> Iterator[None]:
        """Lets the pool run all that the current thread calls."""
        self._local.kept_for_pool = True
        try:
            yield
        finally:
            self._local.kept_for_pool = False


threads = _Threads()


class OneThread:
    """Runs a function in one thread, on which no op is shared among threads.

    Of all callers of functions `tf.data` alone can limit the threads that an op may use. So the
    function is what a dataset maps, and each element asked for is a call of it.

    Args:
      name: of the function, which takes resource handles.
      handles: those handles.
      dtypes: of what it returns.

    Raises:
      CannotBeFlat: if it calls functions in ways that need more than one thread.
    """

    def __init__(
        self, name: str, handles: Sequence[tf.Tensor], dtypes: Sequence[tf.DType]
    ) -> None:
        names = flatten(name)
        self._empty = not dtypes
        dtypes = dtypes or [tf.int32]  # a dataset's elements are never empty
        caller = _caller(names[0], len(handles), dtypes)
        maker = _maker(caller.signature.name, len(handles), dtypes)
        for definition in (caller, maker):
            _tf.define_function(definition)
            names.append(definition.signature.name)
        (self._iterator,) = _tf.call_function(names[-1], handles, 1, optimize=False)
        self._types = {"output_types": list(dtypes), "output_shapes": [None] * len(dtypes)}
        for name in names:
            weakref.finalize(self, _tf.forget_function, name)

    def __call__(self) -> Sequence[tf.Tensor]:
        try:
            values = tf.raw_ops.IteratorGetNextSync(iterator=self._iterator, **self._types)
        except tf.errors.OpError as error:
            raise _own_error(error) from None
        return () if self._empty else values


def _caller(name: str, count: int, dtypes: Sequence[tf.DType]) -> Any:
    """A function of a dataset's element and packed handles that calls `name` with the handles.

    An argument of the kind that may be several, though it is one, and the plain call keep the
    runtime from preparing it, and what it calls, for several devices: that would take longer
    than a hundred steps.
    """
    definition = _tf.function_def()
    signature = definition.signature
    signature.name = f"tfspec_call_{_run}_{next(_serial)}"
    signature.is_stateful = True
    signature.attr.add(name=_COUNT, type="int")
    definition.attr[_COUNT].i = 1  # for whoever looks at it by itself
    signature.input_arg.add(name="element", type=tf.int32.as_datatype_enum)
    signature.input_arg.add(name="handles", type=_RESOURCE, number_attr=_COUNT)
    unpacked = definition.node_def.add(name="unpacked", op="Unpack", input=["handles:0"])
    unpacked.attr["T"].type = _RESOURCE
    unpacked.attr["num"].i = count
    call = definition.node_def.add(name="run", op=name)
    call.attr["_executor"].s = b"SINGLE_THREADED_EXECUTOR"
    call.input.extend(f"unpacked:output:{index}" for index in range(count))
    outputs = _tf.function_definition(name).signature.output_arg
    sources = [f"run:{output.name}:0" for output in outputs] or ["element"]
    for index, (dtype, source) in enumerate(zip(dtypes, sources, strict=True)):
        signature.output_arg.add(name=f"o{index}", type=dtype.as_datatype_enum)
        definition.ret[f"o{index}"] = source
    signature.control_output.append("run")
    definition.control_ret["run"] = "run"
    return definition


def _maker(name: str, count: int, dtypes: Sequence[tf.DType]) -> Any:
    """A function of handles that returns an iterator, whose elements are what `name` gives.

    One function rather than one op after the other: each op that is run by itself for the first
    time takes the runtime some milliseconds.
    """
    definition = _tf.function_def()
    signature = definition.signature
    signature.name = f"tfspec_make_{_run}_{next(_serial)}"
    signature.is_stateful = True
    signature.output_arg.add(name="iterator", type=_RESOURCE)
    nodes = definition.node_def
    nodes.extend([constant("element", 0), constant("for_ever", np.int64(-1))])
    element = nodes.add(name="one", op="TensorDataset", input=["element:output:0"])
    element.attr["Toutput_types"].list.type.append(tf.int32.as_datatype_enum)
    element.attr["output_shapes"].list.shape.add()
    endless = nodes.add(
        name="endless", op="RepeatDataset", input=["one:handle:0", "for_ever:output:0"]
    )
    limited = nodes.add(name="limited", op="OptionsDataset", input=["endless:handle:0"])
    limited.attr["serialized_options"].s = _tf.options_of_one_thread()
    for node in (endless, limited):
        node.attr["output_types"].CopyFrom(element.attr["Toutput_types"])
        node.attr["output_shapes"].CopyFrom(element.attr["output_shapes"])
    packed = nodes.add(name="packed", op="Pack")
    packed.attr["T"].type, packed.attr["N"].i = _RESOURCE, count
    for index in range(count):
        signature.input_arg.add(name=f"h{index}", type=_RESOURCE)
        packed.input.append(f"h{index}")
    mapped = nodes.add(name="map", op="MapDataset", input=["limited:handle:0", "packed:output:0"])
    mapped.attr["f"].func.name = name
    mapped.attr["f"].func.attr[_COUNT].i = 1
    mapped.attr["Targuments"].list.type.append(_RESOURCE)
    mapped.attr["use_inter_op_parallelism"].b = True
    # So that the function's OutOfRangeError ends the dataset: it comes out as what it is, if
    # without its words, and the next element is another call all the same.
    mapped.attr["preserve_cardinality"].b = False
    iterator = nodes.add(name="iterator", op="AnonymousIteratorV3")
    nodes.add(name="begin", op="MakeIterator", input=["map:handle:0", "iterator:handle:0"])
    for node in (mapped, iterator):
        node.attr["output_types"].list.type.extend(dtype.as_datatype_enum for dtype in dtypes)
        for _ in dtypes:
            node.attr["output_shapes"].list.shape.add().unknown_rank = True
    definition.ret["iterator"] = "iterator:handle:0"
    signature.control_output.append("begin")
    definition.control_ret["begin"] = "begin"
    return definition


_IN_DATASET = re.compile(
    r"^(?:\{\{function_node [^}]*\}\} )?"
    r"(?:Error in user-defined function passed to MapDataset:\d+ transformation with iterator: "
    r"\S+: )?"
)


_OWN_NODE = "\n\t [[{{node run}}]]"


def _own_error(error: tf.errors.OpError) -> tf.errors.OpError:
    """The error without what `tf.data` makes of it."""
    found = _IN_DATASET.match(error.message)
    if found is None:
        return error
    message = error.message[found.end():].split(_OWN_NODE)[0]
    return type(error)(error.node_def, error.op, message)
