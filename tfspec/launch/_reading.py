"""Compiling a script that was read as bytes, with the errors of Python reading the file itself.

Python reads a script line by line, and refuses what it can't decode; `compile` only stumbles over
such bytes inside of strings and names, and says so in other words.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from types import CodeType

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")  # as PEP 263 has it
_NOT_UTF_8 = (
    "Non-UTF-8 code starting with '\\x{byte:02x}' in file {file} on line {line}, but no encoding "
    "declared; see https://peps.python.org/pep-0263/ for details"
)


def compile_script(source: bytes, file: str) -> CodeType:
    """The code of a script.

    Raises:
        SyntaxError: as `python FILE` raises it.
    """
    if not _declares_encoding(source):
        _check_utf_8(source, file)
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        problem = _encoding_problem(source, error)
        if problem:
            raise SyntaxError(f"encoding problem: {problem}") from None
        if error.msg.endswith("cannot contain null bytes"):
            raise _null_byte(source, file) from None
        raise


def _declares_encoding(source: bytes) -> bool:
    lines = source.split(b"\n", 2)[:2]
    return source.startswith(codecs.BOM_UTF8) or any(_COOKIE.match(line) for line in lines)


def _check_utf_8(source: bytes, file: str) -> None:
    try:
        source.decode()
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        message = _NOT_UTF_8.format(byte=source[error.start], file=file, line=line)
        raise SyntaxError(message) from None


def _encoding_problem(source: bytes, error: SyntaxError) -> str:
    """What is wrong with the declared encoding; '' if nothing is."""
    name = re.fullmatch(r"(?:unknown encoding|encoding problem): (.+)", error.msg)
    if name:
        return name[1]
    if error.lineno == 0:  # what no line is to blame for: the decoder's own error
        return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    return ""


def _null_byte(source: bytes, file: str) -> SyntaxError:
    before = source[: source.index(b"\0")]
    line = before.count(b"\n") + 1
    text = before.rpartition(b"\n")[2].decode(errors="replace")
    return SyntaxError("source code cannot contain null bytes", (file, line, None, text))
