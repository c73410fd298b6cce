"""The memory a command says it needed is its own."""

import subprocess
import sys

from koinon.kit import memory


def test_a_process_does_not_count_what_had_started_it():
    """The system's own count passes on the most that the parent ever had, so a small run looked like a large one."""
    held = bytearray(b"x") * 200_000_000
    code = "from koinon.kit import memory; print(memory.peak())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert 0 < int(done.stdout) < 100 < len(held) / 1_000_000 < memory.peak()
