"""What the endpoints of the Transactional API send, how long they may think, and what their refusals tell."""

from __future__ import annotations

from typing import Any

import pytest

from anaplan_sdk._core.api import bulk, transactional
from anaplan_sdk._core.api.service import Endpoint, Listing, ModelPath
from anaplan_sdk._core.http.messages import Response
from anaplan_sdk._core.http.refusals import not_of_anaplan, refusal
from anaplan_sdk._core.http.verdict import Verdict
from anaplan_sdk.errors import ApiError, ConfigurationError, ModelBusyError, NotFoundError, PermissionDeniedError
from anaplan_sdk.models import ListSummary

AT = ModelPath("M", "W")
M, WM = "/2/0/models/M", "/2/0/workspaces/W/models/M"
PAGES = {"20000000003": "5440000061", "101000000203": "207000000501"}
READS = transactional.view_reads(AT, 1012000000007)


def first(requested: Endpoint[Any] | Listing[Any]) -> Endpoint[Any]:
    """The first request that is sent."""
    if isinstance(requested, Endpoint):
        return requested
    (page,) = requested.pages(5_000).wanted()
    return requested.page(page)


@pytest.mark.parametrize(
    ("requested", "sent"),
    [
        (transactional.modules(AT), f"GET {M}/modules?limit=5000&offset=0"),
        (transactional.line_items(AT, None, details=True), f"GET {M}/lineItems?includeAll=true"),
        (transactional.line_items(AT, 102000000011, details=False), f"GET {M}/modules/102000000011/lineItems"),
        (transactional.line_item_dimensions(AT, 206000000021), f"GET {M}/lineItems/206000000021/dimensions"),
        (
            transactional.line_item_dimension_items(AT, "206000000021", transactional.TIME),
            f"GET {M}/lineItems/206000000021/dimensions/20000000003/items",
        ),
        (transactional.views(AT, None, subsidiary=False), f"GET {M}/views?limit=5000&offset=0"),
        (
            transactional.views(AT, 102000000011, subsidiary=True),
            f"GET {M}/modules/102000000011/views?includesubsidiaryviews=true&limit=5000&offset=0",
        ),
        (transactional.view(AT, 1012000000007), f"GET {M}/views/1012000000007"),
        (
            transactional.view_dimension_items(AT, 1012000000007, transactional.VERSIONS),
            f"GET {M}/views/1012000000007/dimensions/20000000020/items",
        ),
        (transactional.dimension_items(AT, 109000000004), f"GET {M}/dimensions/109000000004/items"),
        (transactional.look_up_items(AT, 101000000203, {"names": ["a"]}), f"POST {M}/dimensions/101000000203/items"),
        (transactional.lists(AT), f"GET {M}/lists?limit=5000&offset=0"),
        (transactional.list_definition(AT, 101000000203), f"GET {M}/lists/101000000203"),
        (transactional.list_preview(AT, 101000000203), f"GET {WM}/lists/101000000203/preview"),
        (transactional.list_items(AT, 101000000203, details=True), f"GET {M}/lists/101000000203/items?includeAll=true"),
        (transactional.list_csv(AT, 101000000203, details=False), f"GET {M}/lists/101000000203/items"),
        (transactional.add_list_items(AT, 101000000203, {}), f"POST {M}/lists/101000000203/items?action=add"),
        (transactional.update_list_items(AT, 101000000203, {}), f"PUT {M}/lists/101000000203/items?action=update"),
        (transactional.delete_list_items(AT, 101000000203, {}), f"POST {M}/lists/101000000203/items?action=delete"),
        (transactional.reset_list_index(AT, 101000000203), f"POST {M}/lists/101000000203/resetIndex"),
        (transactional.dashboards(AT), f"GET {WM}/dashboards?limit=5000&offset=0"),
        (transactional.current_period(AT), f"GET {M}/currentPeriod"),
        (transactional.set_current_period(AT, ""), f"PUT {M}/currentPeriod"),
        (transactional.calendar(AT), f"GET {M}/modelCalendar"),
        (transactional.set_fiscal_year(AT, "FY26"), f"PUT {M}/modelCalendar/fiscalYear"),
        (transactional.versions(AT), f"GET {M}/versions"),
        (transactional.set_switchover(AT, 107000000002, ""), f"PUT {M}/versions/107000000002/switchover"),
        (transactional.write_cells(AT, 102000000011, []), f"POST {M}/modules/102000000011/data"),
        (transactional.start_read(READS, ListSummary), f"POST {M}/views/1012000000007/readRequests"),
        (transactional.read_request(READS, ListSummary, "5E4D"), f"GET {M}/views/1012000000007/readRequests/5E4D"),
        (transactional.read_page(READS, "5E4D", 7), f"GET {M}/views/1012000000007/readRequests/5E4D/pages/7"),
        (transactional.drop_read(READS, "5E4D"), f"DELETE {M}/views/1012000000007/readRequests/5E4D"),
        (
            transactional.start_read(transactional.list_reads(AT, "101000000203"), ListSummary),
            f"POST {M}/lists/101000000203/readRequests",
        ),
        (bulk.users(search="a+b", sort="-email"), "GET /2/0/users?s=a%2Bb&sort=-email&limit=5000&offset=0"),
        (bulk.user("8a1b"), "GET /2/0/users/8a1b"),
        (bulk.workspace_admins("W"), "GET /2/0/workspaces/W/admins?limit=5000&offset=0"),
        (bulk.workspace_visitors("W"), "GET /2/0/workspaces/W/visitors?limit=5000&offset=0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_sent(requested: Any, sent: str) -> None:
    endpoint = first(requested)
    assert f"{endpoint.method} {endpoint.target}" == sent


def test_cells_of_a_view_come_in_the_form_that_query_and_header_agree_on() -> None:
    json_data = transactional.view_data(AT, 1012000000007, pages=PAGES, max_rows=5)
    assert json_data.target == (
        f"{M}/views/1012000000007/data?pages=20000000003%3A5440000061%2C101000000203%3A207000000501&format=v1&maxRows=5"
    )
    assert json_data.request("").headers["Accept"] == "application/json"
    plain = transactional.view_csv(AT, 1012000000007)
    assert (plain.target, plain.request("").headers["Accept"]) == (f"{M}/views/1012000000007/data", "text/csv")
    table = transactional.view_csv(
        AT, 1012000000007, export_type="TABULAR_MULTI_COLUMN", module_id="102000000011", escaped=True
    )
    assert table.target.partition("?")[2] == "exportType=TABULAR_MULTI_COLUMN&moduleId=102000000011"
    assert table.request("").headers["Accept"] == "text/csv;escaped=true"


def test_what_is_written_is_json_also_as_bytes_and_never_repeated_by_itself() -> None:
    for write in (
        transactional.write_cells(AT, 1, b"[]"),
        transactional.add_list_items(AT, 1, b"{}"),
        transactional.update_list_items(AT, 1, b"{}"),
        transactional.delete_list_items(AT, 1, b"{}"),
    ):
        request = write.request("")
        assert (request.headers["Content-Type"], request.idempotent) == ("application/json", False)


def test_what_may_be_repeated_is_said() -> None:
    assert not transactional.set_switchover(AT, 1, "").request("").idempotent
    for requested in (
        transactional.reset_list_index(AT, 1),
        transactional.look_up_items(AT, 1, {"codes": ["a"]}),
        transactional.start_read(READS, ListSummary),
        transactional.set_current_period(AT, ""),
        transactional.set_fiscal_year(AT, "FY26"),
    ):
        assert first(requested).request("").idempotent


def test_every_call_is_given_the_time_that_a_busy_model_takes() -> None:
    for requested in (transactional.modules(AT), transactional.view(AT, 1), transactional.write_cells(AT, 1, [])):
        assert first(requested).request("", silence=120.0).read_timeout == 600.0
        assert first(requested).request("", silence=900.0).read_timeout == 900.0
    assert first(bulk.users(search=None, sort=None)).request("", silence=120.0).read_timeout == 120.0


@pytest.mark.parametrize("wrong", ["", "../x", "a/b", True, None, 1.5])
def test_what_is_no_id_is_refused(wrong: Any) -> None:
    for endpoint in (
        lambda: transactional.write_cells(AT, wrong, []),
        lambda: transactional.line_item_dimensions(AT, wrong),
        lambda: transactional.line_item_dimension_items(AT, 206000000021, wrong),
        lambda: transactional.view(AT, wrong),
        lambda: transactional.dimension_items(AT, wrong),
        lambda: transactional.list_definition(AT, wrong),
        lambda: transactional.set_switchover(AT, wrong, ""),
        lambda: transactional.drop_read(READS, wrong),
        lambda: bulk.user(wrong),
    ):
        with pytest.raises(ConfigurationError, match="is not an id"):
            endpoint()


# --- refusals ---------------------------------------------------------------------------------------------------------


def refused(requested: Any, status: int) -> Any:
    return refusal(first(requested).request("https://api.example"), Response(status, {}, b""))


@pytest.mark.parametrize(
    "requested",
    [
        transactional.versions(AT),
        transactional.calendar(AT),
        transactional.current_period(AT),
        transactional.set_current_period(AT, ""),
        transactional.set_fiscal_year(AT, "FY26"),
        transactional.set_switchover(AT, 1, ""),
        transactional.reset_list_index(AT, 1),
    ],
)
def test_what_needs_an_administrator_says_so(requested: Any) -> None:
    error = refused(requested, 404)
    assert type(error) is NotFoundError
    assert "role of Workspace Administrator" in str(error)


def test_other_calls_need_no_administrator() -> None:
    assert "Administrator" not in str(refused(transactional.modules(AT), 404))


@pytest.mark.parametrize("listing", [bulk.workspace_admins("W"), bulk.workspace_visitors("W")])
def test_a_500_for_people_is_a_missing_role_and_nothing_to_repeat(listing: Any) -> None:
    error = refused(listing, 500)
    assert type(error) is PermissionDeniedError
    assert "role of User Administrator" in str(error)
    assert not error.maybe_received
    assert type(refused(listing, 503)) is ApiError


@pytest.mark.parametrize(
    "requested", [transactional.view_data(AT, 1012000000007), transactional.view_csv(AT, 1012000000007)]
)
def test_what_views_tell_by_a_status(requested: Any) -> None:
    assert "1,000,000 cells" in str(refused(requested, 400))
    assert "get_view_rows" in str(refused(requested, 400))
    assert "The view may be empty" in str(refused(requested, 500))
    assert "as it is" not in str(refused(requested, 400))


def test_the_empty_body_of_a_reset_is_a_success() -> None:
    request = transactional.reset_list_index(AT, 1).request("https://api.example")
    assert not_of_anaplan(request, Response(200, {"content-length": "0"}, b"")) is None


def test_large_dimensions_name_what_reads_them() -> None:
    assert "get_view_rows" in str(refused(transactional.view_dimension_items(AT, 1, 2), 400))
    assert "get_list_items_stream" in str(refused(transactional.dimension_items(AT, 1), 400))


def test_a_model_that_is_moved_comes_back_and_a_deployed_one_stays_deployed() -> None:
    request = first(transactional.add_list_items(AT, 1, {})).request("")
    assert request.verdict(Response(410, {}, b"")) is Verdict.BUSY
    assert request.verdict(Response(425, {}, b"")) is Verdict.REFUSED
    assert request.verdict(Response(504, {}, b"")) is Verdict.FAILED
    moved, deployed = (refused(transactional.add_list_items(AT, 1, {}), status) for status in (410, 425))
    assert type(moved) is ModelBusyError
    assert "being moved" in str(moved)
    assert (type(deployed), deployed.maybe_received) == (ApiError, False)
    assert "deployed" in str(deployed)
