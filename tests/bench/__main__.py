"""Benchmarks: `make bench`, or `make bench ARGS="sweep transitions"`.

One JSON object a line: the name of what was measured, `ours` and `reference` (the same rows written by bare SQL) in the
unit named, and their `ratio`. They need PostgreSQL: tools/test_services.py gives one.
"""

import argparse
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.infrastructure.settings"
BENCHMARKS = ("sweep", "registrations", "transitions", "figures", "report")


def main() -> int:
    """Run the benchmarks named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--small", action="store_true", help="a tenth of the rows, to try it out")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    if not os.environ.get("TEST_DATABASE_URL"):
        parser.error("needs PostgreSQL: tools/test_services.py python -m tests.bench")
    django.setup()
    from importlib import import_module  # noqa: PLC0415 - after Django is set up, as what it imports

    from tests.bench.measuring import database  # noqa: PLC0415

    for name in arguments.names or BENCHMARKS:
        with database():
            import_module(f"tests.bench.{name}").run(small=arguments.small)
    return 0


if __name__ == "__main__":
    sys.exit(main())
