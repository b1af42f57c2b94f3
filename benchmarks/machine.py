"""On what, and on which of its cores, do we measure?"""

import os
import platform
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")

CORES: Final = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
"""What this process may use; empty where a process cannot be tied to a core."""

SERVER: Final = frozenset(CORES[:1])
"""The one core of whatever is measured."""

OTHERS: Final = frozenset(CORES[1:] or CORES)
"""Where the callers and the upstreams run, so that they take nothing from what is measured."""


def described() -> str:
    """Processor, cores, system, Python."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, " + (
        f"Python {platform.python_version()}"
    )


def keep_to(cores: frozenset[int], pid: int = 0) -> None:
    """A process (0: this one), and what it starts from now on, runs on these cores only."""
    if cores:
        os.sched_setaffinity(pid, cores)


def cpu_seconds(pid: int) -> float:
    """What a process and its ended children have used so far, in user and system time (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def _processor() -> str:
    """The name the processor gives itself, where it can be read."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())
