"""From JSON to models, and to a clear error where an answer is not as documented.

A quick converter structures the answers; it stops at the first failure and says little. Only after a failure
a second one is asked, which takes longer and knows where it went wrong.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from contextvars import ContextVar
from types import GenericAlias
from typing import Any, TypeVar, cast, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    ClassValidationError,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, override

from anaplan_sdk._core.json.building import as_object, builder, is_tolerant, tolerant
from anaplan_sdk._core.json.scalars import HOOKS, Hook, a_date, a_time, detail_values, is_date, is_time, mismatch
from anaplan_sdk.errors import UnexpectedResponseError
from anaplan_sdk.models.tasks import DetailValues

T = TypeVar("T")


@attrs.frozen
class Paging:
    """What an answer says about the page that it holds; None for what it does not say."""

    total: int | None = None
    size: int | None = None
    offset: int | None = None
    next_url: str | None = None


def load_json(body: bytes, *, path: str = "") -> dict[str, Any]:
    """The JSON object in *body*. *path* is that of the request, for the error."""
    payload = _decoded(body)
    if isinstance(payload, dict):
        return cast("dict[str, Any]", payload)
    excerpt = _excerpt(body)
    if not excerpt:
        problem = "is empty"
    elif excerpt.startswith(("{", "[", '"')):  # cut off or malformed, and may hold a token
        problem, excerpt = f"is {len(body):,} bytes of JSON that is cut off, malformed or not an object", ""
    else:
        problem = f"is not a JSON object: {excerpt!r}"
    raise UnexpectedResponseError(
        f"The response to {path or 'the request'} {problem}. Check the URL, and whether a proxy responded.",
        path=path,
        body=excerpt,
    )


def _decoded(body: bytes) -> Any:
    # Returns instead of raising, because a JSONDecodeError carries the whole body, tokens included.
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _excerpt(body: bytes) -> str:
    text = body[:2000].decode(errors="ignore")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]


def structure(payload: Any, kind: type[T], *, path: str, at: str = "$") -> T:
    """*payload* as a *kind*. *at* is its own JSON path, *path* that of the request, for the error."""
    try:
        return _converter(detailed=False).structure(payload, kind)
    except Exception as error:
        raise unexpected(path, *_located(payload, kind, at, error)) from error


def structure_list(payload: Mapping[str, Any], key: str, kind: type[T], *, path: str) -> list[T]:
    """What is listed under *key*, taken out of the payload. Anaplan leaves the key out where there is nothing."""
    items = payload.get(key)
    if items is None:
        # Where the key of a list is a plural, some of the documentation shows one object under the singular.
        key = key.removesuffix("s")
        items = [payload[key]] if isinstance(payload.get(key), dict) else []
    if not isinstance(items, list):
        raise unexpected(path, f"$.{key}", mismatch("an array", items))
    # In place: what a row was made of is freed at once, and garbage collection, which takes a quarter of the time of a
    # long listing, has half as much to look at.
    build = _converter(detailed=False).get_structure_hook(kind)
    place = 0
    try:
        for place, item in enumerate(items):
            items[place] = build(item, kind)
    except Exception as error:
        raise unexpected(path, *_located(items[place], kind, f"$.{key}[{place}]", error)) from error
    return cast("list[T]", items)


def one(payload: Mapping[str, Any], key: str, kind: type[T], *, path: str) -> T:
    """What stands under *key*, which must be there."""
    if payload.get(key) is None:
        raise unexpected(path, f"$.{key}", "is missing")
    return structure(payload[key], kind, path=path, at=f"$.{key}")


def paging(payload: Mapping[str, Any]) -> Paging:
    """What ``meta.paging`` says, as far as it can be understood. Empty pages may leave it out."""
    said = object_at(object_at(payload, "meta"), "paging")
    link = said.get("nextUrl")
    total, size, offset = (count_of(said, key) for key in ("totalSize", "currentPageSize", "offset"))
    return Paging(total, size, offset, link if isinstance(link, str) and link else None)


def count_of(payload: Mapping[str, Any], key: str) -> int | None:
    """The number at *key*, None where it is none."""
    count = payload.get(key)
    return count if type(count) is int and count >= 0 else None


def object_at(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object at *key*, an empty one where there is none."""
    value = payload.get(key)
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def unexpected(path: str, json_path: str, problem: str) -> UnexpectedResponseError:
    """The error of an answer that is not as documented at *json_path*."""
    return UnexpectedResponseError(
        f"The response to {path or 'the request'} is not as documented: {json_path} {problem}. Update anaplan-sdk, "
        "and report this if it remains.",
        path=path,
        json_path=json_path,
    )


def _located(payload: Any, kind: Any, at: str, error: BaseException) -> tuple[str, str]:
    """The JSON path of the first failure, and what is wrong there."""
    try:
        _converter(detailed=True).structure(payload, kind)
    except Exception as detailed:
        error = detailed
    while isinstance(error, (ClassValidationError, IterableValidationError)):
        owner, error = error.cl, error.exceptions[0]
        at += "".join(_step(owner, note) for note in getattr(error, "__notes__", ()))
    return at, "is missing" if isinstance(error, KeyError) else str(error)


def _step(owner: type, note: str) -> str:
    if isinstance(note, AttributeValidationNote):
        return "." + _json_key(attrs.fields_dict(owner)[note.name])
    if isinstance(note, IterableValidationNote):
        return f"[{note.index}]" if isinstance(note.index, int) else f".{note.index}"
    return ""


def _json_key(field: attrs.Attribute[Any]) -> str:
    first, *others = field.name.split("_")
    camel_case = first + "".join(word.title() for word in others)
    return cast("str", field.metadata.get("json", camel_case))


@functools.cache
def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    for kind, hook in HOOKS.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_func(is_time, a_time)
    converter.register_structure_hook_func(is_date, a_date)
    converter.register_structure_hook_func(lambda kind: kind == DetailValues, detail_values)
    converter.register_structure_hook_factory(_is_mapping, functools.partial(_mapping_hook, converter))
    converter.register_structure_hook_factory(_is_tuple, functools.partial(_tuple_hook, converter))
    converter.register_structure_hook_factory(attrs.has, functools.partial(_model_hook, converter))
    return converter


def _model_hook(converter: Converter, kind: type[Any]) -> Hook:
    if not converter.detailed_validation:
        return _built(converter, kind)
    names = {field.name: _override(converter, field) for field in attrs.fields(attrs.resolve_types(kind))}
    build: Hook = make_dict_structure_fn(kind, converter, **cast("dict[str, Any]", names))
    spellings = {field.metadata["or"]: _json_key(field) for field in attrs.fields(kind) if "or" in field.metadata}
    return lambda value, _: build(_respelled(_object(as_object(value, kind)), spellings), kind)


def _respelled(value: dict[str, Any], spellings: Mapping[str, str]) -> dict[str, Any]:
    """*value* with each key in the first of its spellings, unless both are there."""
    if not spellings.keys() & value.keys():
        return value
    return {spellings.get(key, key): item for key, item in value.items()} | {
        key: value[key] for key in spellings.values() if key in value
    }


# What is being built at the moment: a result of a task holds results.
_under_way: ContextVar[frozenset[type[Any]]] = ContextVar("kinds that are being built", default=frozenset())


def _built(converter: Converter, kind: type[Any]) -> Hook:
    kinds = _under_way.get()
    if kind in kinds:
        raise RecursionError  # for cattrs: look the hook up when it is called
    token = _under_way.set(kinds | {kind})
    try:
        return builder(kind, _json_key, functools.partial(_hook_of, converter))
    finally:
        _under_way.reset(token)


def _hook_of(converter: Converter, kind: Any) -> Hook:
    """How values of a field are made. That they may be absent, the builder has seen to: cattrs would look again."""
    models = [each for each in get_args(kind) if attrs.has(each)]
    if len(models) == 1 and kind == models[0] | None and models[0] not in _under_way.get():
        kind = models[0]
    return converter.get_structure_hook(kind)


def _override(converter: Converter, field: attrs.Attribute[Any]) -> Any:
    if not is_tolerant(field):
        return override(rename=_json_key(field))
    hook = HOOKS.get(field.type) or _hook_of(converter, field.type)
    return override(rename=_json_key(field), struct_hook=lambda value, kind: tolerant(hook, value, kind, field.default))


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _tuple_hook(converter: Converter, kind: Any) -> Hook:
    as_list = GenericAlias(list, get_args(kind)[:1])
    build = converter.get_structure_hook(as_list)
    of_models = attrs.has(get_args(kind)[0])

    def hook(value: Any, _: Any) -> tuple[Any, ...]:
        if value.__class__ is not list:  # cattrs would take any iterable, and a string apart
            raise TypeError(mismatch("an array", value))
        if None in value and of_models:
            value = [item for item in value if item is not None]
        return tuple(build(value, as_list)) if value else ()

    return hook


def _object(value: Any) -> dict[str, Any]:
    """*value* without its nulls: they mean the same as keys that are left out."""
    if value.__class__ is not dict:
        raise TypeError(mismatch("an object", value))
    if None in value.values():
        return {key: item for key, item in value.items() if item is not None}
    return value


def _is_mapping(kind: Any) -> bool:
    """Whether *kind* is a mapping with a class of its own: ``class Differences(dict[str, ChangeCounts])``."""
    return isinstance(kind, type) and issubclass(kind, dict) and kind is not dict


def _mapping_hook(converter: Converter, kind: Any) -> Hook:
    (as_dict,) = kind.__orig_bases__
    return lambda value, _: kind(converter.structure(_object(value), as_dict))
