"""The rooms: which modules have the same rights, and what these are. `test_layers.py` holds modules to them."""

from __future__ import annotations

from typing import NamedTuple

# Whatever waits, or talks to a network, a process or another thread.
WAITING = (
    "asyncio",
    "concurrent",
    "http.client",
    "multiprocessing",
    "selectors",
    "socket",
    "subprocess",
    "threading",
    "urllib.request",
)
# All that deciding code may use of the standard library: whole modules, and single names of those that also act. No
# disk, no environment, no sleep, no warnings, no threads.
STANDARD = (
    "__future__",
    "abc",
    "base64",
    "bisect",
    "codecs",
    "collections",
    "contextlib",
    "contextvars",
    "csv",
    "datetime",
    "decimal",
    "email.utils.parsedate_to_datetime",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "html",
    "inspect",
    "io.StringIO",
    "ipaddress",
    "itertools",
    "json",
    "logging.Filter",
    "logging.LogRecord",
    "logging.Logger",
    "logging.getLogger",
    "math",
    "operator",
    "os.PathLike",
    "os.fspath",
    "pathlib.Path",  # as a value: its methods are below
    "random",
    "re",
    "secrets",
    "ssl.SSLContext",
    "struct",
    "sys.exception",
    "sys.stdlib_module_names",
    "threading.Lock",  # which nobody waits for
    "time.monotonic",
    "time.time",
    "types",
    "typing",
    "urllib.parse",
    "zlib",
)
# Functions and methods that touch the disk or the terminal.
ACTS = {"open", "input", "print"}
METHODS_THAT_ACT = {
    *("absolute", "chmod", "cwd", "exists", "expanduser", "glob", "home", "is_dir", "is_file", "iterdir", "mkdir"),
    *("open", "owner", "read_bytes", "read_text", "rename", "resolve", "rglob", "rmdir", "samefile", "stat", "touch"),
    *("unlink", "write_bytes", "write_text"),
}


class Room(NamedTuple):
    """What its modules may import beside each other and the standard library, and what they may never do."""

    ours: tuple[str, ...] = ()
    third_party: tuple[str, ...] = ()
    lazily: tuple[str, ...] = ()  # third-party too, but only inside of functions
    standard: tuple[str, ...] | None = None  # what of the standard library, None for all of it
    never: tuple[str, ...] = ()
    acts: bool = True
    writes_paths: bool = False
    types_too: bool = False  # imports for types alone count as well


SHAPES = ("errors", "models")
BASE = (*SHAPES, "_core.frames", "_core.logs", "_core.secret", "_core.http")
ENGINE = (
    *BASE,
    "_core.records",
    "_core.dumps",
    "_core.flow",
    "_core.progress",
    "_core.json",
    "_core.listing",
    "_core.api",
)
PURE = (*SHAPES, "_core")
WIRE = ("messages", "deadline", "echo", "framing", "gunzip")
SEAM = ("errors", "_io", "_core.secret", *(f"_core.http.{name}" for name in WIRE))


# Each may import those before it, and families all of them; of the families, only the server knows more than itself.
EMULATOR = ("emulator.world", "emulator.content", "emulator.runs", "emulator.serving")


def pure(
    *ours: str,
    third_party: tuple[str, ...] = ("attrs",),
    lazily: tuple[str, ...] = (),
    standard: tuple[str, ...] = (),
) -> Room:
    """A room that decides, and never acts. *standard* is what it may use of the standard library beside the rest."""
    return Room(ours, third_party, lazily, (*STANDARD, *standard), acts=False)


# The first pattern that a path matches is its room. A folder may import itself.
ROOMS = {
    "anaplan_sdk/errors.py": pure(),
    "anaplan_sdk/models/*": pure("errors", standard=("importlib.import_module",)),
    "anaplan_sdk/_core/http/*": pure(*BASE),
    "anaplan_sdk/_core/json/*": pure(*BASE, third_party=("attrs", "cattrs")),
    "anaplan_sdk/_core/listing/*": pure(*BASE, "_core.json"),
    "anaplan_sdk/_core/api/*": pure(*BASE, "_core.json", "_core.listing")._replace(writes_paths=True),
    "anaplan_sdk/_core/login/*": pure(*ENGINE, lazily=("cryptography", "oauthlib")),
    "anaplan_sdk/_core/transfer/*": pure(*ENGINE, third_party=("attrs", "isal")),
    "anaplan_sdk/_core/jobs/*": pure(*ENGINE),
    "anaplan_sdk/_core/bulk/*": pure(*ENGINE, "_core.jobs"),
    "anaplan_sdk/_core/alm/*": pure(*ENGINE, "_core.jobs"),
    "anaplan_sdk/_core/cloudworks/*": pure(*ENGINE, "_core.jobs"),
    "anaplan_sdk/_core/audit/*": pure(*ENGINE),
    "anaplan_sdk/_core/admin/*": pure(*ENGINE),
    "anaplan_sdk/_core/scim/*": pure(*ENGINE, "_core.jobs"),
    "anaplan_sdk/_core/transactional/*": pure(*ENGINE, "_core.jobs", "_core.transfer"),
    "anaplan_sdk/_core/check.py": pure(*PURE),
    "anaplan_sdk/_core/*.py": pure(*BASE, "_core.records"),
    "anaplan_sdk/_io/aio/*": Room(SEAM, ("attrs", "aiohttp", "multidict", "yarl")),
    "anaplan_sdk/_io/blocking/*": Room(SEAM, ("attrs", "urllib3"), never=("asyncio",)),
    "anaplan_sdk/_io/*": Room(SEAM, ("attrs",), ("filelock", "keyring"), never=("asyncio", "http.client")),
    "anaplan_sdk/auth.py": pure(*PURE, "_io"),
    "anaplan_sdk/scim.py": pure(*PURE),
    "anaplan_sdk/_settings.py": pure(*PURE),
    **{
        f"_async_src/{folder}*": Room((*PURE, "_io", "_settings", *ours), ("attrs",), never=(*WAITING, "time"))
        for folder, ours in {
            "engine/": (),
            "transfer/": ("_async_src.engine",),
            "jobs/": ("_async_src.engine",),
            "bulk/": ("_async_src.engine", "_async_src.transfer", "_async_src.jobs", "_async_src.scope"),
            "alm/": ("_async_src.engine", "_async_src.jobs", "_async_src.scope"),
            "audit/": ("_async_src.engine", "_async_src.scope"),
            "admin/": ("_async_src.scope",),
            "scim/": ("_async_src.engine", "_async_src.scope"),
            "transactional/": ("_async_src.engine", "_async_src.transfer", "_async_src.jobs", "_async_src.scope"),
            "cloudworks/": ("_async_src.engine", "_async_src.jobs", "_async_src.scope"),
            "": ("_async_src",),
        }.items()
    },
    "anaplan_sdk/__init__.py": pure(
        *PURE, "_settings", "_async", "_sync", standard=("importlib.import_module", "logging.NullHandler")
    ),
    "anaplan_sdk/__main__.py": Room(("Client", "ConfigurationError"), never=WAITING),
    "anaplan_sdk/progress.py": Room(("_core.progress", "errors"), lazily=("tqdm",), never=WAITING),
    "anaplan_sdk/pytest_plugin.py": Room(
        ("emulator", "AsyncClient", "Client", "PollSchedule", "RetryPolicy"), ("pytest",), never=WAITING
    ),
    **{
        f"anaplan_sdk/emulator/{folder}*": Room(
            ours, third_party, writes_paths="aiohttp" in third_party, types_too=True
        )
        for folder, (ours, third_party) in {
            "world/": ((), ()),
            "content/": (EMULATOR[:1], ("aiohttp",)),
            "runs/": (EMULATOR[:2], ()),
            "serving/": (EMULATOR[:3], ("aiohttp",)),
            "auth/": (EMULATOR[:4], ("aiohttp", "cryptography")),
            "bulk/": (EMULATOR[:4], ("aiohttp",)),
            "alm/": (EMULATOR[:4], ("aiohttp",)),
            "transactional/": (EMULATOR[:4], ("aiohttp",)),
            "cloudworks/": (EMULATOR[:4], ("aiohttp",)),
            "audit/": (EMULATOR[:4], ("aiohttp",)),
            "admin/": (EMULATOR[:4], ("aiohttp",)),
            "scim/": (EMULATOR[:4], ("aiohttp",)),
            "": (("emulator",), ("aiohttp",)),
        }.items()
    },
}
