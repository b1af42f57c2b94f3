"""How does DBOS remember finished steps, queue runs and let a dead node's runs go on?

The only room that knows DBOS. What bites, and is answered here: it takes the default threads of the event
loop it is launched in, and ends them with itself; it logs a traceback for each run that stops; it makes
SQLite engines without a write-ahead log; it takes part in any run it is asked something inside of.
"""

from process_apis.durable.on_dbos.launching import Limits, launched

__all__ = ["Limits", "launched"]
