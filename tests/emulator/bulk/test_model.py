"""Models, their structure, and content cut into chunks."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from anaplan_sdk.emulator import GeneralList, LineItem, Model, Module, demo_tenant, structure
from anaplan_sdk.emulator.content.chunks import Chunk, ChunkReader, awkward_slices, slices


def model() -> Model:
    return demo_tenant().models["1" * 32]


def test_a_structure_can_be_kept_and_compared() -> None:
    changing = model()
    before = structure(changing)
    assert structure(changing) == before
    changing.modules["102000000000"].line_items.append(LineItem("206000000099", "Margin", "NUMBER"))
    changing.add(GeneralList("101000000009", "Channels"))
    changing.processes["118000000000"].step_ids.pop()
    after = structure(changing)
    assert after["lineItems"].keys() - before["lineItems"].keys() == {"206000000099"}
    assert after["lineItems"]["206000000099"]["module_id"] == "102000000000"
    assert after["lists"].keys() - before["lists"].keys() == {"101000000009"}
    assert after["processes"] != before["processes"]
    assert after["modules"] == before["modules"]


def test_data_is_no_structure() -> None:
    changing = model()
    before = structure(changing)
    changing.lists["101000000000"].add(["A"])
    changing.modules["102000000000"].column("206000000001", 1)[0] = "Tea"
    changing.files["113000000000"].default_chunks = [b"content"]
    assert structure(changing) == before


def test_rows_come_in_the_order_of_the_list_with_blanks_for_what_was_never_set() -> None:
    made = Model("3" * 32, "Made", "A" * 32)
    made.add(GeneralList("101", "Codes"), Module("102", "Sales", "101", [LineItem("1", "Text")]))
    made.lists["101"].add(["B", "A"])
    made.modules["102"].column("1", 1)[0] = "first"
    assert [row for batch in made.rows("102", batch_rows=1) for row in batch] == [("B", "first"), ("A", "")]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 7, 100, 5_000])
@pytest.mark.parametrize("text", ["Å,1\n" * 20, "a,1\n" * 20, "a\n", "", "🙂" * 30])
def test_awkward_chunks_are_complete_and_no_larger_than_asked(text: str, chunk_bytes: int) -> None:
    content = text.encode()
    chunks = awkward_slices(content, chunk_bytes)
    assert all(0 < chunk.size <= chunk_bytes for chunk in chunks)
    assert ChunkReader(chunks).readall() == content


def test_awkward_chunks_break_rows_and_characters() -> None:
    text = "Zürich,1\n" * 50
    first, *_ = awkward_slices(text.encode(), 100)
    with pytest.raises(UnicodeDecodeError):
        text.encode()[: first.size].decode()
    (cut, *_) = awkward_slices(b"a,1\n" * 50, 100)
    assert not (b"a,1\n" * 50)[: cut.size].endswith(b"\n")


def test_chunks_are_read_as_one_stream(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(b"0123456789")
    chunks = [*slices(path, 4), Chunk.of(b""), Chunk.of(b"abc")]
    assert [chunk.size for chunk in chunks] == [4, 4, 2, 0, 3]
    with io.BufferedReader(ChunkReader(chunks), 3) as stream:
        assert stream.read() == b"0123456789abc"


def test_a_chunk_that_shrank_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "content"
    path.write_bytes(b"0123456789")
    chunks = slices(path, 10)
    path.write_bytes(b"01234")
    with ChunkReader(chunks) as reader, pytest.raises(OSError, match="shorter"):
        reader.readall()
