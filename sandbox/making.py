"""How is the practice world made from a seed number?"""

from datetime import datetime

from sandbox.seeding.company import clean_world
from sandbox.seeding.telling import tell
from sandbox.troubles import make_trouble
from sandbox.world import World


def make_world(seed: int, anchor: datetime) -> World:
    """The same world for the same seed and anchor, to the byte. The anchor is the midnight (UTC) it is made.

    Nothing in it is later than the anchor but what is planned: due dates, ends of terms, next attempts.
    """
    world = clean_world(seed, anchor)
    make_trouble(world)
    tell(world)
    return world
