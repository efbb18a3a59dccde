"""Token stores: what they keep, who else may read it, and that of many processes one logs in."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import filelock
import keyring
import keyring.backend
import keyring.errors
import pytest

from anaplan_sdk._io.journal_file import JournalFile
from anaplan_sdk.auth import FileStore, KeyringStore, MemoryStore, TokenStore
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.errors import ConfigurationError, TokenStoreError, TransferError

LONG = "x" * 5_000
SECRET = "v1.s3cret"


class Ring(keyring.backend.KeyringBackend):
    """A keyring with the limit that Windows has, and one that can be locked."""

    priority = 1.0  # pyright: ignore[reportAssignmentType]

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.passwords: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2_560:
            raise keyring.errors.PasswordSetError("too long")
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.passwords.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(params=["memory", "file", "keyring"])
def store(request: pytest.FixtureRequest, tmp_path: Path, ring: Ring) -> TokenStore:
    stores: dict[str, TokenStore] = {
        "memory": MemoryStore(),
        "file": FileStore(tmp_path / "tokens"),
        "keyring": KeyringStore("test", tmp_path / "locks"),
    }
    return stores[request.param]


def test_a_store_keeps_entries_by_their_keys(store: TokenStore) -> None:
    assert store.load("ada") is None
    store.save("ada", "first")
    store.save("bob https://auth.example.com/ é", "second")
    assert (store.load("ada"), store.load("bob https://auth.example.com/ é")) == ("first", "second")
    store.delete("ada")
    store.delete("ada")
    assert store.load("ada") is None
    assert store.load("bob https://auth.example.com/ é") == "second"


@pytest.mark.parametrize("entry", ["", "short", LONG, LONG[:1_200], LONG[:1_201]])
def test_an_entry_may_have_any_length(entry: str, store: TokenStore) -> None:
    store.save("ada", LONG)
    store.save("ada", entry)
    assert store.load("ada") == entry


def test_a_lock_is_held_once_for_each_key(store: TokenStore) -> None:
    lock, same, other = store.lock("ada"), store.lock("ada"), store.lock("bob")
    assert lock.acquire(blocking=False)
    assert not same.acquire(blocking=False)
    assert other.acquire(blocking=False)
    lock.release()
    assert same.acquire(blocking=False)
    same.release()
    other.release()


# --- files --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "deep" / "tokens")
    store.save("ada", SECRET)
    store.save("ada", SECRET)
    lock = store.lock("ada")
    assert lock.acquire(blocking=False)
    lock.release()
    (entry,) = (tmp_path / "deep" / "tokens").glob("*.json")
    paths = list((tmp_path / "deep" / "tokens").iterdir())
    assert len(paths) == 2, "an entry and its lock, and nothing half done"
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TENANT", "acme")
    store = FileStore("~/tokens/$TENANT")
    store.save("ada", "entry")
    assert len(list((tmp_path / "tokens" / "acme").iterdir())) == 1
    assert repr(store) == f"FileStore({str(tmp_path / 'tokens' / 'acme')!r})"


def test_a_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a directory should be")
    store = FileStore(blocked / "tokens")
    for attempt in (lambda: store.save("ada", SECRET), lambda: store.lock("ada").acquire(blocking=False)):
        with pytest.raises(TokenStoreError, match="token store cannot be") as caught:
            attempt()
        assert str(blocked) in str(caught.value)
        assert SECRET not in str(caught.value)


def test_an_entry_that_is_not_text_is_left_to_whoever_reads_it(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save("ada", "entry")
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"\xff\x00\xfe")
    assert store.load("ada") not in (None, "entry")


def test_a_failed_save_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path)
    store.save("ada", "first")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TokenStoreError, match=r"cannot be written \(No space left on device\)"):
        store.save("ada", "second")
    assert store.load("ada") == "first"
    assert len(list(tmp_path.iterdir())) == 1


PROGRAM = """
import sys
from anaplan_sdk import Client
from anaplan_sdk.auth import FileStore
print("ready", flush=True)
sys.stdin.readline()
url, directory = sys.argv[1:]
with Client(user_email="ada@example.com", password="emulator-password", api_url=url, auth_url=url, oauth_url=url,
            token_store=FileStore(directory)) as anaplan:
    print(len(anaplan.list_workspaces()))
"""


def test_of_many_processes_that_start_together_one_logs_in(emulator: Emulator, tmp_path: Path) -> None:
    emulator.latency = 0.05
    command = [sys.executable, "-c", PROGRAM, emulator.url, str(tmp_path / "tokens")]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in running] == ["1\n"] * 6
    assert [received.path for received in emulator.requests].count("/token/authenticate") == 1


def test_a_process_that_dies_lets_go_of_its_lock(tmp_path: Path) -> None:
    program = (
        "import os, sys; from anaplan_sdk.auth import FileStore\n"
        "assert FileStore(sys.argv[1]).lock('ada').acquire(blocking=False) is True\n"
        "lock = FileStore(sys.argv[1]).lock('ada'); lock.acquire(blocking=False); os._exit(7)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=60).returncode == 7
    lock = FileStore(tmp_path).lock("ada")
    assert lock.acquire(blocking=False)
    lock.release()


# --- the keyring --------------------------------------------------------------------------------------------


def test_a_long_entry_leaves_nothing_behind_when_it_is_forgotten(ring: Ring, tmp_path: Path) -> None:
    store = KeyringStore("test", tmp_path)
    store.save("ada", LONG)
    assert len(ring.passwords) == 5
    store.delete("ada")
    assert ring.passwords == {}


def test_what_something_else_wrote_is_read_and_forgotten_without_harm(ring: Ring, tmp_path: Path) -> None:
    ring.passwords["test", "ada"] = "not from here"
    store = KeyringStore("test", tmp_path)
    assert store.load("ada") == "from here"
    store.delete("ada")
    assert ring.passwords == {}


def test_a_locked_keyring_says_what_to_do(ring: Ring, tmp_path: Path) -> None:
    ring.locked = True
    with pytest.raises(TokenStoreError, match="Unlock it, or use a FileStore"):
        KeyringStore("test", tmp_path).load("ada")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigurationError, match="pip install keyring"):
        KeyringStore()


posix = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners are those of POSIX")


@posix
def test_a_directory_that_others_may_write_to_is_not_trusted(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "tokens")
    store.save("ada", "entry")
    (tmp_path / "tokens").chmod(0o777)
    uses: list[Callable[[], object]] = [
        lambda: store.load("ada"),
        lambda: store.save("ada", "x"),
        lambda: store.lock("ada").acquire(blocking=False),
    ]
    for use in uses:
        with pytest.raises(TokenStoreError, match="others may write to it"):
            use()


@posix
def test_an_entry_that_others_made_or_may_change_is_not_trusted(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    tmp_path.chmod(0o700)
    store.save("ada", "entry")
    [entry] = tmp_path.glob("*.json")
    entry.chmod(0o666)
    with pytest.raises(TokenStoreError, match="others may write to it"):
        store.load("ada")
    entry.chmod(0o600)
    if os.getuid() == 0:
        os.chown(entry, 65_534, -1)
        with pytest.raises(TokenStoreError, match="belongs to another user"):
            store.load("ada")
    entry.unlink()
    entry.symlink_to("/etc/hostname")
    with pytest.raises(TokenStoreError):
        store.load("ada")


@posix
def test_directories_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FileStore(tmp_path / "home" / ".anaplan-sdk" / "tokens").save("ada", "entry")
    finally:
        os.umask(before)
    for path in (tmp_path / "home" / ".anaplan-sdk").rglob("*"):
        assert not path.stat().st_mode & 0o077
    assert not (tmp_path / "home").stat().st_mode & 0o077


def test_what_a_killed_process_left_is_found_again(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    store = FileStore(tmp_path)
    store.save("ada", "entry")
    [entry] = tmp_path.glob("*.json")
    entry.with_suffix(".part").write_text("half of")
    store.save("ada", "entry 2")
    assert store.load("ada") == "entry 2"
    assert list(tmp_path.glob("*.part")) == []


def test_without_a_home_directory_one_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # where it cannot be told
    with pytest.raises(ConfigurationError, match="no home directory"):
        FileStore()


@pytest.mark.parametrize("kind", ["store", "journal"])
def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    take: dict[str, Callable[[], object]] = {
        "store": lambda: FileStore(tmp_path).lock("k").acquire(blocking=False),
        "journal": JournalFile(tmp_path / "journal").lock,
    }
    with pytest.raises(TokenStoreError if kind == "store" else TransferError, match="has no locks"):
        take[kind]()
