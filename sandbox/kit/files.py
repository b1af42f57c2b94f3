"""How is a small file replaced so that a reader never sees half of it?"""

import os
import tempfile
from pathlib import Path


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of whatever `path` holds, at once, readable by the owner only (mode 0600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False) as draft:
        draft.write(text)
    os.replace(draft.name, path)
