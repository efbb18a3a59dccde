"""Somebody at a terminal with a browser at hand, for programs that print and ask."""

from __future__ import annotations

import io
import re

from anaplan_sdk.emulator import Emulator


class Terminal(io.StringIO):
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
        return super().write(text)

    def readline(self, size: int | None = -1, /) -> str:
        return f"{self._address}\n"
