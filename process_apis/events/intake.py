"""How is a platform's message proven, kept once and acknowledged?"""

from system_apis.messages import Acknowledgement, Arrived


async def receive(connection: str, arrived: Arrived) -> Acknowledgement:
    """Keep what a platform tells us, and say what it wants to hear for that.

    Raises `NotFound` for a connection that we do not have, `Forged` and `Stale` for what is not proven,
    StoreUnavailable when it cannot be kept now: then nothing was, and the platform sends it again.
    """
    raise NotImplementedError
