"""What does the practice company look like before anything goes wrong in it?

Everything comes from dice that are seeded by the world's seed, and from the anchor.
"""

from datetime import datetime

from sandbox.seeding import catalogue, customers, ledger
from sandbox.seeding.chance import Making
from sandbox.seeding.customers import Customers
from sandbox.seeding.histories import Histories
from sandbox.seeding.support import Support
from sandbox.world import World


def clean_world(seed: int, anchor: datetime) -> World:
    """A company whose four systems agree on everything."""
    world = World(seed, anchor)
    making = Making(world)
    catalogue.stock(world)
    everyone = Customers(making)
    everyone.take_in()
    # Three accounts with lists longer than a page: invoices, cases, people.
    long_billed, busy, crowded = everyone.standing_alone[:3]
    customers.hire(making, crowded)
    Histories(making).live_through(everyone.standing_alone, long_billed)
    ledger.post_all(world)
    Support(making).ask(busy)
    return world
