# Source of both colours: scripts/codegen.py emits this file twice.
"""Views as grids and as CSV: of the page that is selected, by one request or by a read request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from anaplan_sdk import ApiError, AsyncClient, ConfigurationError, NotFoundError, Progress
from anaplan_sdk._io.aio import closing
from anaplan_sdk.emulator import Emulator, Fault, LineItem, Module
from anaplan_sdk.emulator.world.planning.demo import BUDGET_ID, PRICING_ID, PRODUCTS_ID, SHELF_ID, VIEW_ID
from stage.observed import TIME, VERSIONS, calls, model_of
from stage.tables import DATA, READS, csv_rows, open_reads, table_of

ALL_LAYOUTS = ("GRID_CURRENT_PAGE", "GRID_ALL_PAGES", "TABULAR_MULTI_COLUMN", "TABULAR_SINGLE_COLUMN")
EMPTY_ID = "102000000902"


def january(emulator: Emulator) -> str:
    period = model_of(emulator).calendar.labelled("Jan 26")
    assert period is not None
    return period.id


def queries(emulator: Emulator) -> list[dict[str, str]]:
    return [request.query for request in emulator.received("GET", DATA)]


# --- as a grid --------------------------------------------------------------------------------------------------------


async def test_a_page_as_a_grid_by_one_request(emulator: Emulator, client: AsyncClient) -> None:
    data = await client.transactional.get_view_data(int(VIEW_ID))
    assert data.pages == ("Actual",)
    assert data.columns[:2] == (("List Price", "Jan 26"), ("List Price", "Feb 26"))
    assert data.rows[0].labels == ("Espresso",)
    assert data.rows[0].cells[:4] == ("2.00", "2.00", "2.00", "")  # text, with all of its digits
    assert {len(row.cells) for row in data.rows} == {len(data.columns)}
    assert calls(emulator) == 1


async def test_a_view_of_a_line_item_without_pages(client: AsyncClient) -> None:
    data = await client.transactional.get_view_data(SHELF_ID)
    assert (data.pages, data.columns) == ((), (("Shelf Life",),))
    assert data.rows[0].cells == ("90",)


@pytest.mark.parametrize("keys", [False, True], ids=["left out", "sent"])
async def test_an_empty_key_of_pages(emulator: Emulator, client: AsyncClient, keys: bool) -> None:
    emulator.tenant.options.send_empty_keys = keys
    assert (await client.transactional.get_view_data(SHELF_ID)).pages == ()


@pytest.mark.parametrize(
    "dimension", ["Versions", "versions", VERSIONS, int(VERSIONS)], ids=["name", "case", "id", "int"]
)
@pytest.mark.parametrize("item", ["Budget", "bUDGET", BUDGET_ID, int(BUDGET_ID)], ids=["name", "case", "id", "int"])
async def test_a_page_is_selected_by_names_or_ids(
    emulator: Emulator, client: AsyncClient, dimension: Any, item: Any
) -> None:
    data = await client.transactional.get_view_data(VIEW_ID, pages={dimension: item})
    assert data.pages == ("Budget",)
    assert queries(emulator)[-1]["pages"] == f"{VERSIONS}:{BUDGET_ID}"


async def test_dimensions_that_are_left_out_stay_where_the_view_begins(client: AsyncClient) -> None:
    data = await client.transactional.get_view_data(PRICING_ID, pages={"Time": "Feb 26"})
    assert data.pages == ("Actual", "Feb 26")


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ({"Products": "Espresso"}, r"'Products' is no dimension on pages .* Those are: Versions, Time\."),
        ({"Regions": "North"}, "'Regions' is no dimension"),
        ({"Versions": "Prognosis"}, r"no item 'Prognosis' in Versions\. It shows: Actual, Forecast, Budget\."),
        ({"Versions": "Actual", VERSIONS: "Budget"}, "Versions is there twice"),
        ({"Versions": ""}, "is no item of Versions"),
        ({"Versions": []}, "is no item of Versions"),
        ({"Versions": None}, "is no item of Versions"),
        ("Versions", "pages must be a mapping"),
    ],
    ids=["on rows", "unknown", "no item", "twice", "blank", "empty", "none", "text"],
)
async def test_pages_that_there_are_not(emulator: Emulator, client: AsyncClient, pages: Any, message: str) -> None:
    for call in (client.transactional.get_view_data, client.transactional.get_view_rows):
        with pytest.raises(ConfigurationError, match=message):
            await call(PRICING_ID, pages=pages)
    assert emulator.received("GET", DATA) == []


async def test_one_page_has_one_item_of_each_dimension(client: AsyncClient) -> None:
    with pytest.raises(ConfigurationError, match=r"one item of Versions"):
        await client.transactional.get_view_data(VIEW_ID, pages={"Versions": ["Actual", "Budget"]})
    with pytest.raises(ConfigurationError, match=r"one item of Versions"):
        await client.transactional.get_view_csv(VIEW_ID, pages={"Versions": ["Actual", "Budget"]})


async def test_names_that_several_items_have_need_an_id(emulator: Emulator, client: AsyncClient) -> None:
    versions = model_of(emulator).versions
    versions[BUDGET_ID].name = "ACTUAL"
    data = await client.transactional.get_view_data(VIEW_ID, pages={"Versions": "ACTUAL"})  # exactly one is called so
    assert data.pages == ("ACTUAL",)
    with pytest.raises(ConfigurationError, match=rf"several items of Versions .* \d+, {BUDGET_ID}\."):
        await client.transactional.get_view_data(VIEW_ID, pages={"Versions": "actual"})


async def test_the_first_rows_of_a_grid(client: AsyncClient) -> None:
    data = await client.transactional.get_view_data(VIEW_ID, max_rows=2)
    assert [row.labels for row in data.rows] == [("Espresso",), ("Café crème",)]
    for wrong in (0, -1, True, "2"):
        with pytest.raises(ConfigurationError, match="max_rows"):
            await client.transactional.get_view_data(VIEW_ID, max_rows=wrong)  # type: ignore[arg-type]


async def test_a_default_view_without_anything_says_so(emulator: Emulator, client: AsyncClient) -> None:
    model_of(emulator).add(Module(EMPTY_ID, "Empty", PRODUCTS_ID, []))
    with pytest.raises(ApiError, match="view may be empty") as caught:
        await client.transactional.get_view_data(EMPTY_ID)
    assert caught.value.status == 500


async def test_a_view_of_too_many_cells_names_the_way_out(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.view_cell_limit = 10
    with pytest.raises(ApiError, match="get_view_rows reads views of any size") as caught:
        await client.transactional.get_view_data(VIEW_ID)
    assert caught.value.status == 400


async def test_a_view_that_does_not_exist(client: AsyncClient) -> None:
    for call in (client.transactional.get_view_data, client.transactional.get_view_csv):
        with pytest.raises(NotFoundError):
            await call("1012000000099")


# --- as CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("large", [None, False, True])
@pytest.mark.parametrize("layout", ALL_LAYOUTS)
async def test_all_layouts_by_both_ways(emulator: Emulator, client: AsyncClient, layout: Any, large: bool) -> None:
    emulator.tenant.options.read_page_bytes = 500
    for view_id in (VIEW_ID, PRICING_ID, SHELF_ID):
        content = await client.transactional.get_view_csv(view_id, layout=layout, large=large)
        assert csv_rows(content) == table_of(emulator, view_id, layout)
    assert len(emulator.received("POST", READS)) == (3 if large else 0)
    assert open_reads(emulator) == 0


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
async def test_headers_that_are_repeated_on_every_page(emulator: Emulator, client: AsyncClient, layout: Any) -> None:
    emulator.tenant.options.read_page_bytes = 1_000
    emulator.tenant.options.read_page_repeats_header = True
    content = await client.transactional.get_view_csv(PRICING_ID, layout=layout, large=True)
    assert csv_rows(content) == table_of(emulator, PRICING_ID, layout)


async def test_the_page_that_is_selected_as_csv(emulator: Emulator, client: AsyncClient) -> None:
    content = await client.transactional.get_view_csv(PRICING_ID, pages={"Versions": "Budget", "Time": "Feb 26"})
    assert csv_rows(content)[0] == ["Budget", "Feb 26"]
    mistakes: list[dict[str, Any]] = [{"layout": "GRID_ALL_PAGES"}, {"large": True}]
    for wrong in mistakes:
        with pytest.raises(ConfigurationError, match="get_view_rows selects pages"):
            await client.transactional.get_view_csv(PRICING_ID, pages={"Time": "Feb 26"}, **wrong)
    with pytest.raises(ConfigurationError, match="layout must be one of"):
        await client.transactional.get_view_csv(PRICING_ID, layout="GRID")  # type: ignore[arg-type]


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
async def test_csv_of_large_views_comes_by_a_read_request(emulator: Emulator, client: AsyncClient, layout: Any) -> None:
    emulator.tenant.options.view_cell_limit = 10
    content = await client.transactional.get_view_csv(VIEW_ID, layout=layout)
    assert csv_rows(content) == table_of(emulator, VIEW_ID, layout)
    assert len(emulator.received("POST", READS)) == 1


async def test_one_page_of_a_large_view_is_asked_for_first(emulator: Emulator, client: AsyncClient) -> None:
    emulator.tenant.options.view_cell_limit = 2_000  # of 6,120
    content = await client.transactional.get_view_csv(PRICING_ID)
    assert csv_rows(content) == table_of(emulator, PRICING_ID, "GRID_CURRENT_PAGE")
    content = await client.transactional.get_view_csv(PRICING_ID, pages={"Time": january(emulator)})
    assert csv_rows(content)[0] == ["Actual", "Jan 26"]
    assert emulator.received("POST", READS) == []
    emulator.tenant.options.view_cell_limit = 10
    with pytest.raises(ApiError, match="get_view_rows reads views of any size"):  # no read request selects a page
        await client.transactional.get_view_csv(PRICING_ID, pages={"Time": "Jan 26"})


async def test_csv_in_parts_and_on_disk(emulator: Emulator, client: AsyncClient, tmp_path: Path) -> None:
    emulator.tenant.options.read_page_bytes = 100
    content = await client.transactional.get_view_csv(VIEW_ID, layout="TABULAR_MULTI_COLUMN")
    async with closing(
        client.transactional.get_view_csv_stream(VIEW_ID, layout="TABULAR_MULTI_COLUMN", large=True)
    ) as stream:
        parts = [part async for part in stream]
    assert b"".join(parts) == content
    assert len(parts) > 10
    path = await client.transactional.download_view(VIEW_ID, tmp_path / "view.csv", layout="TABULAR_MULTI_COLUMN")
    assert path.read_bytes() == content


async def test_a_download_that_fails_leaves_the_file_as_it_was(
    emulator: Emulator, client: AsyncClient, tmp_path: Path
) -> None:
    path = tmp_path / "view.csv"
    path.write_bytes(b"before")
    emulator.inject(Fault("GET", r"/pages/1$", status=403))
    emulator.tenant.options.read_page_bytes = 100
    with pytest.raises(ApiError, match="403"):
        await client.transactional.download_view(VIEW_ID, path, large=True)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
    assert open_reads(emulator) == 0


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_tenants_without_plain_csv(emulator: Emulator, client: AsyncClient, line_end: Any) -> None:
    emulator.tenant.options.plain_csv = False
    emulator.tenant.options.csv_line_end = line_end
    content = await client.transactional.get_view_csv(VIEW_ID)
    assert content.startswith(b'"Actual"')
    assert csv_rows(content) == table_of(emulator, VIEW_ID, "GRID_CURRENT_PAGE")
    rows = await client.transactional.get_view_rows(VIEW_ID)
    assert [list(row.values) for row in rows] == table_of(emulator, VIEW_ID)[1:]
    assert len(queries(emulator)) == 3  # that plain CSV is refused is remembered


@pytest.mark.parametrize("status", [400, 403, 406, 415])
async def test_plain_csv_is_refused_by_any_of_these(emulator: Emulator, client: AsyncClient, status: int) -> None:
    emulator.inject(Fault("GET", DATA, status=status))
    content = await client.transactional.get_view_csv(VIEW_ID, large=False)
    assert content.startswith(b'"Actual"')


async def test_csv_that_is_refused_in_any_form(emulator: Emulator, client: AsyncClient) -> None:
    emulator.inject(Fault("GET", DATA, status=403, times=2))
    with pytest.raises(ApiError, match="403"):
        await client.transactional.get_view_csv(VIEW_ID, large=False)


async def test_the_module_of_a_view_is_looked_up_once(emulator: Emulator, client: AsyncClient) -> None:
    for _ in range(2):
        await client.transactional.get_view_csv(VIEW_ID, layout="GRID_ALL_PAGES")
    await client.transactional.get_view_csv(SHELF_ID, layout="GRID_ALL_PAGES")
    assert len(emulator.received("GET", "/views$")) == 1
    assert {query["moduleId"] for query in queries(emulator)} == {PRICING_ID}


@pytest.mark.parametrize("large", [False, True])
async def test_progress_ends_with_what_was_read(client: AsyncClient, large: bool) -> None:
    events: list[Progress] = []
    content = await client.transactional.get_view_csv(VIEW_ID, large=large, on_progress=events.append)
    assert (events[-1].what, events[-1].name, events[-1].ended) == ("download", f"view {VIEW_ID}", True)
    assert events[-1].done == len(content)
    events.clear()
    await client.transactional.get_view_rows(VIEW_ID, large=large, on_progress=events.append)
    assert events[-1].ended


async def test_mistakes_are_refused_at_the_call(client: AsyncClient) -> None:
    model = client.transactional
    for call in (model.get_view_csv_stream, model.get_view_rows_stream):
        with pytest.raises(ConfigurationError, match="view_id"):
            call("a/b")
        with pytest.raises(ConfigurationError, match="on_progress"):
            call(VIEW_ID, on_progress=1)  # type: ignore[arg-type]
        with pytest.raises(ConfigurationError, match="timeout"):
            call(VIEW_ID, timeout=-1)


async def test_a_view_over_time_with_a_line_item_of_its_own(emulator: Emulator, client: AsyncClient) -> None:
    model_of(emulator).add(Module("102000000903", "Rates", "", [LineItem("206000000931", "Rate", "NUMBER")]))
    data = await client.transactional.get_view_data("102000000903")
    assert data.columns == (("Rate",),)
    assert [row.labels for row in data.rows] == [()]
    assert TIME not in str(data)
