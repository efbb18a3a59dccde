"""Uploads on any bad day: what is stored is the source, or the call raised."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_sdk.models import File
from stage.observed import FILE, tasks

from .bad_days import CHUNKS, COMPLETION, DECLARATION, FILES, SCHEDULES, STORING, BadDay, bad_days
from .callers import COLOURS, Call, Colour, endured, watched


@attrs.frozen
class Source:
    """Content in some form, to be cut into so many chunks at most."""

    text: str
    form: str
    chunks: int

    @property
    def content(self) -> bytes:
        return self.text.encode()

    @property
    def chunk_bytes(self) -> int:
        return -(-len(self.content) // self.chunks)

    def upload(self, folder: Path, timeout: float | None) -> Call:
        """The call that uploads it; its journal, if it has one, is in *folder*."""
        if self.form == "pieces":
            return lambda client: client.upload_file_stream(FILE, list(self.text), timeout=timeout)
        content, journal = self._given(folder), folder / "journal" if self.form.startswith("journal") else None
        return lambda client: client.upload_file(FILE, content, timeout=timeout, journal=journal)

    def _given(self, folder: Path) -> Any:
        match self.form:
            case "text":
                return self.text
            case "file":
                return io.BytesIO(self.content)
            case "path" | "journal of a path":
                path = folder / "source.csv"
                path.write_bytes(self.content)
                return path
            case _:
                return self.content


FORMS = ["bytes", "text", "path", "file", "pieces", "journal", "journal of a path"]
SOURCES = st.builds(
    Source, st.text(st.characters(codec="utf-8"), min_size=1, max_size=200), st.sampled_from(FORMS), st.integers(1, 8)
)
DAYS = bad_days(FILES, DECLARATION, STORING, COMPLETION, CHUNKS)


@pytest.mark.parametrize("colour", COLOURS, ids=lambda colour: type(colour).__name__)
@SCHEDULES
@given(day=DAYS, source=SOURCES)
def test_what_is_stored_is_the_source_or_the_call_raised(colour: Colour, day: BadDay, source: Source) -> None:
    with tempfile.TemporaryDirectory() as name, watched() as emulator:
        folder = Path(name)
        options: dict[str, Any] = {"upload_chunk_size": source.chunk_bytes}
        [outcome] = endured(colour, emulator, day, source.upload(folder, day.timeout), **options)
        if not isinstance(outcome, File) and source.form.startswith("journal"):
            calm = attrs.evolve(day, strikes=(), timeout=None, cancelled_at=None, in_a_hurry=False)
            [outcome] = endured(colour, emulator, calm, source.upload(folder, None), aftermath=True, **options)
            assert isinstance(outcome, File), outcome
        if isinstance(outcome, File):
            assert emulator.content(FILE) == source.content
            assert not (folder / "journal").exists()
        assert tasks(emulator) == []
