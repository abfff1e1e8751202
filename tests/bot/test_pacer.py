"""The pacer against a strict server: never too fast, never slower than it must be."""

import random
from collections import deque
from dataclasses import dataclass, field

import pytest

from bot.pacer import CALM, CATCH_UP, LEARN_DOWN, SLOWEST, Pacer


@dataclass
class Time:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class StrictServer:
    """Counts what arrives in any second, as a messenger does."""

    rate: int
    arrivals: deque[float] = field(default_factory=deque)
    refusals: int = 0
    taken: int = 0

    def takes(self, at: float) -> bool:
        while self.arrivals and self.arrivals[0] <= at - 1.0:
            self.arrivals.popleft()
        if len(self.arrivals) >= self.rate:
            self.refusals += 1
            return False
        self.arrivals.append(at)
        self.taken += 1
        return True


def send(
    pacer: Pacer, time: Time, server: StrictServer, out: float, back: float, chat: int
) -> None:
    """One message, waited for: `out` seconds there, `back` seconds back."""
    while (wait := pacer.wait()) > 0:
        time.now += wait
    slot = pacer.take(chat)
    time.now += out
    server.takes(time.now)
    time.now += back
    pacer.answered(slot, chat)


def test_it_uses_nearly_all_of_the_limit_and_is_never_refused() -> None:
    time, server = Time(), StrictServer(25)
    pacer = Pacer(25, 0.0, time)
    start = time.now
    for chat in range(1000):
        send(pacer, time, server, 0.004, 0.004, chat)
    assert server.refusals == 0
    assert server.taken / (time.now - start) >= 0.97 * 25


@pytest.mark.parametrize("seed", range(5))
def test_stalls_of_this_machine_never_cause_a_refusal(seed: int) -> None:
    time, server, chance = Time(), StrictServer(30), random.Random(seed)
    pacer = Pacer(30, 0.0, time)
    for chat in range(600):
        if chance.random() < 0.05:
            time.now += chance.uniform(0, 2)
        trip = chance.uniform(0.001, 0.05)
        send(pacer, time, server, trip, trip, chat)
    assert server.refusals == 0
    assert server.taken == 600


def test_the_server_would_notice_a_pacer_that_is_too_quick() -> None:
    """The control: without waiting the same server refuses."""
    time, server = Time(), StrictServer(25)
    for _ in range(100):
        time.now += 0.008
        server.takes(time.now)
    assert server.refusals > 0


def test_the_first_messages_are_spread_not_stacked() -> None:
    time = Time()
    pacer = Pacer(25, 0.0, time)
    times = []
    for chat in range(25):
        time.now += pacer.wait()
        times.append(time.now)
        pacer.answered(pacer.take(chat), chat)
    assert times[-1] - times[0] >= 24 / 25 - CATCH_UP - 0.001


def test_missed_slots_are_made_up_but_not_many() -> None:
    time = Time()
    pacer = Pacer(10, 0.0, time)
    pacer.answered(pacer.take(1), 1)
    time.now += 60
    start, burst = time.now, 0
    while time.now < start + 1:
        if (wait := pacer.wait()) > 0:
            time.now += wait
            continue
        pacer.answered(pacer.take(burst), burst)
        burst += 1
    assert 10 <= burst <= 10 + CATCH_UP * 10 + 1


def test_a_second_begins_when_the_answer_came_not_when_it_was_sent() -> None:
    """A message that hangs for seconds may be counted at its very end."""
    time = Time()
    pacer = Pacer(2, 0.0, time)
    quick = pacer.take(0)
    time.now += 0.01
    pacer.answered(quick, 0)
    time.now += 2
    first = pacer.take(1)
    time.now += pacer.wait()
    second = pacer.take(2)
    time.now += 5
    pacer.answered(second, 2)
    assert 0 < pacer.wait() <= 0.001  # the first is still out: nobody knows
    pacer.answered(first, 1)
    assert pacer.wait() == pytest.approx(0.995)


def test_one_message_a_second_for_one_chat() -> None:
    time = Time()
    pacer = Pacer(None, 1.0, time)
    slot = pacer.take(7)
    time.now += 30
    assert list(pacer.busy()) == [7]  # as long as the answer is out
    assert pacer.busy_for() is None
    pacer.answered(slot, 7)
    assert list(pacer.busy()) == [7]
    assert pacer.busy_for() == pytest.approx(1.0)
    time.now += 1.0
    assert not pacer.busy()
    assert pacer.wait() == 0


def test_without_a_gap_a_chat_is_free_at_once() -> None:
    pacer = Pacer(None, 0.0, Time())
    pacer.answered(pacer.take(7), 7)
    assert not pacer.busy()


def test_a_refusal_stops_everybody_for_that_long_and_slows_down() -> None:
    time = Time()
    pacer = Pacer(25, 0.0, time)
    pacer.refused(12)
    assert pacer.wait() == pytest.approx(12)
    pacer.refused(3)  # a shorter one does not shorten it
    assert pacer.wait() == pytest.approx(12)
    assert pacer.rate == pytest.approx(25 * LEARN_DOWN**2)
    for _ in range(100):
        pacer.refused(1)
    assert pacer.rate == SLOWEST


def test_calm_brings_the_speed_back_but_never_above_the_setting() -> None:
    time = Time()
    pacer = Pacer(25, 0.0, time)
    pacer.refused(1)
    slow = pacer.rate or 0
    for n in range(400):
        time.now += CALM + 1
        pacer.answered(pacer.take(n), n)
    assert slow < (pacer.rate or 0) <= 25


def test_a_chat_that_asked_for_a_pause_is_busy_that_long() -> None:
    time = Time()
    pacer = Pacer(25, 1.0, time)
    pacer.answered(pacer.take(7), 7)
    pacer.hold(7, 30)
    time.now += 29
    assert list(pacer.busy()) == [7]
    time.now += 1
    assert not pacer.busy()


def test_chats_that_are_free_are_forgotten() -> None:
    time = Time()
    pacer = Pacer(None, 1.0, time)
    for chat in range(1000):
        pacer.answered(pacer.take(chat), chat)
    time.now += 2
    assert not pacer.busy()
    assert len(pacer._chats) == 0
