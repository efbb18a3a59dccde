"""Pages, orders and searches (facts §4.6 to §4.8)."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk.emulator import Emulator, Import, Model, User
from stage.calls.caller import WM, WORKSPACE, Caller


@pytest.fixture
def many_models(emulator: Emulator) -> list[str]:
    """Thirty more models; their names in order."""
    for number in range(30):
        emulator.tenant.add_model(Model(f"{number:032X}", f"Model {number:02}", "A" * 32))
    return [model.name for model in emulator.tenant.models.values()]


def names(body: Any) -> list[str]:
    return [row["name"] for row in body["models"]]


def test_without_a_limit_all_rows_come_and_next_misleads(
    emulator: Emulator, admin: Caller, many_models: list[str]
) -> None:
    body = admin("GET", "/2/0/models").json
    assert names(body) == many_models
    assert body["meta"]["paging"] == {
        "currentPageSize": 32,
        "totalSize": 32,
        "offset": 0,
        "next": f"{emulator.url}/2/0/models?limit=20&offset=20",
    }


def test_without_a_limit_a_page_ends_at_5000_rows(emulator: Emulator, admin: Caller) -> None:
    for number in range(5_001):
        emulator.tenant.add_user(User(f"{number}@example.com", "N", str(number)))
    paging = admin("GET", "/2/0/users").json["meta"]["paging"]
    assert (paging["currentPageSize"], paging["totalSize"]) == (5_000, 5_003)


@pytest.mark.usefixtures("many_models")
def test_with_a_limit_next_and_previous_are_right(emulator: Emulator, admin: Caller) -> None:
    url = f"{emulator.url}/2/0/models"
    paging = [admin("GET", f"/2/0/models?limit=15&offset={offset}").json["meta"]["paging"] for offset in (0, 15, 30)]
    assert paging[0]["next"] == f"{url}?limit=15&offset=15"
    assert "previous" not in paging[0]
    assert paging[1]["previous"] == f"{url}?limit=15&offset=0"
    assert paging[2]["currentPageSize"] == 2
    assert "next" not in paging[2]


def test_a_limit_may_be_reduced_without_a_word(emulator: Emulator, admin: Caller, many_models: list[str]) -> None:
    emulator.tenant.options.page_cap = 7
    body = admin("GET", "/2/0/models?limit=20").json
    assert names(body) == many_models[:7]
    assert body["meta"]["paging"]["currentPageSize"] == 7


def test_an_empty_page_has_no_key(emulator: Emulator, admin: Caller) -> None:
    body = admin("GET", "/2/0/models?limit=10&offset=99").json
    assert "models" not in body
    assert body["meta"]["paging"] == {"currentPageSize": 0, "totalSize": 2, "offset": 99}
    emulator.tenant.options.empty_page_has_paging = False
    assert "paging" not in admin("GET", "/2/0/models?limit=10&offset=99").json["meta"]


@pytest.mark.parametrize("query", ["limit=x", "offset=-1"])
def test_numbers_are_checked(admin: Caller, query: str) -> None:
    assert admin("GET", f"/2/0/models?{query}").status == 400


@pytest.mark.usefixtures("many_models")
def test_global_lists_sort_by_known_fields_with_a_sign(admin: Caller) -> None:
    ascending = names(admin("GET", "/2/0/models?sort=%2Bname").json)
    assert ascending == sorted(ascending)
    assert names(admin("GET", "/2/0/models?sort=-name").json) == ascending[::-1]
    production, *others = names(admin("GET", "/2/0/models?sort=%2BactiveState,-name").json)
    assert production == "Sales Planning Production"
    assert others == [name for name in ascending[::-1] if name != production]


@pytest.mark.parametrize(
    ("sort", "message"),
    [
        (
            "name",
            "Bad sort order format: 'name'. Please follow (-){column_name_1},(+){column_name_2}.. format",
        ),
        (
            "+name",
            "Bad sort order format: ' name'. Please follow (-){column_name_1},(+){column_name_2}.. format",
        ),
        ("-nothing", "Failed to parse sort parameter"),
    ],
    ids=["no sign", "a raw plus is a space", "unknown field"],
)
@pytest.mark.parametrize("path", ["models", "users", "workspaces"])
def test_global_lists_refuse_other_orders(admin: Caller, path: str, sort: str, message: str) -> None:
    answer = admin("GET", f"/2/0/{path}?sort={sort}")
    assert answer.status == 400
    assert answer.json["status"]["message"] == message


@pytest.mark.parametrize("path", ["files", "imports", "actions"])
def test_lists_in_a_model_sort_without_a_sign_and_ignore_unknown_fields(admin: Caller, path: str) -> None:
    def ids(sort: str) -> list[str]:
        return [row["id"] for row in admin("GET", f"{WM}/{path}?sort={sort}").json[path]]

    assert ids("id") == sorted(ids("nothing"))
    assert ids("-id") == sorted(ids("id"), reverse=True)


def test_the_models_of_a_workspace_have_no_order(admin: Caller) -> None:
    assert admin("GET", f"{WORKSPACE}/models?sort=nonsense").status == 200


@pytest.mark.usefixtures("many_models")
@pytest.mark.parametrize(
    ("search", "found"),
    [("mODEL%2003", 1), ("el%202", 10), ("odel%25_9", 3), ("model_0", 10), ("nothing", 0)],
    ids=["any case", "part of a name", "wildcards", "underscore is any character", "none"],
)
def test_search_is_part_of_a_name_or_id_with_wildcards(admin: Caller, search: str, found: int) -> None:
    assert admin("GET", f"/2/0/models?s={search}").json["meta"]["paging"]["totalSize"] == found


@pytest.mark.parametrize("path", ["models", "users", "workspaces"])
def test_search_is_ignored_for_want_of_a_role(user: Caller, admin: Caller, path: str) -> None:
    assert path not in admin("GET", f"/2/0/{path}?s=nothing").json
    assert user("GET", f"/2/0/{path}?s=nothing").json[path]


def test_rows_without_the_sorted_field_come_first(emulator: Emulator, admin: Caller) -> None:
    ada, grace = emulator.tenant.users.values()
    ada.last_login, grace.last_login = 1.0, 2.0
    emulator.tenant.add_user(User("never@example.com", "Never", "Seen"))
    for sort, order in (("%2BlastLoginDate", ["never", "ada", "grace"]), ("-lastLoginDate", ["grace", "ada", "never"])):
        rows = admin("GET", f"/2/0/users?sort={sort}").json["users"]
        assert [row["email"].partition("@")[0] for row in rows] == order


def test_fields_without_an_order_are_ignored_in_a_sort(emulator: Emulator, admin: Caller) -> None:
    for number in (1, 2):
        definition = Import(f"11200000009{number}", "From Hub", "101000000000", "Code", source_model_id="2" * 32)
        emulator.tenant.models["1" * 32].add(definition)
    rows = admin("GET", f"{WM}/imports?sort=importDataSource,-id").json["imports"]
    assert rows[0]["id"] == "112000000092"
