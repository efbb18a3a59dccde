"""Files and their content (facts §6)."""

from __future__ import annotations

import gzip
import zlib

import pytest

from anaplan_sdk.emulator import Emulator, File
from stage.calls.caller import EXPORT, HEADER, HISTORY_FILE, LIST_FILE, MODEL, WM, Caller

FILE = f"{WM}/files/{LIST_FILE}"
GZIP = {"Content-Type": "application/x-gzip"}


def row(caller: Caller, file_id: str) -> dict[str, object]:
    rows = {row["id"]: row for row in caller("GET", f"{WM}/files").json["files"]}
    found: dict[str, object] = rows[file_id]
    return found


def test_the_list_describes_files_and_outputs_of_exports(admin: Caller) -> None:
    assert row(admin, LIST_FILE) == {
        "id": LIST_FILE,
        "name": "Transactions.csv",
        "chunkCount": 1,
        "delimiter": '"',
        "encoding": "UTF-8",
        "firstDataRow": 2,
        "format": "txt",
        "headerRow": 1,
        "separator": ",",
    }
    assert row(admin, EXPORT) == {
        "id": EXPORT,
        "name": "Sales Export.csv",
        "chunkCount": 0,
        "firstDataRow": 0,
        "headerRow": 0,
    }


def test_an_upload_with_a_fixed_number_of_chunks_completes_by_itself(admin: Caller) -> None:
    answer = admin("POST", FILE, {"chunkCount": 2})
    assert answer.status == 200
    assert answer.json["file"] | {"chunkCount": 2} == answer.json["file"]
    assert answer.json["meta"]["schema"].endswith("/objects/file")
    # The index and not the order of arrival determines the place.
    assert admin("PUT", f"{FILE}/chunks/1", b"second").status == 204
    assert admin("GET", FILE).status == 404
    answer = admin("PUT", f"{FILE}/chunks/0", b"first ")
    assert (answer.status, answer.body) == (204, b"")
    assert "content-type" not in answer.headers
    answer = admin("GET", FILE)
    assert answer.body == b"first second"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_an_upload_of_unknown_length_must_be_completed(admin: Caller) -> None:
    assert admin("POST", FILE, {"chunkCount": -1}).json["file"]["chunkCount"] == 0
    for index in range(3):
        admin("PUT", f"{FILE}/chunks/{index}", str(index).encode())
    assert admin("GET", FILE).status == 404
    assert row(admin, LIST_FILE)["chunkCount"] == 0
    answer = admin("POST", f"{FILE}/complete", {"id": LIST_FILE})
    assert answer.status == 200
    assert answer.json["file"]["chunkCount"] == 3
    assert admin("GET", FILE).body == b"012"
    assert row(admin, LIST_FILE)["chunkCount"] == 3


def test_completing_without_a_body_is_500(admin: Caller) -> None:
    admin("POST", FILE, {"chunkCount": -1})
    admin("PUT", f"{FILE}/chunks/0", b"content")
    assert admin("POST", f"{FILE}/complete").status == 500


def test_completing_with_a_gap_is_refused(admin: Caller) -> None:
    admin("POST", FILE, {"chunkCount": -1})
    admin("PUT", f"{FILE}/chunks/0", b"content")
    admin("PUT", f"{FILE}/chunks/2", b"content")
    assert admin("POST", f"{FILE}/complete", {"id": LIST_FILE}).status == 400


def test_chunks_are_unpacked_by_their_content_type(admin: Caller) -> None:
    admin("POST", FILE, {"chunkCount": 3})
    admin("PUT", f"{FILE}/chunks/0", gzip.compress(b"packed, "), headers=GZIP)
    admin("PUT", f"{FILE}/chunks/1", gzip.compress(b"two ") + gzip.compress(b"members, "), headers=GZIP)
    admin("PUT", f"{FILE}/chunks/2", gzip.compress(b"as it is"))
    content = admin("GET", FILE).body
    assert content.startswith(b"packed, two members, ")
    assert gzip.decompress(content.removeprefix(b"packed, two members, ")) == b"as it is"


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"cut off")[:-9], zlib.compress(b"zlib"), b""])
def test_what_is_not_gzip_is_refused_and_not_stored(admin: Caller, body: bytes) -> None:
    admin("POST", FILE, {"chunkCount": 1})
    assert admin("PUT", f"{FILE}/chunks/0", body, headers=GZIP).status == 400
    assert admin("GET", FILE).status == 404


def test_a_whole_file_is_stored_as_it_comes(admin: Caller) -> None:
    packed = gzip.compress(b"content")
    answer = admin("PUT", FILE, packed, headers=GZIP)
    assert (answer.status, answer.body) == (204, b"")
    assert admin("GET", FILE).body == packed


def test_a_chunk_sent_again_takes_the_place_of_the_first(admin: Caller) -> None:
    admin.upload(LIST_FILE, b"a", b"b")
    assert admin("PUT", f"{FILE}/chunks/0", b"A").status == 204
    assert admin("GET", FILE).body == b"Ab"


def test_a_new_declaration_starts_the_upload_anew(admin: Caller) -> None:
    admin.upload(LIST_FILE, b"old", b"content")
    admin("POST", FILE, {"chunkCount": 1})
    assert admin("GET", FILE).status == 404
    admin("PUT", f"{FILE}/chunks/0", b"new")
    assert admin("GET", FILE).body == b"new"


def test_limits_are_kept(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.options.max_chunk_bytes = 10
    assert admin("POST", FILE, {"chunkCount": 1_001}).status == 400
    admin("POST", FILE, {"chunkCount": 1})
    assert admin("PUT", f"{FILE}/chunks/1", b"beyond").status == 400
    assert admin("PUT", f"{FILE}/chunks/0", b"elevenbytes").status == 413
    assert admin("PUT", f"{FILE}/chunks/0", gzip.compress(b"elevenbytes"), headers=GZIP).status == 413
    assert admin("PUT", f"{FILE}/chunks/0", b"ten bytes!").status == 204


def test_a_chunk_without_a_declared_upload_is_not_found(admin: Caller) -> None:
    assert admin("PUT", f"{FILE}/chunks/0", b"content").status == 404


@pytest.mark.parametrize("segment", ["new.csv", "113000000099"])
def test_an_unknown_segment_creates_a_file_with_another_id(admin: Caller, segment: str) -> None:
    answer = admin("POST", f"{WM}/files/{segment}", {"chunkCount": 1})
    assert answer.status == 200
    created = answer.json["file"]
    assert created["id"] == "113000000041"
    assert created["name"] == segment
    assert (created["headerRow"], created["firstDataRow"]) == (-1, -1)
    assert row(admin, created["id"])["name"] == segment


@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("GET", ""), ("DELETE", ""), ("PUT", "/chunks/0")])
def test_other_calls_do_not_create_files(admin: Caller, method: str, path: str) -> None:
    assert admin(method, f"{WM}/files/113000000099{path}", b"").status == 404


def test_a_declaration_can_change_how_the_file_is_read(admin: Caller) -> None:
    body = row(admin, LIST_FILE) | {"chunkCount": 0, "separator": "\t", "headerRow": "not a number"}
    changed = admin("POST", FILE, body).json["file"]
    assert changed["separator"] == "\t"
    assert changed["headerRow"] == 1


@pytest.mark.parametrize("body", [{"name": "x"}, {"chunkCount": "1"}, {"chunkCount": True}])
def test_a_declaration_needs_a_count(admin: Caller, body: object) -> None:
    assert admin("POST", FILE, body).status == 400


def test_content_of_no_chunks_is_not_found(admin: Caller) -> None:
    admin.upload(LIST_FILE)
    assert admin("GET", FILE).status == 404
    body = admin("GET", f"{FILE}/chunks").json
    assert "chunks" not in body
    assert row(admin, LIST_FILE)["chunkCount"] == 0


def test_chunks_are_listed_with_string_ids(admin: Caller) -> None:
    admin.upload(LIST_FILE, b"a", b"b")
    body = admin("GET", f"{FILE}/chunks").json
    assert body["chunks"] == [{"id": "0", "name": "Chunk 0"}, {"id": "1", "name": "Chunk 1"}]
    assert body["meta"]["paging"]["totalSize"] == 2
    assert admin("GET", f"{FILE}/chunks/1").body == b"b"
    assert admin("GET", f"{FILE}/chunks/2").status == 404
    assert admin("GET", f"{FILE}/chunks/x").status == 404


def test_content_is_private(admin: Caller, user: Caller) -> None:
    admin.upload(LIST_FILE, b"private")
    assert admin("GET", FILE).body == b"private"
    assert user("GET", FILE).body == HEADER.encode()


def test_deletion_removes_private_content_and_leaves_a_stale_count(admin: Caller) -> None:
    admin.upload(LIST_FILE, b"a", b"b", b"c")
    answer = admin("DELETE", FILE)
    assert (answer.status, answer.body) == (204, b"")
    assert admin("GET", FILE).body == HEADER.encode()
    assert row(admin, LIST_FILE)["chunkCount"] == 3
    assert admin("DELETE", FILE).status == 204


def test_deletion_without_a_default_leaves_nothing(emulator: Emulator, admin: Caller) -> None:
    emulator.tenant.models["1" * 32].add(File("113000000050", "Bare.csv"))
    admin.upload("113000000050", b"content")
    admin("DELETE", f"{WM}/files/113000000050")
    assert admin("GET", f"{WM}/files/113000000050").status == 404
    assert admin("GET", f"{WM}/files/113000000050/chunks/0").status == 404
    assert row(admin, "113000000050")["chunkCount"] == 1


def test_default_content_can_be_for_administrators_only(emulator: Emulator, admin: Caller, user: Caller) -> None:
    emulator.tenant.models["1" * 32].files[HISTORY_FILE].default_for = "admins"
    assert admin("GET", f"{WM}/files/{HISTORY_FILE}").status == 200
    assert user("GET", f"{WM}/files/{HISTORY_FILE}").status == 404


def test_private_content_is_dropped_when_it_was_not_used_for_long(emulator: Emulator, admin: Caller) -> None:
    admin.upload(LIST_FILE, b"private")
    assert admin("GET", FILE).body == b"private"
    emulator.tenant.options.retention_seconds = -1
    assert admin("GET", FILE).body == HEADER.encode()


def test_the_demo_file_is_split_within_rows_and_within_characters(admin: Caller) -> None:
    path = f"{MODEL}/files/{HISTORY_FILE}"
    ids = [chunk["id"] for chunk in admin("GET", f"{path}/chunks").json["chunks"]]
    chunks = [admin("GET", f"{path}/chunks/{id_}").body for id_ in ids]
    assert len(chunks) > 2
    assert b"".join(chunks) == admin("GET", path).body
    for chunk in chunks[:-1]:
        assert not chunk.endswith(b"\n")
        with pytest.raises(UnicodeDecodeError):
            chunk.decode()


def test_large_content_passes_through_the_disk_unchanged(admin: Caller) -> None:
    content = bytes(range(256)) * 20_000
    admin("POST", FILE, {"chunkCount": 2})
    admin("PUT", f"{FILE}/chunks/0", gzip.compress(content, 1), headers=GZIP)
    admin("PUT", f"{FILE}/chunks/1", content)
    assert admin("GET", FILE).body == content * 2
