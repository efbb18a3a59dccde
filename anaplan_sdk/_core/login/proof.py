"""Whether somebody who asks for a stored token knows the secret that it was got with.

The key of an entry says who logs in where, and holds no secret. So the entry keeps, beside the token, a salted scrypt
of the password: slow to guess, and in a place that is as secret as the token. A token whose proof does not fit is left
alone, and the log-in goes to Anaplan, which alone decides about passwords.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

import attrs

from anaplan_sdk._core.secret import NotPickled

# About 50 ms and 16 MB: once in a process, and hard to try by the million.
_COST = {"n": 1 << 14, "r": 8, "p": 1}


@attrs.define(eq=False)
class Prover(NotPickled):
    """Makes and checks proofs of one secret. Each salt is worked out once. Takes its time: call it in a thread."""

    secret: bytes = attrs.field(repr=False)
    _known: dict[str, str] = attrs.field(factory=dict, init=False, repr=False)

    def make(self) -> str:
        """A proof to be kept; the same again while this lives."""
        salt = next(iter(self._known), None) or secrets.token_hex(16)
        return f"{salt} {self._digest(salt)}"

    def fits(self, proof: str | None) -> bool:
        """Whether *proof* was made of the same secret."""
        salt, _, digest = (proof or "").partition(" ")
        if len(salt) != 32 or not digest.isascii():
            return False
        return hmac.compare_digest(self._digest(salt), digest)

    def _digest(self, salt: str) -> str:
        if salt not in self._known:
            self._known[salt] = hashlib.scrypt(self.secret, salt=salt.encode(), **_COST).hex()
        return self._known[salt]
