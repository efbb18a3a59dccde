"""``python -m anaplan_sdk check``: what works with the settings and credentials of the environment."""

from __future__ import annotations

import argparse
import sys

from anaplan_sdk import Client, ConfigurationError


def main() -> int | str:
    parser = argparse.ArgumentParser(prog="python -m anaplan_sdk", description="The Python SDK for Anaplan.")
    parser.add_argument("command", choices=["check"], help="say what works with the ANAPLAN_* variables, step by step")
    parser.parse_args()
    try:
        with Client() as anaplan:
            report = anaplan.check()
    except ConfigurationError as error:
        return str(error)
    print(report)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
