"""Throw-away PostgreSQL and Redis for tests and benchmarks.

    tools/test_services.py COMMAND [ARGUMENT…]

starts both, runs the command with their addresses in TEST_DATABASE_URL and TEST_REDIS_URL,
stops them again however the command ends, and exits with its status. Examples:

    tools/test_services.py pytest tests/complaints
    tools/test_services.py bash

Everything lies in a temporary folder, in memory where that is possible. PostgreSQL listens on
a socket in it, Redis on a free port of the loopback interface, so any number of runs can go on
side by side. As root, the servers run as an unprivileged user, because PostgreSQL insists on it.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from urllib.parse import quote

START_SECONDS = 60
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder itself is never written to but through tempfile
MEMORY_BYTES = 4 * 1024**3
# The data live for minutes and are nobody's: speed instead of durability.
POSTGRES_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Plans of statements that run once are not worth compiling.
    "jit": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
}


class Owner(NamedTuple):
    """The user a server runs as; all None for the one who started this program."""

    user: int | None = None
    group: int | None = None
    extra_groups: list[str | int] | None = None


class ServiceError(Exception):
    """A server is missing or does not start; the message says which and what to do."""


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """Run both servers; give the environment variables that lead to them."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("complaints-services-"))
        owner = _unprivileged()
        if owner.user is not None and owner.group is not None:
            os.chown(folder, owner.user, owner.group)
        redis = stack.enter_context(_redis(folder, owner))
        postgres = stack.enter_context(_postgres(folder, owner))
        yield {"TEST_REDIS_URL": redis, "TEST_DATABASE_URL": postgres}


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Give a folder that goes away again: in memory, if the machine has plenty of it."""
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command to its end and return its status as a shell would."""
    with subprocess.Popen(command, env={**os.environ, **environment}) as process, _ending(process):
        status = process.wait()
    return status if status >= 0 else 128 - status


def _unprivileged() -> Owner:
    if os.getuid() != 0:
        return Owner()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Owner(entry.pw_uid, entry.pw_gid, [])
    raise ServiceError("Running as root, and there is neither a user 'postgres' nor 'nobody' to run the servers as.")


def _program(name: str) -> str:
    """Find a server's program; Debian keeps those of PostgreSQL outside PATH."""
    found = shutil.which(name)
    if not found:
        candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
        found = str(candidates[-1]) if candidates else None
    if not found:
        raise ServiceError(f"{name} is not installed; tools/system_packages.sh test installs what the tests need.")
    return found


@contextlib.contextmanager
def _server(command: Sequence[str], log: Path, owner: Owner, stop: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a server running in a session of its own, out of reach of the terminal's Ctrl-C."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=log.parent,
            user=owner.user,
            group=owner.group,
            extra_groups=owner.extra_groups,
        )
        try:
            yield process
        finally:
            process.send_signal(stop)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def _redis(folder: Path, owner: Owner) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--databases", "64"]
    command = [_program("redis-server"), *options, "--save", "", "--appendonly", "no"]
    log = folder / "redis.log"
    with _server(command, log, owner, signal.SIGTERM) as process:

        def answers() -> bool:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")

        _wait("Redis", process, log, answers)
        yield f"redis://127.0.0.1:{port}"


@contextlib.contextmanager
def _postgres(folder: Path, owner: Owner) -> Iterator[str]:
    cluster, log = folder / "postgres", folder / "postgres.log"
    # Plain C would do for speed, but knows no Chinese letters: trigram search would find nothing.
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    made = subprocess.run(
        [_program("initdb"), "-D", str(cluster), "-U", "tests", "--auth=trust", "--no-sync", *locale],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        user=owner.user,
        group=owner.group,
        extra_groups=owner.extra_groups,
    )
    if made.returncode != 0:
        raise ServiceError(f"initdb failed:\n{made.stderr}")
    options = POSTGRES_OPTIONS | {"unix_socket_directories": str(folder)}
    command = [_program("postgres"), "-D", str(cluster), *(f"--{name}={value}" for name, value in options.items())]
    address = folder / ".s.PGSQL.5432"
    with _server(command, log, owner, signal.SIGINT) as process:  # SIGINT: do not wait for clients

        def answers() -> bool:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(address))
            return "ready to accept connections" in log.read_text(errors="replace")

        _wait("PostgreSQL", process, log, answers)
        yield f"postgres://tests@/postgres?host={quote(str(folder))}"


def _wait(name: str, process: subprocess.Popen[bytes], log: Path, answers: Callable[[], bool]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            if answers():
                return
        time.sleep(0.05)
    raise ServiceError(f"{name} did not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextlib.contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """While the command runs, hand TERM and HUP on to it instead of dying before it.

    INT it has from the terminal already and ends by itself. An exception here could come between its end and the
    reading of its status, which would then be lost.
    """

    def hand_on(number: int, frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            process.send_signal(number)

    previous = {number: signal.signal(number, hand_on) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def leave_on_signals() -> None:
    """Let TERM and HUP unwind the program, so that servers are stopped on the way out."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def main() -> int:
    """Run the command given on the command line between the servers."""
    if len(sys.argv) < 2:  # noqa: PLR2004 - the program and a command
        print(__doc__)
        return 2
    leave_on_signals()
    try:
        with services() as environment:
            return run(sys.argv[1:], environment)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
