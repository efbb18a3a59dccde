"""Tokens in a store: which are taken, when a new one is got, and what happens when something fails on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator
from typing import Any

import attrs
import pytest

from anaplan_sdk._core.flow import Compute, Flow, Pause, Step
from anaplan_sdk._core.login.proof import Prover
from anaplan_sdk._core.login.stored import StoredLogin
from anaplan_sdk._core.login.stores import StoreLock, from_entry, proof_of, to_entry
from anaplan_sdk._core.login.token import Token
from anaplan_sdk.errors import AuthenticationError, OAuthError, TokenStoreError
from stage.conversation import Conversation


def fresh(value: str, **changes: Any) -> Token:
    return attrs.evolve(Token(value, time.time() + 2_100, refresh_token=f"r-{value}"), **changes)


def old(value: str) -> Token:
    return fresh(value, expires_at=time.time() + 10, received_at=time.time() - 2_000)


@attrs.define
class Lock:
    """Busy for the first tries."""

    busy: int = 0
    held: bool = False
    meanwhile: Callable[[], None] = lambda: None

    def acquire(self, *, blocking: bool) -> bool:
        assert not blocking
        assert not self.held
        self.busy -= 1
        self.held = self.busy < 0
        if not self.held:
            self.meanwhile()
        return self.held

    def release(self) -> None:
        assert self.held
        self.held = False


@attrs.define
class Shelf:
    """A store that can be made to fail."""

    entries: dict[str, str] = attrs.field(factory=dict[str, str])
    latch: Lock = attrs.field(factory=Lock)
    broken: bool = False

    def load(self, key: str) -> str | None:
        return self.entries.get(key)

    def save(self, key: str, entry: str) -> None:
        assert self.latch.held
        if self.broken:
            raise TokenStoreError("disk full")
        self.entries[key] = entry

    def delete(self, key: str) -> None:
        self.entries.pop(key, None)

    def lock(self, key: str) -> StoreLock:
        return self.latch

    def put(self, token: Token) -> None:
        self.entries["ada"] = to_entry(token)

    @property
    def token(self) -> Token | None:
        return from_entry(self.entries["ada"]) if "ada" in self.entries else None


@attrs.define
class Login:
    """Gives new tokens, one after the other, and notes what was asked of it."""

    asked: list[str] = attrs.field(factory=list[str])
    refuses: bool = False
    refusal: AuthenticationError = attrs.field(factory=lambda: AuthenticationError("refused"))

    def log_in(self) -> Flow:
        yield Pause(0.0)
        return self._new("log in")

    def renew(self, token: Token) -> Flow:
        yield Pause(0.0)
        return self._new(f"renew {token.value}{'' if token.expires_at else ' refused'}")

    def log_out(self, token: Token) -> Generator[Step, Any, None]:
        yield Pause(0.0)
        self.asked.append(f"log out {token.value}")

    def store_key(self) -> Generator[Step, Any, str]:
        yield from ()
        return "ada"

    def _new(self, what: str) -> Token:
        self.asked.append(what)
        if self.refuses:
            raise self.refusal
        return fresh(f"new{len(self.asked)}")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def login() -> Login:
    return Login()


def perform(flow: Generator[Step, Any, Any]) -> Any:
    return Conversation().perform(flow)


def test_the_first_logs_in_and_saves(shelf: Shelf, login: Login) -> None:
    token = perform(StoredLogin(login, shelf).log_in())
    assert login.asked == ["log in"]
    assert shelf.token == token
    assert not shelf.latch.held


def test_the_second_takes_what_is_there(shelf: Shelf, login: Login) -> None:
    shelf.put(fresh("theirs"))
    assert perform(StoredLogin(login, shelf).log_in()).value == "theirs"
    assert login.asked == []


def test_what_is_about_to_expire_is_renewed(shelf: Shelf, login: Login) -> None:
    shelf.put(old("theirs"))
    assert perform(StoredLogin(login, shelf).log_in()).value == "new1"
    assert login.asked == ["renew theirs"]


def test_what_another_has_renewed_meanwhile_is_taken(shelf: Shelf, login: Login) -> None:
    held = old("mine")
    shelf.put(fresh("theirs"))
    assert perform(StoredLogin(login, shelf).renew(held)).value == "theirs"
    shelf.put(fresh("mine"))
    assert perform(StoredLogin(login, shelf).renew(held)).value == "mine"
    assert login.asked == []


def test_a_refused_token_is_not_taken_again_however_long_it_should_live(shelf: Shelf, login: Login) -> None:
    shelf.put(fresh("mine"))
    assert perform(StoredLogin(login, shelf).renew(fresh("mine", expires_at=0.0))).value == "new1"
    assert login.asked == ["renew mine refused"]


def test_the_newest_refresh_token_is_the_stores(shelf: Shelf, login: Login) -> None:
    shelf.put(old("theirs"))
    perform(StoredLogin(login, shelf).renew(old("mine")))
    assert login.asked == ["renew theirs"]


def test_what_the_store_lost_is_not_used_any_more(shelf: Shelf, login: Login) -> None:
    perform(StoredLogin(login, shelf).renew(old("mine")))
    assert login.asked == ["log in"]


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"format": 1}',
        '{"format": 2, "value": "x"}',
        '{"format": 1, "value": ""}',
        '{"format": 1, "value": 7}',
        '{"format": 1, "value": "x", "expires_at": "soon"}',
        '{"format": 1, "value": "x", "received_at": null}',
        '{"format": 1, "value": "x", "refresh_token": 7}',
        '{"format": 1, "value": "x", "unknown": 7}',
        "[" * 100_000,
    ],
)
def test_what_is_no_token_is_replaced(entry: str, shelf: Shelf, login: Login) -> None:
    shelf.entries["ada"] = entry
    assert perform(StoredLogin(login, shelf).log_in()).value == "new1"
    assert login.asked == ["log in"]


def test_an_entry_gives_back_every_field() -> None:
    token = Token("x", 3.5, received_at=1.0, server_ahead=-2.0, scheme="Bearer", refresh_token="y")
    assert from_entry(to_entry(token)) == token
    assert json.loads(to_entry(token))["format"] == 1


def test_only_what_says_that_the_token_is_no_good_takes_it_from_everyone(shelf: Shelf, login: Login) -> None:
    shelf.put(old("theirs"))
    login.refuses = True
    used_up = OAuthError("used", error="invalid_grant")
    for refusal, kept in ((AuthenticationError("by a gateway"), True), (used_up, False)):
        login.refusal = refusal
        with pytest.raises(AuthenticationError):
            perform(StoredLogin(login, shelf).log_in())
        assert bool(shelf.entries) is kept
        assert not shelf.latch.held


def test_a_token_that_could_not_be_saved_is_saved_the_next_time_and_not_used_before(shelf: Shelf, login: Login) -> None:
    shelf.broken = True
    stored = StoredLogin(login, shelf)
    with pytest.raises(TokenStoreError, match="disk full"):
        perform(stored.log_in())
    assert not shelf.latch.held
    shelf.broken = False
    assert perform(stored.log_in()).value == "new1"
    assert login.asked == ["log in"]
    assert shelf.token is not None


def test_the_lock_is_waited_for_and_what_its_holder_saved_is_taken(shelf: Shelf, login: Login) -> None:
    shelf.latch.busy = 3
    shelf.latch.meanwhile = lambda: shelf.put(fresh("theirs"))
    anaplan = Conversation()
    assert anaplan.perform(StoredLogin(login, shelf).log_in()).value == "theirs"
    assert len(anaplan.pauses) == 3
    assert login.asked == []


def test_a_lock_that_is_never_free_is_given_up(shelf: Shelf, login: Login) -> None:
    shelf.latch.busy = 100_000
    with pytest.raises(TokenStoreError, match="for 20 minutes"):
        perform(StoredLogin(login, shelf).log_in())
    assert login.asked == []


def test_a_log_in_that_is_cancelled_lets_go(shelf: Shelf, login: Login) -> None:
    flow = StoredLogin(login, shelf).log_in()
    step = next(flow)
    while isinstance(step, Compute):
        step = flow.send(step.work())
    assert isinstance(step, Pause)  # the log-in's own
    assert shelf.latch.held
    flow.close()
    assert not shelf.latch.held


def test_a_lock_that_is_got_after_the_cancellation_is_let_go(shelf: Shelf, login: Login) -> None:
    flow = StoredLogin(login, shelf).log_in()
    load = next(flow)
    assert isinstance(load, Compute)
    take = flow.send(load.work())
    assert isinstance(take, Compute)
    flow.close()
    take.work()
    assert not shelf.latch.held


def test_logging_out_forgets_the_token_and_ends_it(shelf: Shelf, login: Login) -> None:
    shelf.put(fresh("mine"))
    perform(StoredLogin(login, shelf).log_out(fresh("mine")))
    assert shelf.entries == {}
    assert login.asked == ["log out mine"]


def test_no_repr_shows_a_token(shelf: Shelf, login: Login) -> None:
    shelf.put(fresh("t0ken"))
    stored = StoredLogin(login, shelf)
    perform(stored.log_in())
    assert "t0ken" not in repr(stored)


class Secretive(Login):
    """Has a password."""

    password = "right"

    def prover(self) -> Generator[Step, Any, Prover]:
        yield from ()
        return Prover(self.password.encode())


def test_a_token_serves_only_who_knows_the_secret_that_it_was_got_with(shelf: Shelf) -> None:
    first, same, other = Secretive(), Secretive(), Secretive()
    other.password = "wrong"
    token = perform(StoredLogin(first, shelf).log_in())
    assert perform(StoredLogin(same, shelf).log_in()) == token
    assert same.asked == []
    assert perform(StoredLogin(other, shelf).log_in()) != token
    assert other.asked == ["log in"]  # Anaplan decides about passwords
    assert "right" not in shelf.entries["ada"]


@pytest.mark.parametrize("proof", [None, "", "short", "x" * 32, f"{'0' * 32} é", f"{'0' * 32} {'0' * 128}", "a b c"])
def test_what_is_no_proof_proves_nothing(proof: str | None) -> None:
    assert not Prover(b"secret").fits(proof)


def test_a_proof_is_salted_and_fits() -> None:
    first, second = Prover(b"secret"), Prover(b"secret")
    assert first.make() != second.make()
    assert first.make() == first.make()
    assert second.fits(first.make())
    assert not Prover(b"Secret").fits(first.make())
    entry = to_entry(fresh("A"), first.make())
    assert proof_of(entry) == first.make()
    kept = from_entry(entry)
    assert kept is not None
    assert kept.value == "A"
    assert [proof_of(odd) for odd in ("", "[]", "{}", '{"proof": 7}')] == [None] * 4


@pytest.mark.parametrize(
    "changes",
    [{"scheme": "Bearer\r\nX: y"}, {"expires_at": 10**400}, {"received_at": 10**400}, {"refresh_token": "a b"}],
    ids=str,
)
def test_an_odd_entry_is_no_token(changes: dict[str, Any]) -> None:
    entry = json.loads(to_entry(fresh("A"))) | changes
    assert from_entry(json.dumps(entry)) is None
