# Source of both colours: scripts/codegen.py emits this file twice.
"""Users of the tenant, exported and imported as CSV."""

from __future__ import annotations

from collections.abc import Iterable

from anaplan_sdk._core.admin.exporting import Exported
from anaplan_sdk._core.admin.importing import Imported, UserRow, batches, checked_users, form, interrupted, users_of_csv
from anaplan_sdk._core.api import admin
from anaplan_sdk._core.http.deadline import Deadline
from anaplan_sdk.errors import AnaplanError
from anaplan_sdk.models import TenantUser, UserImportResult

from ..scope import Family

# Users that are asked for at a time; the most that Anaplan returns is not documented.
_PAGE = 1_000


class Users(Family):
    """Needs the role of Tenant Administrator, otherwise PermissionDeniedError is raised."""

    async def export_users(self, *, timeout: float | None = None) -> list[TenantUser]:
        """All users with their names and licences."""
        return (await self._exported(Deadline.after(timeout))).users()

    async def export_users_csv(self, *, timeout: float | None = None) -> bytes:
        """The same as one CSV in UTF-8: ``username,first_name,last_name,licenses``, and whatever Anaplan adds."""
        return (await self._exported(Deadline.after(timeout))).csv()

    async def import_users(self, rows: Iterable[UserRow], *, timeout: float | None = None) -> UserImportResult:
        """Create users, and update those whose username exists, in as many requests of 500 as it takes.

        All rows are checked first. Anaplan may still reject some: they are in ``errors`` of the result, not raised. A
        request whose response was lost is sent again, which changes nothing but the counts.

        Args:
            rows: ``TenantUser`` objects, or mappings with ``username`` (the e-mail address), ``first_name``,
                ``last_name`` and ``licenses``. Nothing may be blank. The names of licences are those of an export.
            timeout: Seconds for the call, None for no limit.

        Raises:
            ConfigurationError: A row has a blank or unknown field, or a username stands twice. Nothing was sent.
            UserImportInterruptedError: A request after the first failed. It has the result of those before.
        """
        return await self._import(checked_users(rows), Deadline.after(timeout))

    async def import_users_csv(self, content: bytes, *, timeout: float | None = None) -> UserImportResult:
        """The same with a CSV in UTF-8 that has the four columns of an export, in any order."""
        return await self._import(users_of_csv(content), Deadline.after(timeout))

    async def _exported(self, deadline: Deadline) -> Exported:
        exported = Exported()
        while True:
            page = await self._session.content(admin.export_users(_PAGE, exported.read), deadline)
            if not exported.add(page):  # at its end, or what came before came again
                return exported
            deadline.check("exporting the users")

    async def _import(self, users: list[TenantUser], deadline: Deadline) -> UserImportResult:
        imported = Imported()
        for batch in batches(users):
            try:
                deadline.check(f"importing users from row {imported.rows} on")
                payload = await self._session.one(admin.import_users(*form(batch)), deadline)
                imported.add(payload, len(batch))
            except AnaplanError as error:
                if not imported.rows:
                    raise
                raise interrupted(imported, len(users), error) from error
        return imported.result
