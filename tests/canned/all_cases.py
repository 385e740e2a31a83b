"""All cases by name: of a made-up table, of real ones, of feature columns, of vocabularies."""

from tests.canned import cases, column_cases, option_cases, real_cases, vocabulary_cases

CASES = {
    **cases.CASES, **real_cases.CASES, **column_cases.CASES, **option_cases.CASES,
    **vocabulary_cases.CASES,
}  # fmt: skip
