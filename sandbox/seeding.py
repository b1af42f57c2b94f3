"""How does the practice company come into being from a seed number?"""

from datetime import datetime

from sandbox.world import World


def make_world(seed: int, anchor: datetime) -> World:
    """The same world for the same seed and anchor (the business day it was made, UTC), to the byte."""
    return World(seed, anchor)
