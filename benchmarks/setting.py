"""What a job works with."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.answers import FILE_ID, MODEL_ID, PAGE_SIZE, WORKSPACE_ID
from benchmarks.content import cells, views

PIECE_BYTES = 65_536
CONCURRENCY = 4


class Setting(NamedTuple):
    """Where the sink is, and the content with the size of its chunks."""

    url: str
    content: Path
    chunk_bytes: int

    def pieces(self, times: int = 1) -> Iterator[bytes]:
        """The content, so many times over, as a user's generator gives it: small pieces, read as they are wanted."""
        for _ in range(times):
            with self.content.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece

    def chunks(self, content: bytes) -> list[memoryview]:
        """Views of the content."""
        view = memoryview(content)
        return [view[start : start + self.chunk_bytes] for start in range(0, len(view), self.chunk_bytes)]

    def folder(self) -> tempfile.TemporaryDirectory[str]:
        """A folder for a download: in memory if it fits, since a disk takes twice as long at one time as at another."""
        memory = Path("/dev/shm")
        fits = memory.is_dir() and shutil.disk_usage(memory).free > 2 * self.content.stat().st_size
        return tempfile.TemporaryDirectory(dir=memory if fits else None)

    def client_options(self, **changes: Any) -> dict[str, Any]:
        """Arguments of the SDK's clients."""
        return {
            "workspace_id": WORKSPACE_ID,
            "model_id": MODEL_ID,
            "token": "q0Zr==",
            "api_url": self.url,
            "auth_url": self.url,
            "concurrency": CONCURRENCY,
            "upload_chunk_size": self.chunk_bytes,
            **changes,
        }

    def model_pages(self, offsets: list[int], details: bool) -> list[str]:
        """The URLs of the pages of the listing of models, for bare clients."""
        wanted = f"modelDetails={str(details).lower()}&limit={PAGE_SIZE}"
        return [f"{self.api}/models?{wanted}&offset={offset}" for offset in offsets]

    @property
    def cells(self) -> str:
        """The URL of the cells of the module, for bare clients."""
        return f"{self.api}/models/{MODEL_ID}/modules/{cells.MODULE_ID}/data"

    @property
    def reads(self) -> str:
        """The URL of the read requests of the view, for bare clients."""
        return f"{self.api}/models/{MODEL_ID}{views.READS}"

    @property
    def line_items(self) -> str:
        """The URL of the line items, for bare clients."""
        return f"{self.api}/models/{MODEL_ID}/lineItems?includeAll=true"

    @property
    def api(self) -> str:
        return f"{self.url}/2/0"

    @property
    def file(self) -> str:
        """The URL of the file, for bare clients."""
        return f"{self.api}/workspaces/{WORKSPACE_ID}/models/{MODEL_ID}/files/{FILE_ID}"
