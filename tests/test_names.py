"""No public name missing, none extra, each with the recorded parameters and defaults."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from typing import Any

import pytest

from tests import ledger
from tfspec import _lazy
from tfspec._moved import MOVED
from tfspec.compat.v1.estimator import Estimator as EstimatorV1

AVAILABLE = ledger.public_names()
WITH_MEMBERS = [name for name in AVAILABLE if "members" in ledger.recorded_as(name)]
# Signatures that only say `object.__init__`: nothing was declared, so nothing is promised.
INHERITED = "(self, /, *args, **kwargs)"


def resolve(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return True


def default_text(text: str) -> str:
    """A default as it can be compared across implementations: public functions by their name."""
    if is_literal(text):
        return text
    function = re.match(r"<function ([a-z]\w*)", text)
    return function[1] if function else "object"


def recorded_parameters(signature: str) -> list[tuple[str, str]]:
    """(name, default) of each parameter in a recorded signature but `self` and `cls`."""
    quoted = re.sub(r"<[^>]*>|tf\.\w+", lambda found: repr(found[0]), signature)
    arguments = ast.parse(f"def f{quoted}: pass").body[0].args
    names = [argument.arg for argument in arguments.posonlyargs + arguments.args]
    defaults = [ast.unparse(default) for default in arguments.defaults]
    defaults = [""] * (len(names) - len(defaults)) + defaults
    opaque = re.compile(r"""^['"](<.*>|tf\.\w+)['"]$""")
    rows = [
        (name, default and default_text(opaque.sub(r"\1", default)))
        for name, default in zip(names, defaults, strict=True)
        if name not in ("self", "cls", "_cls")
    ]
    variable = [("*", arguments.vararg), ("**", arguments.kwarg)]
    return rows + [(stars + argument.arg, "") for stars, argument in variable if argument]


def actual_parameters(callable_: Any) -> list[tuple[str, str]]:
    kinds = inspect.Parameter
    stars = {
        kinds.VAR_POSITIONAL: "*",
        kinds.VAR_KEYWORD: "**",
        # No recorded parameter is of these kinds, so that one of ours differs.
        kinds.KEYWORD_ONLY: "by name only: ",
        kinds.POSITIONAL_ONLY: "by position only: ",
    }
    return [
        (
            stars.get(parameter.kind, "") + parameter.name,
            "" if parameter.default is parameter.empty else default_text(repr(parameter.default)),
        )
        for parameter in inspect.signature(callable_).parameters.values()
        if parameter.name != "self"
    ]


@pytest.mark.parametrize("namespace", ledger.NAMESPACES)
def test_no_name_missing_and_none_extra(namespace):
    recorded = {name for name in ledger.public_names() if name.rpartition(".")[0] == namespace}
    modules = {name for name in ledger.NAMESPACES if name.rpartition(".")[0] == namespace}
    declared = importlib.import_module(namespace).__all__
    assert [f"{namespace}.{name}" for name in declared] == sorted(recorded | modules)


@pytest.mark.parametrize("name", AVAILABLE)
def test_parameters_are_the_recorded_ones(name):
    record, value = ledger.recorded_as(name), resolve(name)
    assert inspect.isclass(value) == (record["kind"] == "class")
    if record["signature"] != INHERITED:
        assert actual_parameters(value) == recorded_parameters(record["signature"])
    if "fields" in record:
        assert set(value._fields) == set(record["fields"])
        in_order = list(value._fields) == record["fields"]
        assert in_order == (value.__name__ not in ledger.FIELD_ORDER_DIFFERS)


def functions_of(value: Any) -> dict[str, Any]:
    """A function, or a class's own public methods and the functions behind its properties."""
    if inspect.isfunction(value):
        return {value.__name__: value}
    found = {}
    for name, member in vars(value).items():
        function = getattr(member, "fget", None) or getattr(member, "__func__", member)
        if inspect.isfunction(function) and (name == "__init__" or not name.startswith("_")):
            found[name] = function
    return found


OUR_OWN = [name for name in [*AVAILABLE, "tfspec.Runner", "tfspec.install"]
           if resolve(name).__module__.startswith("tfspec")]


@pytest.mark.parametrize("name", OUR_OWN)
def test_type_hints_are_complete(name):
    missing = []
    for member, function in functions_of(resolve(name)).items():
        signature = inspect.signature(function)
        hints = {p.name: p.annotation for p in signature.parameters.values()}
        hints = {key: hint for key, hint in hints.items() if key not in ("self", "cls")}
        if member != "__init__":
            hints["return"] = signature.return_annotation
        missing += [f"{member}: {key}" for key, h in hints.items() if h is inspect.Signature.empty]
    assert missing == []


@pytest.mark.parametrize("name", WITH_MEMBERS)
def test_members_are_the_recorded_ones(name):
    value, wrong = resolve(name), []
    for member, recorded in ledger.recorded_as(name)["members"].items():
        found = inspect.getattr_static(value, member, None)
        if member in ledger.RAISING_MEMBERS and not issubclass(value, EstimatorV1):
            right = not hasattr(value, member)
        elif recorded == "property":
            right = isinstance(found, property) or member in getattr(value, "_fields", ())
        elif recorded.startswith("("):
            wanted = recorded_parameters(recorded)
            right = found is not None and actual_parameters(getattr(value, member)) == wanted
        else:
            right = repr(getattr(value, member, None)) == recorded
        if not right:
            wrong.append(member)
    assert not wrong


def test_no_exemption_is_stale():
    """Nothing is excused that the record does not hold, or that is no longer departed from."""
    with_fields = {name for name in AVAILABLE if "fields" in ledger.recorded_as(name)}
    departed = {
        name.rpartition(".")[2]
        for name in with_fields
        if list(resolve(name)._fields) != ledger.recorded_as(name)["fields"]
    }
    assert departed == set(ledger.FIELD_ORDER_DIFFERS)
    missing = {
        member
        for name in WITH_MEMBERS
        for member in ledger.recorded_as(name)["members"]
        if not hasattr(resolve(name), member)
    }
    assert missing == set(ledger.RAISING_MEMBERS)


@pytest.mark.parametrize("name", MOVED)
def test_every_remedy_names_something_declared(name):
    module, _, attribute = MOVED[name].rpartition(".")
    importlib.import_module(module)
    assert attribute in _lazy.declared_names(module)
