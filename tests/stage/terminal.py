"""Somebody at a terminal with a browser at hand, for programs that print and ask."""

from __future__ import annotations

import io
import re

from anaplan_sdk.emulator import Emulator


class Terminal(io.TextIOBase):
    """Standard output and input of a program whose user does what it says, at once."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._emulator = emulator
        self._address = ""

    def write(self, text: str, /) -> int:
        if device := re.search(r"check the code (\S+),", text):
            self._emulator.confirm_device(device[1])
        if authorization := re.search(r"http\S+/auth/authorize\S+", text):
            self._address = self._emulator.authorize(authorization[0])
        return len(text)

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # as in io.TextIOBase
        return f"{self._address}\n"
