"""Is what was made of a thing given again for that thing only, and forgotten with it?"""

from msgspec import Struct

from experience_apis.made import Made


class Thing(Struct, weakref=True):
    name: str


def test_of_the_same_thing_it_is_made_once() -> None:
    asked: list[str] = []

    @Made
    def shout(thing: Thing) -> list[str]:
        asked.append(thing.name)
        return [thing.name.upper()]

    one, alike = Thing("a"), Thing("a")
    assert shout(one) is shout(one)
    assert shout(alike) == shout(one)
    assert shout(alike) is not shout(one)
    assert asked == ["a", "a"]


def test_with_the_thing_goes_what_was_made_of_it() -> None:
    made: Made[Thing, str] = Made(lambda thing: thing.name)
    kept = [Thing(str(number)) for number in range(1000)]
    assert [made(thing) for thing in kept] == [thing.name for thing in kept]
    assert len(made) == 1000
    del kept[10:]
    assert len(made) == 10
    # Others stand where they stood.
    assert [made(Thing(f"new {number}")) for number in range(1000)] == [
        f"new {number}" for number in range(1000)
    ]
    assert len(made) == 10
