"""How do a gateway and the process that started it understand each other?

The starter gives one line on standard input when the settings are written, so that the gateway can import
meanwhile; the gateway says one line that begins with READY; and when the input ends, so does the gateway.
"""

import asyncio
import os
import signal
import sys
from typing import Final

READY: Final = "Ready"
BEGIN: Final = b"begin\n"


def wait_to_begin() -> bool:
    """Wait for the line that says the settings are there; False when the starter went away instead."""
    said = b""
    while not said.endswith(b"\n"):
        if not (more := os.read(sys.stdin.fileno(), 1)):  # nothing may be buffered: `told_to_end` reads on
            return False
        said += more
    return True


def told_to_end(with_parent: bool) -> asyncio.Event:
    """Set by Ctrl-C, a request to end, or the end of whoever started us."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin.fileno())
            told.set()

    for asked in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(asked, told.set)
    if with_parent:
        loop.add_reader(sys.stdin.fileno(), read)
    return told
