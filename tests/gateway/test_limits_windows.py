"""Does a window keep its promises whenever calls come?"""

from hypothesis import given
from hypothesis import strategies as st

from gateway.windows import RUNS, Window, Windows

SECONDS, MOST = 60.0, 10
CALLS = st.lists(
    st.tuples(st.floats(min_value=0.0, max_value=40.0), st.integers(min_value=1, max_value=4)), max_size=60
)


def asked(window: Window, now: float, weight: int) -> bool:
    """Let a call in, if it fits."""
    window.age(SECONDS, now)
    if window.total + weight > MOST:
        return False
    window.add(weight, SECONDS, now)
    return True


@given(CALLS)
def test_no_span_holds_more_than_the_limit(calls: list[tuple[float, int]]) -> None:
    window, now = Window(), 0.0
    let_in: list[tuple[float, int]] = []
    for pause, weight in calls:
        now += pause
        if asked(window, now, weight):
            let_in.append((now, weight))
    for begin, _ in let_in:
        assert sum(weight for moment, weight in let_in if begin <= moment < begin + SECONDS) <= MOST


@given(CALLS, st.integers(min_value=1, max_value=MOST))
def test_who_waits_as_told_fits_and_waits_no_longer_than_the_window(
    calls: list[tuple[float, int]], weight: int
) -> None:
    window, now = Window(), 0.0
    for pause, other in calls:
        now += pause
        asked(window, now, other)
    window.age(SECONDS, now)
    if (leaving := window.total + weight - MOST) > 0:
        wait = window.wait(leaving, SECONDS, now)
        assert 0 < wait <= SECONDS
        assert asked(window, now + wait + 1e-6, weight)


@given(CALLS)
def test_nobody_waits_much_longer_than_the_calls_before_them_are_old(calls: list[tuple[float, int]]) -> None:
    window, now = Window(), 0.0
    let_in: list[tuple[float, int]] = []
    for pause, weight in calls:
        now += pause
        strictly = sum(former for moment, former in let_in if now - SECONDS * (1 + 1 / RUNS) < moment)
        allowed = asked(window, now, weight)
        assert allowed or strictly + weight > MOST
        if allowed:
            let_in.append((now, weight))


def test_a_window_stays_small_whatever_comes() -> None:
    window = Window()
    for step in range(10_000):
        now = step * SECONDS / 1_000
        window.age(SECONDS, now)
        window.add(1, SECONDS, now)
        assert len(window.runs) <= RUNS + 1


def test_the_window_that_was_not_used_for_longest_goes_first() -> None:
    windows = Windows(most="2")
    for key in ("a", "b", "a", "c"):
        assert windows.acquire_entry(key, 10, 60)
    assert [windows.get(key) for key in ("a", "b", "c")] == [2, 0, 1]
