"""Serves a demo tenant from the command line: ``python -m anaplan_sdk.emulator``."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
import threading
from contextlib import ExitStack
from types import FrameType

from . import Emulator, OAuthClient
from .listening import network_location
from .world.demo import DEVELOPMENT_ID, PRODUCTION_ID, WORKSPACE_ID

FAULT = {"method": "PUT", "path": "/chunks/", "status": 503, "times": 2}


def main() -> int | str:
    """Serve until a signal comes; return the exit code, or why the emulator cannot serve."""
    arguments = _parser().parse_args()
    stop = _stopped_by_signals()
    with ExitStack() as stack:
        try:
            emulator = Emulator(host=arguments.host, port=arguments.port, host_names=arguments.host_name)
            stack.enter_context(emulator)
        except OSError as error:
            place = network_location(arguments.host, arguments.port)
            return f"The emulator cannot serve at {place}: {error.strerror or error}"
        print(_json_line(emulator) if arguments.json else _text(emulator), flush=True)
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m anaplan_sdk.emulator",
        description="Serve an emulated Anaplan until it is stopped (Ctrl-C).",
        epilog=f"Faults are arranged over HTTP, for example: {_fault_command('URL')}",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on (default: any free one)")
    parser.add_argument(
        "--host-name",
        action="append",
        default=[],
        metavar="NAME",
        help="another name to answer to, such as that of its container; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of text")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def request_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    # Windows has no SIGHUP; elsewhere it comes when the terminal is closed.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), request_stop)
    return stop


def _json_line(emulator: Emulator) -> str:
    facts = {
        "url": emulator.url,
        "environment": emulator.environment,
        "workspace_id": WORKSPACE_ID,
        "models": {"development": DEVELOPMENT_ID, "production": PRODUCTION_ID},
    }
    return json.dumps(facts)


def _text(emulator: Emulator) -> str:
    tenant = emulator.tenant
    lines = [
        f"Anaplan emulator at {emulator.url} (Ctrl-C stops it)",
        *(f"  user       {user.email}  password {user.password}" for user in tenant.users.values()),
        f"  workspace  {WORKSPACE_ID}",
        f"  models     {DEVELOPMENT_ID} (development)  {PRODUCTION_ID} (production)",
        *(f"  OAuth      {_registration(client)}" for client in tenant.oauth_clients.values()),
        f"  a fault    {_fault_command(emulator.url)}",
        "",
        *(f"export {name}={shlex.quote(value)}" for name, value in emulator.environment.items()),
    ]
    return "\n".join(lines)


def _registration(client: OAuthClient) -> str:
    if client.kind == "device":
        return f"{client.id}  for devices"
    return f"{client.id}  secret {client.secret}  redirect {', '.join(client.redirect_uris)}"


def _fault_command(url: str) -> str:
    return f"curl {url}/emulator/faults -H 'Content-Type: application/json' -d {shlex.quote(json.dumps(FAULT))}"


if __name__ == "__main__":
    sys.exit(main())
