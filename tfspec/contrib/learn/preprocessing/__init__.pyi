from tfspec.contrib.learn._vocabulary import TOKENIZER_RE as TOKENIZER_RE
from tfspec.contrib.learn._vocabulary import ByteProcessor as ByteProcessor
from tfspec.contrib.learn._vocabulary import CategoricalProcessor as CategoricalProcessor
from tfspec.contrib.learn._vocabulary import CategoricalVocabulary as CategoricalVocabulary
from tfspec.contrib.learn._vocabulary import VocabularyProcessor as VocabularyProcessor
from tfspec.contrib.learn._vocabulary import tokenizer as tokenizer
