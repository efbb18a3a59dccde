"""Lists: items one by one, by the million, numbered, in hierarchies."""

from __future__ import annotations

import pytest

from anaplan_sdk.emulator import GeneralList, LineItem, ListProperty, Model, Module, Subset
from anaplan_sdk.emulator.world.planning.items import ItemError


def made(*lists: GeneralList) -> Model:
    model = Model("3" * 32, "Made", "A" * 32)
    model.add(*lists)
    return model


def regions() -> GeneralList:
    part = GeneralList("101000000001", "Regions")
    part.add_item("North", "N-01")
    part.add_item("South")
    return part


def test_items_that_come_by_their_name_have_it_as_their_code() -> None:
    part = GeneralList("101000000001", "Regions")
    part.add(["North", "South", "North"])
    assert part.items == {"North": 0, "South": 1}
    assert (part.code_at(0), part.by_code("South")) == ("North", 1)
    assert (part.count, part.item_count, part.next_index) == (2, 2, 3)


def test_names_and_codes_are_looked_up_in_any_case() -> None:
    part = regions()
    assert (part.by_name("North"), part.by_code("N-01")) == (0, 0)
    assert (part.by_name("north"), part.by_code("South"), part.by_code("North")) == (None, None, None)
    assert (part.named_in_any_case("NORTH"), part.coded_in_any_case("n-01"), part.coded_in_any_case("s")) == (
        [0],
        [0],
        [],
    )
    part.add(["north"])
    assert part.named_in_any_case("NORTH") == [0, 2]


@pytest.mark.parametrize(
    ("name", "code", "kind"),
    [
        (None, "N-02", "INCOMPLETE_DATA"),
        (" ", None, "INCOMPLETE_DATA"),
        ("North", None, "Duplicate"),
        ("East", "N-01", "Duplicate"),
        ("x" * 61, None, "INCORRECT_FORMAT"),
        ("East", "x" * 61, "INCORRECT_FORMAT"),
    ],
)
def test_items_that_cannot_be_are_refused(name: str | None, code: str | None, kind: str) -> None:
    part = regions()
    with pytest.raises(ItemError) as refusal:
        part.add_item(name, code)
    assert refusal.value.kind == kind
    assert list(part.items) == ["North", "South"]


def test_renaming_keeps_place_code_and_id() -> None:
    part = regions()
    item_id = part.item_id(0)
    part.rename(0, "Far North")
    assert (list(part.names()), part.code_at(0), part.item_id(0)) == (["Far North", "South"], "N-01", item_id)
    part.rename(1, "N-01")
    assert (part.code_at(1), part.by_code("N-01")) == (None, 0)
    with pytest.raises(ItemError):
        part.rename(1, "Far North")


def test_a_code_can_be_set_and_changed_but_not_removed() -> None:
    part = regions()
    part.set_code(1, "S-01")
    part.set_code(0, "N-02")
    assert (part.by_code("S-01"), part.by_code("N-02"), part.by_code("N-01")) == (1, 0, None)
    with pytest.raises(ItemError) as refusal:
        part.set_code(0, "")
    assert refusal.value.kind == "INCOMPLETE_DATA"
    with pytest.raises(ItemError):
        part.set_code(0, "S-01")


def test_a_renamed_item_that_came_by_its_name_keeps_its_code() -> None:
    part = GeneralList("101000000001", "Regions")
    part.add(["North"])
    part.rename(0, "South")
    assert (part.code_at(0), part.by_code("North"), part.by_code("South")) == ("North", 0, None)
    assert list(part.labels()) == ["North"]


def test_positions_and_ids_of_deleted_items_are_not_given_again() -> None:
    part = regions()
    north, south = part.item_id(0), part.item_id(1)
    part.delete(0)
    assert (list(part.positions()), part.position_of(north), part.position_of(south)) == ([1], None, 1)
    assert part.add_item("North", "N-01") == 2
    part.clear()
    assert part.add_item("North") == 0
    assert (part.item_id(0) not in (north, south), part.position_of(south), part.next_index) == (True, None, 5)


def test_the_index_begins_again_only_in_an_empty_list() -> None:
    part = GeneralList("101000000001", "Orders", numbered=True, top_level_item="All Orders")
    part.add_item(code="O-1")
    with pytest.raises(ItemError):
        part.reset_index()
    part.clear()
    assert (part.item_count, part.next_index) == (1, 2)
    part.add_item()
    part.delete(0)
    assert part.next_index == 3
    part.reset_index()
    assert part.add_item() == 1
    assert (part.next_index, list(part.items)) == (2, ["#1"])
    part.clear()
    assert part.next_index == 2


def test_numbered_items_have_names_that_are_made_for_them() -> None:
    part = GeneralList("101000000001", "Orders", numbered=True)
    part.add(["O-1", "O-2", "O-1"])
    part.add_item()
    assert list(part.items) == ["#1", "#2", "#3"]
    assert ([part.code_at(position) for position in part.positions()], part.by_code("#1")) == (
        ["O-1", "O-2", None],
        None,
    )
    assert list(part.labels()) == ["O-1", "O-2", "#3"]
    with pytest.raises(ItemError):
        part.add_item("Order")
    with pytest.raises(ItemError):
        part.rename(0, "Order")


def test_properties_subsets_and_access_go_with_their_item() -> None:
    part = GeneralList(
        "101", "Products", properties=[ListProperty("1206", "Weight", "NUMBER")], subsets=[Subset("109", "Sold")]
    )
    part.add_item("Tea", "T", properties={"1206": "12.50"}, subsets=["109"])
    part.set_access(0, ["ada@example.com"], [])
    assert (part.property_at(0, "1206"), part.in_subset(0, "109"), part.members("109")) == ("12.50", True, [0])
    assert (part.readers_at(0), part.writers_at(0)) == (["ada@example.com"], [])
    part.set_property(0, "1206", "")
    part.set_subset(0, "109", False)
    assert (part.property_at(0, "1206"), part.members("109")) == ("", [])
    part.delete(0)
    part.add_item("Tea", "T")
    assert part.readers_at(1) == []


def test_ids_of_items_are_unique_in_a_model() -> None:
    model = made(*(GeneralList(f"10100000000{number}", "L", top_level_item="All") for number in range(3)))
    for part in model.lists.values():
        part.add(["a", "b"])
    ids = [each for part in model.lists.values() for each in (*map(part.item_id, part.positions()), part.top_level_id)]
    assert len(set(ids)) == 9
    assert all(len(str(each)) in (12, 13) for each in ids)
    assert [part.position_of(part.item_id(1)) for part in model.lists.values()] == [1, 1, 1]
    assert model.lists["101000000000"].position_of("North") is None


def hierarchy() -> Model:
    model = made(
        GeneralList("101000000001", "Families", top_level_item="All Products"),
        GeneralList("101000000002", "Products", parent_list_id="101000000001"),
    )
    families, products = model.lists.values()
    families.add_item("Coffee", "F-1")
    products.add_item("Espresso", parent_id=model.find_parent("101000000002", "Coffee"))
    products.add_item("Mug", parent_id=model.find_parent("101000000002", "F-1"))
    return model


def test_parents_are_found_by_name_or_code_and_lost_when_they_go() -> None:
    model = hierarchy()
    families = model.lists["101000000001"]
    found = model.parent_item("101000000002", 0)
    assert found is not None
    assert (found[0], found[1].name) == (families, "Coffee")
    assert model.find_parent("101000000002", "Tea") is None
    assert model.find_parent("101000000002", "All Products") == families.top_level_id
    assert model.find_parent("101000000001", "Coffee") is None
    for list_id, position in (("101000000001", 0), ("101000000002", 1)):
        model.lists[list_id].move(position, families.top_level_id)
        found = model.parent_item(list_id, position)
        assert found is not None
        assert (found[0], found[1].name) == (families, "All Products")
    model.delete_item("101000000001", 0)
    assert model.parent_item("101000000002", 0) is None
    model.lists["101000000002"].parent_list_id = None
    assert model.parent_item("101000000002", 1) is None


def test_a_hierarchy_is_empty_when_all_its_lists_are() -> None:
    model = hierarchy()
    model.lists["101000000002"].clear()
    assert not model.hierarchy_is_empty("101000000002")
    model.lists["101000000001"].clear()
    assert model.hierarchy_is_empty("101000000002")
    model.lists["101000000002"].add(["Tea"])
    assert not model.hierarchy_is_empty("101000000001")


def test_cells_of_deleted_items_are_gone() -> None:
    model = made(regions())
    model.add(Module("102", "Sales", "101000000001", [LineItem("1", "Text")]))
    module = model.modules["102"]
    module.column("1", 2)[:] = ["first", "second"]
    model.delete_item("101000000001", 0)
    model.lists["101000000001"].add(["North"])
    assert [row for batch in model.rows("102") for row in batch] == [("South", "second"), ("North", "")]
    assert model.clear_list("101000000001") == 2
    assert module.cells == {}


def test_cells_do_not_come_back_after_a_reset_of_the_index() -> None:
    model = made(regions())
    model.add(Module("102", "Sales", "101000000001", [LineItem("1", "Text")]))
    model.modules["102"].column("1", 2)[:] = ["first", "second"]
    for position in range(2):
        model.delete_item("101000000001", position)
    model.lists["101000000001"].reset_index()
    model.lists["101000000001"].add(["North"])
    assert [row for batch in model.rows("102") for row in batch] == [("North", "")]
