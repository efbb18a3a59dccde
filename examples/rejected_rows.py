"""A load whose rejected rows go into a file, and by mail to those who can mend them.

    python examples/rejected_rows.py                      prints the mail
    python examples/rejected_rows.py sales.csv --smtp smtp.example.com --to planning@example.com --async

SMTP_FROM is the sender; SMTP_USER and SMTP_PASSWORD log in to the mail server. With ANAPLAN_* credentials set it talks
to that tenant, otherwise to an emulator that it starts. The model needs the imports and the process that the emulator's
demo model has. Exit codes: 0 every row was loaded; 3 some were rejected, see the file; 1 Anaplan or the mail failed,
and said why.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import smtplib
import ssl
import sys
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from anaplan_sdk import AnaplanError, AsyncClient, Client
from anaplan_sdk.emulator import Emulator
from anaplan_sdk.models import RejectedRow, Task

LIST_FILE, MODULE_FILE, PROCESS = 113000000000, 113000000001, 118000000000
ROWS_REJECTED = 3

Rejected: TypeAlias = list[tuple[str, RejectedRow]]  # the name of the import, and a row

SAMPLE = """Code,Product,Region,Period,Units,Revenue
T1,Kettle,North,01/26,3,7.5
T2,Toaster,South,01/26,several,20
,Teapot,East,01/26,1,12
"""
# A mail is read on a phone; the file has the rest.
REASONS_IN_MAIL = 10


def main() -> int:
    arguments = parse_arguments()
    content = arguments.csv or SAMPLE
    try:
        with Emulator.unless_configured():
            task, rejected = asyncio.run(load_async(content)) if arguments.asyncio else load(content)
    except (AnaplanError, OSError) as error:
        print(f"Not loaded: {error}", file=sys.stderr)
        return 1
    print(task.rows)
    if not rejected:
        return 0
    save(rejected, arguments.rejected)
    message = mail(task, rejected, arguments.rejected, arguments.to)
    try:
        send(message, arguments.smtp, arguments.port)
    except OSError as error:  # of the network, or an SMTPException
        print(f"{arguments.smtp} did not take the mail: {error}. See {arguments.rejected}.", file=sys.stderr)
        return 1
    return ROWS_REJECTED


def load(content: str | Path) -> tuple[Task, Rejected]:
    """Load with the blocking client; return the run, and what the steps of the process rejected."""
    with Client() as anaplan:
        anaplan.upload_file(LIST_FILE, content)
        anaplan.upload_file(MODULE_FILE, content)
        task = anaplan.run_action(PROCESS, timeout=3600, on_rejects="ignore")
        # At once: the next run of the process replaces them.
        return task, [
            (step.object_name or "", row)
            for step in task.steps
            if step.failure_dump_available
            for row in anaplan.get_rejected_rows(PROCESS, task, step_id=step.object_id)
        ]


async def load_async(content: str | Path) -> tuple[Task, Rejected]:
    """The same with the asyncio client."""
    async with AsyncClient() as anaplan:
        await asyncio.gather(anaplan.upload_file(LIST_FILE, content), anaplan.upload_file(MODULE_FILE, content))
        task = await anaplan.run_action(PROCESS, timeout=3600, on_rejects="ignore")
        return task, [
            (step.object_name or "", row)
            for step in task.steps
            if step.failure_dump_available
            for row in await anaplan.get_rejected_rows(PROCESS, task, step_id=step.object_id)
        ]


def save(rejected: Rejected, path: Path) -> None:
    """Write the rows to a CSV that only its owner may read, for it is business data."""
    columns = list(dict.fromkeys(name for _, row in rejected for name in row.values))
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", newline="", encoding="utf-8-sig") as file:  # the mark tells Excel the encoding
        writer = csv.writer(file)
        writer.writerow(["Import", "Line", "Error", *columns])
        for step, row in rejected:
            cells = (row.values.get(column, "") for column in columns)
            writer.writerow([step, row.line, "; ".join(row.errors), *cells])


def mail(task: Task, rejected: Rejected, attachment: Path, to: str) -> EmailMessage:
    """A message that says what was rejected and why, with the file attached."""
    reasons = (f"{step}, line {row.line}: {'; '.join(row.errors)}\n" for step, row in rejected)
    message = EmailMessage()
    message["Subject"] = f"Anaplan rejected {task.rows.failed + task.rows.invalid:,} rows"
    message["From"] = os.environ.get("SMTP_FROM", "anaplan@localhost")
    message["To"] = to
    message.set_content(
        f"{task.rows}\n\n{''.join(islice(reasons, REASONS_IN_MAIL))}\nEvery rejected row is in {attachment.name}.\n"
    )
    message.add_attachment(attachment.read_bytes(), maintype="text", subtype="csv", filename=attachment.name)
    return message


def send(message: EmailMessage, host: str | None, port: int) -> None:
    """Hand *message* to a mail server, encrypted unless that is on this machine; without one, print it."""
    if host is None:
        body = message.get_body()
        print(f"Subject: {message['Subject']}\n\n{body.get_content() if body else ''}")
        return
    with smtplib.SMTP(host, port, timeout=60) as server:
        if host not in ("localhost", "127.0.0.1"):
            server.starttls(context=ssl.create_default_context())
        if user := os.environ.get("SMTP_USER"):
            server.login(user, os.environ.get("SMTP_PASSWORD", ""))
        server.send_message(message)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", nargs="?", type=Path, help="the file to load; without one, three rows")
    parser.add_argument("--rejected", type=Path, default=Path("rejected.csv"), help="where to write rejected rows")
    parser.add_argument("--smtp", metavar="HOST", help="mail server; without one, the mail is printed")
    parser.add_argument("--port", type=int, default=587, help="its port for submissions")
    parser.add_argument("--to", default="planning@example.com", help="who gets the mail")
    parser.add_argument("--async", dest="asyncio", action="store_true", help="use the asyncio client")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
