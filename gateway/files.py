"""How is a file written whole or not at all?"""

import os
from pathlib import Path


def written(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put this content in place in one step, readable by no more than `mode` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    beside.replace(path)
