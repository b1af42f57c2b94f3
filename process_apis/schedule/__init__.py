"""What does the clock start, and which waits are due?

`wait_until` writes down a wait for a moment of business time; `standing` is entered once by a process that
serves: it is a node for durable runs, wakes what is due, and calls what recurs.
"""

from process_apis.schedule.recurring import Recurring
from process_apis.schedule.standing import standing
from process_apis.schedule.waits import Wait, Wake, Woken, forget, late, wait_until

__all__ = ["Recurring", "Wait", "Wake", "Woken", "forget", "late", "standing", "wait_until"]
