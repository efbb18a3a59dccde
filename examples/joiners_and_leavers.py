"""People join and leave: brings the users of a tenant to what a file of the HR system says.

    python examples/joiners_and_leavers.py                        prints what it would do, with three people
    python examples/joiners_and_leavers.py people.csv --apply     does it
    python examples/joiners_and_leavers.py people.csv --domain example.com --apply --async

The file has the columns email, given_name, family_name, active (yes or no) and workspaces (names or ids, separated by
semicolons). Whoever is in it is created or changed; with active "no", deactivated. Nobody else is touched, unless
--domain says that the file has everybody whose address ends so: those of them who are missing have left. The user who
runs it is never changed. With ANAPLAN_* credentials set it talks to that tenant, otherwise to an emulator that it
starts. Exit codes: 0 done, or nothing to do; 3 there is something to do, see the output; 1 something failed.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.models import ScimUser, Workspace
from anaplan_sdk.scim import DesiredUser, Operation, plan_user, set_active

PENDING = 3

SAMPLE = """email,given_name,family_name,active,workspaces
ada@example.com,Ada,Li,yes,Sales Planning
alan@example.com,Alan,Bell,yes,Sales Planning
grace@example.com,Grace,Okoro,no,
"""


class Person(NamedTuple):
    """Somebody in the file."""

    email: str
    given_name: str
    family_name: str
    active: bool
    workspaces: tuple[str, ...]


class Step(NamedTuple):
    """Something to do: a user to change, or a person to create with these workspaces."""

    email: str
    user: ScimUser | None
    operations: list[Operation]
    person: Person | None = None
    workspace_ids: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        return bool(self.operations) or (self.person is not None and self.person.active)

    @property
    def deactivates(self) -> bool:
        return set_active(False) in self.operations

    def __str__(self) -> str:
        what = ", ".join(f"{type(each).__name__.lower()} {each.path}" for each in self.operations)
        return f"{self.email}: {what or 'create'}"


class Leavers(NamedTuple):
    """Who counts as having left without being in the file, and how many may at once: the file may be cut off."""

    domain: str | None
    at_most: int


def main() -> int:
    arguments = parse_arguments()
    leavers = Leavers(arguments.domain, arguments.at_most)
    try:
        people = read(arguments.csv.read_text("utf-8-sig") if arguments.csv else SAMPLE)
        with Emulator.unless_configured():
            if arguments.asyncio:
                return asyncio.run(synchronize_async(people, leavers, apply=arguments.apply))
            return synchronize(people, leavers, apply=arguments.apply)
    except (AnaplanError, OSError, ValueError) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 1


def synchronize(people: list[Person], leavers: Leavers, *, apply: bool) -> int:
    """Plan with the blocking client, and do it if that is wanted."""
    with Client() as anaplan:
        ids = ids_of(anaplan.list_workspaces())
        me = anaplan.get_current_user().id
        steps = plan(people, anaplan.scim.list_users(), ids, leavers, me)
        failed = 0
        for step in steps:
            print(step)
            try:
                if apply and step.user:
                    anaplan.scim.update_user(step.user.id, step.operations)
                elif apply and step.person:
                    anaplan.scim.create_user(
                        step.email,
                        given_name=step.person.given_name,
                        family_name=step.person.family_name,
                        workspace_ids=step.workspace_ids,
                    )
            except AnaplanError as error:  # the others are not to blame
                failed += 1
                print(f"{step.email} failed: {error}", file=sys.stderr)
        return outcome(steps, failed, apply=apply)


async def synchronize_async(people: list[Person], leavers: Leavers, *, apply: bool) -> int:
    """The same with the asyncio client."""
    async with AsyncClient() as anaplan:
        ids = ids_of(await anaplan.list_workspaces())
        me = (await anaplan.get_current_user()).id
        steps = plan(people, await anaplan.scim.list_users(), ids, leavers, me)
        failed = 0
        for step in steps:
            print(step)
            try:
                if apply and step.user:
                    await anaplan.scim.update_user(step.user.id, step.operations)
                elif apply and step.person:
                    await anaplan.scim.create_user(
                        step.email,
                        given_name=step.person.given_name,
                        family_name=step.person.family_name,
                        workspace_ids=step.workspace_ids,
                    )
            except AnaplanError as error:
                failed += 1
                print(f"{step.email} failed: {error}", file=sys.stderr)
        return outcome(steps, failed, apply=apply)


def read(content: str) -> list[Person]:
    """The people in the file."""
    rows = csv.DictReader(io.StringIO(content, newline=""))
    missing = {"email", "given_name", "family_name", "active", "workspaces"}.difference(rows.fieldnames or ())
    if missing:
        raise ValueError(f"the file has no column {', '.join(sorted(missing))}")
    people = [person(row) for row in rows]
    times = Counter(each.email.lower() for each in people)
    if twice := [email for email, count in times.items() if count > 1]:
        raise ValueError(f"the file has more than one row of {', '.join(twice)}")
    return people


def person(row: Mapping[str, str | None]) -> Person:
    value = {column: (text or "").strip() for column, text in row.items()}
    if value["active"].lower() not in ("yes", "no"):
        raise ValueError(f"{value['email']}: active is {value['active']!r}, neither yes nor no")
    workspaces = tuple(name.strip() for name in value["workspaces"].split(";") if name.strip())
    active = value["active"].lower() == "yes"
    return Person(value["email"], value["given_name"], value["family_name"], active, workspaces)


def ids_of(workspaces: Iterable[Workspace]) -> dict[str, str]:
    """Ids by what the file may call a workspace."""
    return {key: workspace.id for workspace in workspaces for key in (workspace.name, workspace.id)}


def plan(people: list[Person], users: list[ScimUser], ids: Mapping[str, str], leavers: Leavers, me: str) -> list[Step]:
    """All that is to be done, in the order of the file; who has left without being in it comes last."""
    unknown = {name for each in people for name in each.workspaces if name not in ids}
    if unknown:
        raise ValueError(f"there is no workspace {', '.join(sorted(unknown))}")
    by_email = {user.user_name.lower(): user for user in users}
    steps = [step_for(each, by_email.pop(each.email.lower(), None), ids) for each in people]
    gone = [user for email, user in by_email.items() if leavers.domain and email.endswith(f"@{leavers.domain.lower()}")]
    steps += [Step(user.user_name, user, plan_user(user, DesiredUser(active=False))) for user in gone]
    needed = [step for step in steps if step.is_needed and (step.user is None or step.user.id != me)]
    if sum(step.deactivates for step in needed) > leavers.at_most:
        raise ValueError(f"more than {leavers.at_most} users would be deactivated: check the file, or raise --at-most")
    return needed


def step_for(person: Person, user: ScimUser | None, ids: Mapping[str, str]) -> Step:
    """What it takes to bring a user to what the file says; those who have left keep their name and workspaces."""
    workspaces = tuple(ids[name] for name in person.workspaces)
    if user is None:
        return Step(person.email, None, [], person, workspaces)
    if not person.active:
        return Step(person.email, user, plan_user(user, DesiredUser(active=False)))
    wanted = DesiredUser(person.given_name, person.family_name, active=True, workspace_ids=workspaces)
    return Step(person.email, user, plan_user(user, wanted))


def outcome(steps: list[Step], failed: int, *, apply: bool) -> int:
    """Say what came of it; return the exit code."""
    done = len(steps) - failed
    print(f"{done} of {len(steps)} users changed." if apply else f"{len(steps)} users to change. --apply does it.")
    return 1 if failed else PENDING if steps and not apply else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", nargs="?", type=Path, help="the file; without one, three people")
    parser.add_argument("--domain", help="whoever has such an address and is not in the file has left")
    parser.add_argument("--at-most", type=int, default=10, help="deactivate no more users than that")
    parser.add_argument("--apply", action="store_true", help="do it, instead of printing it")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
