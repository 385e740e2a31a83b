from tensorflow.compat.v1 import tables_initializer as tables_initializer
from tensorflow.compat.v1.lookup import (
    KeyValueTensorInitializer as KeyValueTensorInitializer,
)
from tensorflow.compat.v1.lookup import StaticHashTable as StaticHashTable
from tensorflow.compat.v1.lookup import TextFileIndex as TextFileIndex
from tensorflow.compat.v1.lookup import TextFileInitializer as TextFileInitializer

from tfspec.contrib.lookup._lookup import FastHashSpec as FastHashSpec
from tfspec.contrib.lookup._lookup import HasherSpec as HasherSpec
from tfspec.contrib.lookup._lookup import HashTable as HashTable
from tfspec.contrib.lookup._lookup import IdTableWithHashBuckets as IdTableWithHashBuckets
from tfspec.contrib.lookup._lookup import (
    InitializableLookupTableBase as InitializableLookupTableBase,
)
from tfspec.contrib.lookup._lookup import LookupInterface as LookupInterface
from tfspec.contrib.lookup._lookup import MutableDenseHashTable as MutableDenseHashTable
from tfspec.contrib.lookup._lookup import MutableHashTable as MutableHashTable
from tfspec.contrib.lookup._lookup import StrongHashSpec as StrongHashSpec
from tfspec.contrib.lookup._lookup import TableInitializerBase as TableInitializerBase
from tfspec.contrib.lookup._lookup import TextFileIdTableInitializer as TextFileIdTableInitializer
from tfspec.contrib.lookup._lookup import (
    TextFileStringTableInitializer as TextFileStringTableInitializer,
)
from tfspec.contrib.lookup._lookup import index_table_from_file as index_table_from_file
from tfspec.contrib.lookup._lookup import (
    index_table_from_tensor as index_table_from_tensor,
)
from tfspec.contrib.lookup._lookup import index_to_string as index_to_string
from tfspec.contrib.lookup._lookup import (
    index_to_string_table_from_file as index_to_string_table_from_file,
)
from tfspec.contrib.lookup._lookup import (
    index_to_string_table_from_tensor as index_to_string_table_from_tensor,
)
from tfspec.contrib.lookup._lookup import string_to_index as string_to_index
from tfspec.contrib.lookup._lookup import (
    string_to_index_table_from_file as string_to_index_table_from_file,
)
from tfspec.contrib.lookup._lookup import (
    string_to_index_table_from_tensor as string_to_index_table_from_tensor,
)
