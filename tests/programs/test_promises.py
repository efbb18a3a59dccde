"""What tables and sentences of the guides say of names, attributes and routes is so."""

from __future__ import annotations

import builtins
import inspect
import pickle
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import anaplan_sdk
from anaplan_sdk import Client, ConfigurationError, PollSchedule, RetryPolicy
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.emulator.server import FAMILIES
from anaplan_sdk.emulator.serving.control import routes as control_routes
from anaplan_sdk.errors import JobId
from anaplan_sdk.models import Task
from codegen import ROOT
from stage.certificates import KeyPair
from stage.support import options_for

GUIDES = ROOT / "docs/guides"


def table(guide: str, heading: str) -> list[list[str]]:
    """The cells of the first table of a guide whose head begins with *heading*."""
    _, _, rest = (GUIDES / guide).read_text("utf-8").partition(f"| {heading} |")
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    assert len(lines) > 5
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


ERRORS = table("errors.md", "Error")
DUMMIES: dict[str, Any] = {
    "status": 418,
    "maybe_received": True,
    "task": Task(id="0F1E", task_state="COMPLETE"),
    "job": JobId("import", "bulk", 112000000007),
    "candidates": [],
    "started_after": datetime(2026, 3, 1, tzinfo=UTC),
}


def made(error: type[Exception]) -> Exception:
    """An error with whatever its constructor takes."""
    parameters = inspect.signature(error.__init__).parameters.values()
    named = {one.name: DUMMIES.get(one.name, f"some {one.name}") for one in parameters if one.kind is one.KEYWORD_ONLY}
    return error("what, where, what next", **named)


@pytest.mark.parametrize(("name", "meaning", "attributes"), ERRORS, ids=[row[0] for row in ERRORS])
def test_errors_are_and_have_what_the_guide_says_also_in_another_process(
    name: str, meaning: str, attributes: str
) -> None:
    kind = getattr(anaplan_sdk, name.strip("`"))
    error = made(kind)
    for base in re.findall(r"\(also an? `(\w+)`\)", meaning):
        assert isinstance(error, getattr(builtins, base))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)
    for attribute in ["earlier", *re.findall(r"`(\w+)`", attributes)]:
        assert getattr(copy, attribute) == getattr(error, attribute)


def test_the_guide_names_every_request_of_the_control_surface() -> None:
    named: set[tuple[str, str]] = set()
    for requests, _ in table("testing.md", "Request"):
        path = re.findall(r"`\w+ (/emulator/[^`]*)`", requests)[0]
        named |= {(method, path) for method in re.findall(r"`(POST|GET|DELETE)\b", requests)}
    families = [route for family in FAMILIES for route in family.routes() if route.path.startswith("/emulator/")]
    routes = [*control_routes(), *families]
    assert named == {(route.method, route.path.replace("{model}", "{id}")) for route in routes}


def test_the_guide_names_every_step_of_check(emulator: Emulator) -> None:
    named = [name for row in table("authentication.md", "Step") for name in re.findall(r"`([^`]+)`", row[0])]
    with Client(**options_for(emulator)) as client:
        taken = {step.name for step in client.check().steps}
    assert taken == {*named, "clock"}


def test_the_defaults_are_those_of_the_guide() -> None:
    text = (GUIDES / "errors.md").read_text("utf-8")
    assert "by default there are six attempts, and no delay is longer than a minute" in text
    assert (RetryPolicy().attempts, RetryPolicy().max_delay) == (6, 60.0)


def test_a_client_without_a_model_has_no_lifecycle(emulator: Emulator) -> None:
    with Client(**options_for(emulator, model_id=None)) as client, pytest.raises(ConfigurationError, match="model_id"):
        _ = client.alm


def test_a_renewed_certificate_counts_as_soon_as_it_is_in_place(emulator: Emulator, tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    options = options_for(emulator, user_email=None, password=None, certificate=certificate, private_key=key)
    with Client(**options) as client:
        for _ in range(2):
            keys = KeyPair.rsa("ada@example.com")
            issued = keys.certificate(begins=datetime.now(UTC) - timedelta(days=1))
            certificate.write_bytes(issued)
            key.write_bytes(keys.private())
            key.chmod(0o600)
            emulator.tenant.options.trusted_certificates = [issued.decode()]
            emulator.expire_tokens()
            assert client.get_current_user().email == "ada@example.com"


def test_a_number_is_its_own_kind_of_action(emulator: Emulator) -> None:
    """112… is an import, 116… an export, 117… another action, 118… a process."""
    with Client(**options_for(emulator, poll=PollSchedule(0.01))) as client:
        for action_id in (112000000000, 116000000000, 117000000000, 118000000000):
            client.run_action(action_id)
    paths = [request.path for request in emulator.requests if request.method == "POST" and "/tasks" in request.path]
    kinds = [path.split("/")[-3] for path in paths]
    assert kinds == ["imports", "exports", "actions", "processes"]
