"""The token store in the keyring of the operating system."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from anaplan_sdk._io.stores.files import FileLock, FileStore
from anaplan_sdk.errors import ConfigurationError, TokenStoreError

# Windows keeps 2,560 bytes a credential, in UTF-16, and OAuth tokens are longer.
_PART_CHARACTERS = 1_200
_MOST_PARTS = 32


class KeyringStore:
    """Shares tokens in the keyring of the operating system, which needs the package ``keyring``.

    Args:
        service: The name that the keyring shows.
        lock_directory: A directory for lock files, because keyrings have no locks.

    Raises:
        ConfigurationError: The package ``keyring`` is not installed.
    """

    def __init__(
        self, service: str = "anaplan-sdk", lock_directory: str | os.PathLike[str] = "~/.anaplan-sdk/locks"
    ) -> None:
        try:
            import keyring.errors
        except ImportError:
            raise ConfigurationError("KeyringStore needs another package: pip install keyring") from None
        self._keyring = keyring
        self._service = service
        self._locks = FileStore(lock_directory)

    def __repr__(self) -> str:
        return f"KeyringStore({self._service!r})"

    def load(self, key: str) -> str | None:
        """The entry of ``key``, None if there is none."""
        with self._clear("read"):
            first = self._keyring.get_password(self._service, key)
            if first is None:
                return None
            count, _, start = first.partition(" ")
            rest = [self._keyring.get_password(self._service, _part(key, number)) for number in range(1, _count(count))]
        return start + "".join(part or "" for part in rest)

    def save(self, key: str, entry: str) -> None:
        """Save ``entry``, in parts if it is long."""
        parts = [entry[at : at + _PART_CHARACTERS] for at in range(0, len(entry), _PART_CHARACTERS)] or [""]
        with self._clear("written"):
            for number, part in enumerate(parts[1:], 1):
                self._keyring.set_password(self._service, _part(key, number), part)
            self._keyring.set_password(self._service, key, f"{len(parts)} {parts[0]}")

    def delete(self, key: str) -> None:
        """Delete the entry of ``key``."""
        with self._clear("read"):
            first = self._keyring.get_password(self._service, key) or ""
        for number in range(_count(first.partition(" ")[0])):
            with self._clear("deleted"), contextlib.suppress(self._keyring.errors.PasswordDeleteError):
                self._keyring.delete_password(self._service, _part(key, number))

    def lock(self, key: str) -> FileLock:
        """The lock of ``key``."""
        return self._locks.lock(key)

    @contextlib.contextmanager
    def _clear(self, done: str) -> Iterator[None]:
        try:
            yield
        except self._keyring.errors.KeyringError as error:
            raise TokenStoreError(f"The keyring cannot be {done} ({error}). Unlock it, or use a FileStore.") from error


def _part(key: str, number: int) -> str:
    return f"{key} #{number}" if number else key


def _count(text: str) -> int:
    # One where something else than a store has written.
    return min(int(text), _MOST_PARTS) if text.isdecimal() else 1
