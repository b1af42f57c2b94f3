"""Which path is asked for, however it is written?"""

from litestar.utils import normalize_path


def plain(path: str) -> str:
    """The path as the router reads it: whoever looks at one before the router must see the same."""
    if path[:1] == "/" and path[-1:] != "/" and "//" not in path:
        return path
    return normalize_path(path)
