"""The whole test suite, on SQLite and then on PostgreSQL.

    tools/run_tests.py [--only sqlite|postgres] [PYTEST ARGUMENT…]

Both passes have a real Redis. Each test runs where it can show something: one without a
database once, on SQLite; a browser journey, or what is marked `once`, on PostgreSQL; the others
on both. Each database is migrated once, PostgreSQL during the first pass; the processes begin with copies.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from test_services import ServiceError, leave_on_signals, run, services, temporary_folder

NO_TESTS = 5  # pytest's exit status when nothing was selected


def main() -> int:
    """Run the passes and say at the end, in one line each, how they went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    chosen, arguments = parser.parse_known_args()
    passes = [chosen.only] if chosen.only else ["sqlite", "postgres"]
    # Two processes by default; a debugger or -n of the caller's own wins, as the later option.
    # A process that has nothing left to do takes over from the other.
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "--require-services"]

    leave_on_signals()
    outcome: dict[str, tuple[int, float]] = {}
    try:
        with contextlib.ExitStack() as stack:
            environment = stack.enter_context(services())
            folder = stack.enter_context(temporary_folder("complaints-tests-"))
            templates = {name: stack.enter_context(_template(name, environment, folder, passes)) for name in passes}
            for name, template in templates.items():
                print(f"\n=== {name} ===", flush=True)
                begin = time.monotonic()
                _await(name, template)
                selection = [f"--pass={name}"] if not chosen.only else []
                status = run([*command, *selection, *arguments], environment | _addresses(name, folder))
                outcome[name] = (status, time.monotonic() - begin)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130

    print()
    for name, (status, seconds) in outcome.items():
        verdict = {0: "passed", NO_TESTS: "nothing selected"}.get(status, f"FAILED (status {status})")
        print(f"{name}: {verdict} in {seconds:.0f} s")
    statuses = [status for status, _ in outcome.values()]
    if all(status == NO_TESTS for status in statuses):
        return NO_TESTS
    return next((status for status in statuses if status not in (0, NO_TESTS)), 0)


def _addresses(name: str, folder: Path) -> dict[str, str]:
    """Say where a pass keeps its files and the database that its processes copy."""
    own = {"TEST_DATA_DIR": str(folder / name)}
    if name == "postgres":
        return own | {"TEST_DATABASE_TEMPLATE": "template_of_tests"}
    return own | {"TEST_DATABASE_TEMPLATE": str(folder / "template.sqlite3"), "TEST_DATABASE_URL": ""}


@contextlib.contextmanager
def _template(
    name: str, environment: Mapping[str, str], folder: Path, passes: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Migrate the database of a pass; that of a later one meanwhile, and by every step that is taken in production."""
    command = [sys.executable, "-m", "tests.infrastructure.template"]
    if name != passes[0]:
        command.append("--in-full")
    with subprocess.Popen(command, env={**os.environ, **environment, **_addresses(name, folder)}) as process:
        try:
            yield process
        finally:
            process.kill()


def _await(name: str, template: subprocess.Popen[bytes]) -> None:
    if template.wait():
        raise ServiceError(f"The database of the pass on {name} could not be migrated.")


if __name__ == "__main__":
    sys.exit(main())
