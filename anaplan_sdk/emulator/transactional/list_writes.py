"""Adds, updates and deletes items of lists: each for itself, so that some fail where others do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from aiohttp import web

from ..serving.call import Call, model_route
from ..serving.envelope import ApiError
from ..serving.listing import Row
from ..world.model import Model
from ..world.planning.items import ItemError
from ..world.planning.lists import GeneralList
from .access import DEPLOYED, json_object, writing
from .answering import Outcome, RefusedError
from .items import Change, Given
from .list_items import SCHEMA
from .lists import the_list

One: TypeAlias = Callable[[Model, GeneralList, Given], None]


def add_or_delete(call: Call, model: Model, body: Any) -> web.Response:
    action = call.request.query.get("action")
    if action == "add":
        return _counted(call, "added", _each(call, model, body, _add))
    if action == "delete":
        return _deleted(call, _each(call, model, body, _delete))
    raise ApiError(400, f"The action must be add or delete, not '{action}'.")


def update(call: Call, model: Model, body: Any) -> web.Response:
    """Change items; the parameter that says so may be left out."""
    if call.request.query.get("action", "update") != "update":
        raise ApiError(400, "The action must be update.")
    return _counted(call, "updated", _each(call, model, body, _update))


def _each(call: Call, model: Model, body: Any, write: One) -> Outcome:
    one, items = the_list(call, model), _items(call, body)
    if model.active_state == DEPLOYED and not one.production_data:
        raise ApiError(425)
    outcome = Outcome(len(items))
    for index, item in enumerate(items):
        try:
            write(model, one, Given.of(item))
        except (ItemError, RefusedError) as refusal:
            _check_missing_code(call, refusal)
            outcome.fail(index, refusal.kind, str(refusal))
    if outcome.done:
        model.touch(call.user.id)
    return outcome


def _check_missing_code(call: Call, refusal: Exception) -> None:
    """Some see the whole request fail where one item lacks its code."""
    if isinstance(refusal, MissingCodeError) and call.tenant.options.missing_code == 500:
        raise ApiError(500)


class MissingCodeError(RefusedError):
    """The item has a code, and the update does not say it."""

    def __init__(self, code: str) -> None:
        super().__init__("INCOMPLETE_DATA", f"incomplete data -- the item has the code '{code}', which is not given")


def _items(call: Call, body: Any) -> list[Any]:
    items = json_object(body).get("items")
    limit = call.tenant.options.written_items_limit
    if not isinstance(items, list) or not items:
        raise ApiError(400, "Expected mandatory field 'items' to be present and not empty.")
    if len(items) > limit:
        raise ApiError(call.tenant.options.beyond_write_limit, f"A request has at most {limit} items.")
    return items


def _add(model: Model, one: GeneralList, given: Given) -> None:
    """Create an item; what exists is never changed by this."""
    change = Change.checked(model, one, given)
    if given.id is not None:
        raise RefusedError("INCORRECT_FORMAT", "incorrect format -- an item that is added has no id yet")
    position = one.add_item(given.name or None, given.code or None, parent_id=change.parent_id)
    change.apply(one, position)


def _update(model: Model, one: GeneralList, given: Given) -> None:
    """Change an item; what is not given stays as it is."""
    position = _updated_position(one, given)
    code = one.code_at(position)
    if code and given.code is None:
        raise MissingCodeError(code)
    if code and not given.code:
        raise RefusedError("INCOMPLETE_DATA", "incomplete data -- a code cannot be removed")
    change = Change.checked(model, one, given)
    if given.name and given.name != one.name_at(position):
        one.rename(position, given.name)
    if given.code and given.code != code:
        one.set_code(position, given.code)
    if given.parent is not None:
        one.move(position, change.parent_id)
    change.apply(one, position)


def _updated_position(one: GeneralList, given: Given) -> int:
    """The item that is meant: by its id, else by its code, else by its name.

    A code that no item has is a new one for the item with the name, if that has none.
    """
    if given.id is not None:
        return given.found("ID", given.id, one.position_of(given.id))
    if given.code and (position := one.by_code(given.code)) is not None:
        return position
    if not given.name or one.numbered:
        if given.code:
            return given.found("Code", given.code, None)
        raise RefusedError("INCOMPLETE_DATA", "incomplete data -- no id, code or name that tells which item is meant")
    position = given.found("Name", given.name, one.by_name(given.name))
    if given.code and one.code_at(position):
        raise RefusedError("INCOMPLETE_DATA", "incomplete data -- a code is changed by the id of its item")
    return position


def _delete(model: Model, one: GeneralList, given: Given) -> None:
    """Delete an item by the one thing that identifies it."""
    model.delete_item(one.id, _deleted_position(one, given))


def _deleted_position(one: GeneralList, given: Given) -> int:
    if given.id is not None and given.code is not None:
        details = f"Specifying both ID and code not supported ({given.id}:{given.code})"
        raise RefusedError("Ambiguous criteria", details)
    if given.id is not None:
        return given.found("ID", given.id, one.position_of(given.id))
    if given.code is not None:
        return given.found("Code", given.code, one.by_code(given.code))
    if given.name is not None:
        return given.found("Name", given.name, one.by_name(given.name))
    raise RefusedError("INCOMPLETE_DATA", "incomplete data -- no id, code or name that tells which item is meant")


def _counted(call: Call, key: str, outcome: Outcome) -> web.Response:
    counts: Row = {key: outcome.done, "ignored": len(outcome.failures), "total": outcome.total}
    return call.success(SCHEMA, **counts, **outcome.row(call.tenant.options))


def _deleted(call: Call, outcome: Outcome) -> web.Response:
    """Answer in one of the three shapes that were seen."""
    options = call.tenant.options
    if options.deletion_answer == "result":
        result = {"numberOfItemsDeleted": outcome.done, **outcome.row(options)}
        return call.success(SCHEMA, result=result)
    if options.deletion_answer == "deleted":
        return call.success(SCHEMA, deleted=outcome.done, **outcome.row(options))
    return _counted(call, "deleted", outcome)


def routes() -> list[web.RouteDef]:
    return [
        *model_route("POST", "/lists/{list}/items", writing(add_or_delete)),
        *model_route("PUT", "/lists/{list}/items", writing(update)),
    ]
