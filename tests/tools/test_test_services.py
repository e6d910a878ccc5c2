import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from test_services import run

PROGRAM = Path(__file__).parents[2] / "tools" / "test_services.py"
SAY_AND_WAIT = "import os, time; print(os.getpid(), os.environ['TEST_DATABASE_URL'], flush=True); time.sleep(60)"


def test_the_status_of_a_command_is_passed_on():
    assert run([sys.executable, "-c", "raise SystemExit(7)"], {}) == 7


def test_a_command_ended_by_a_signal_has_the_status_a_shell_would_give():
    assert run([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], {}) == 128 + 9


@pytest.mark.postgres
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_command_and_both_servers(ending):
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), sys.executable, "-c", SAY_AND_WAIT], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    with program:
        command, address = program.stdout.readline().split()
        folder = Path(address.partition("host=")[2])
        servers = [int((folder / "postgres" / "postmaster.pid").read_text().split()[0])]
        if ending == signal.SIGINT:  # a terminal's Ctrl-C reaches the command as well
            os.kill(int(command), ending)
        program.send_signal(ending)
        assert program.wait(timeout=120) != 0  # a limit for the test, not an expectation
    assert not folder.exists()
    assert [process for process in (int(command), *servers) if _runs(process)] == []


def _runs(process, patience=5):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        status = Path(f"/proc/{process}/stat")
        if not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        time.sleep(0.05)
    return True
