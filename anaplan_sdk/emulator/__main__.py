"""Serves a demo tenant from the command line: `python -m anaplan_sdk.emulator`."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import threading
from types import FrameType

from . import Emulator
from .demo import DEVELOPMENT_ID, PRODUCTION_ID, WORKSPACE_ID


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m anaplan_sdk.emulator", description="Serve an emulated Anaplan.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of text")
    arguments = parser.parse_args()

    stop = threading.Event()

    def request_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, request_stop)
    signal.signal(signal.SIGTERM, request_stop)
    with Emulator(host=arguments.host, port=arguments.port) as emulator:
        print(_json_line(emulator) if arguments.json else _text(emulator), flush=True)
        stop.wait()


def _json_line(emulator: Emulator) -> str:
    facts = {
        "url": emulator.url,
        "environment": emulator.environment,
        "workspace_id": WORKSPACE_ID,
        "models": {"development": DEVELOPMENT_ID, "production": PRODUCTION_ID},
    }
    return json.dumps(facts)


def _text(emulator: Emulator) -> str:
    users = (f"  user       {user.email}  password {user.password}" for user in emulator.tenant.users.values())
    exports = (f"export {name}={shlex.quote(value)}" for name, value in emulator.environment.items())
    lines = [
        f"Anaplan emulator at {emulator.url} (Ctrl-C stops it)",
        *users,
        f"  workspace  {WORKSPACE_ID}",
        f"  models     {DEVELOPMENT_ID} (development)  {PRODUCTION_ID} (production)",
        "",
        *exports,
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
