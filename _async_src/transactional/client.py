# Source of both colours: scripts/codegen.py emits this file twice.
"""The Transactional API."""

from __future__ import annotations

from .calendar import Calendar
from .cells import Cells
from .items import Items
from .lists import Lists
from .structure import Structure
from .views import Views


class AsyncTransactionalClient(
    Structure,
    Calendar,
    Views,
    Lists,
    Cells,
    Items,
):
    """Structure, cells and lists of one model, read and written at once, without an import or an export.

    It is the ``transactional`` property of a client; for another model, use a client made with ``from_existing``. Any
    role in the model suffices, within the rights of that role; what needs more says so. While the model is busy, calls
    wait until it is free. Every call takes ``timeout`` in seconds, None for no limit.
    """
