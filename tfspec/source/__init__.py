"""Reading Python sources: text, names and what they stand for, notebooks, files.

Knows nothing about what is good or bad about a name: `tfspec.check` judges, `tfspec.migrate`
rewrites. No TensorFlow is imported here.
"""

from tfspec.source._document import (
    Document,
    UnreadableSource,
    find_sources,
    is_notebook,
    read_document,
    write_bytes,
)
from tfspec.source._imports import files_beside, imported_modules, imports_of, reached_files
from tfspec.source._names import Names, Use
from tfspec.source._notebook import Notebook
from tfspec.source._scopes import Binding, Scope
from tfspec.source._text import Edit, SourceText, apply_edits
from tfspec.source._unused import (
    Function,
    Words,
    functions_of,
    unused_functions,
    without_lines,
    words_of,
)
from tfspec.source._wheel import (
    class_may_have,
    has_internal_name,
    has_keras_file,
    imported_from,
    literal,
    module_definitions,
    tensorflow_folder,
)

__all__ = [
    "Binding",
    "Document",
    "Edit",
    "Function",
    "Names",
    "Notebook",
    "Scope",
    "SourceText",
    "UnreadableSource",
    "Use",
    "Words",
    "apply_edits",
    "class_may_have",
    "files_beside",
    "find_sources",
    "functions_of",
    "has_internal_name",
    "has_keras_file",
    "imported_from",
    "imported_modules",
    "imports_of",
    "is_notebook",
    "literal",
    "module_definitions",
    "reached_files",
    "read_document",
    "tensorflow_folder",
    "unused_functions",
    "without_lines",
    "words_of",
    "write_bytes",
]
