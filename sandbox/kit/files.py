"""How is a small file replaced so that a reader never sees half of it?"""

import os
import tempfile
from pathlib import Path


def replace(path: Path, content: str | bytes) -> None:
    """Put `content` in the place of whatever `path` holds, at once, for the owner's eyes only (mode 0600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = content.encode() if isinstance(content, str) else content
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as draft:
        draft.write(written)
    os.replace(draft.name, path)
