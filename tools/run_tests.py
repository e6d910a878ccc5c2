"""The whole test suite, on SQLite and then on PostgreSQL.

    tools/run_tests.py [--only sqlite|postgres] [PYTEST ARGUMENT…]

Both passes have a real Redis. Each test runs where it can show something: one without a
database once, on SQLite; a browser journey once, on PostgreSQL; the others on both.
"""

import argparse
import sys
import time

from test_services import ServiceError, leave_on_signals, run, services

NO_TESTS = 5  # pytest's exit status when nothing was selected


def main() -> int:
    """Run the passes and say at the end, in one line each, how they went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    chosen, arguments = parser.parse_known_args()
    passes = [chosen.only] if chosen.only else ["sqlite", "postgres"]
    # Two processes by default; a debugger or -n of the caller's own wins, as the later option.
    command = [sys.executable, "-m", "pytest", "-n", "2", "--require-services"]

    leave_on_signals()
    outcome: dict[str, tuple[int, float]] = {}
    try:
        with services() as environment:
            for name in passes:
                print(f"\n=== {name} ===", flush=True)
                begin = time.monotonic()
                addresses = environment if name == "postgres" else environment | {"TEST_DATABASE_URL": ""}
                selection = [f"--pass={name}"] if not chosen.only else []
                outcome[name] = (run([*command, *selection, *arguments], addresses), time.monotonic() - begin)
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


if __name__ == "__main__":
    sys.exit(main())
