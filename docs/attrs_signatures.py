"""Constructors of attrs classes for the reference: griffe reads code without running it, and knows dataclasses only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from griffe import (
    Attribute,
    Class,
    Expr,
    ExprCall,
    ExprKeyword,
    Extension,
    Function,
    Parameter,
    ParameterKind,
    Parameters,
)


class AttrsSignatures(Extension):
    """Adds to each attrs class the ``__init__`` that attrs writes."""

    def on_class(self, *, cls: Class, **kwargs: Any) -> None:
        """Called by griffe when everything is loaded, base classes included."""
        if _decorator(cls) is None or "__init__" in cls.members:
            return
        classes = [base for base in reversed(cls.mro()) if _decorator(base) is not None]
        found = {parameter.name: parameter for each in [*classes, cls] for parameter in _parameters(each)}
        ordered = sorted(found.values(), key=lambda parameter: parameter.kind is ParameterKind.keyword_only)
        this = Parameter("self", kind=ParameterKind.positional_or_keyword)
        cls.set_member("__init__", Function("__init__", parameters=Parameters(this, *ordered)))


def _decorator(cls: Class) -> Expr | None:
    for decorator in cls.decorators:
        value = decorator.value
        if isinstance(value, Expr) and value.canonical_path in ("attrs.define", "attrs.frozen"):
            return value
    return None


def _parameters(cls: Class) -> Iterator[Parameter]:
    """What the class itself adds to the parameters of its bases."""
    everything = _keywords(_decorator(cls))
    for member in cls.members.values():
        if not isinstance(member, Attribute) or member.annotation is None or "property" in member.labels:
            continue
        value = member.value
        field = _keywords(value) if isinstance(value, Expr) and value.canonical_path == "attrs.field" else None
        given = field or {}
        if str(given.get("init")) == "False":
            continue
        default = value if field is None else given.get("default", _call(given.get("factory")))
        kind = (
            ParameterKind.keyword_only
            if "True" in (str(given.get("kw_only")), str(everything.get("kw_only")))
            else ParameterKind.positional_or_keyword
        )
        yield Parameter(member.name.lstrip("_"), annotation=member.annotation, kind=kind, default=default)


def _keywords(expression: Expr | str | None) -> dict[str, Expr | str]:
    if not isinstance(expression, ExprCall):
        return {}
    return {each.name: each.value for each in expression.arguments if isinstance(each, ExprKeyword)}


def _call(factory: Expr | str | None) -> ExprCall | None:
    return None if factory is None else ExprCall(factory, [])  # type: ignore[arg-type]
