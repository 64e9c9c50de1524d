"""What happens later, and in which order."""

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock import Cloud, mock_serverless
from skymock.cloud.clock import Clock
from skymock.cloud.scheduler import Scheduler


def scheduler_at_rest(**options):
    clock = Clock()
    scheduler = Scheduler(clock, **options)
    clock.on_move(scheduler.run_due)
    return clock, scheduler


@given(st.lists(st.floats(min_value=0, max_value=1000), max_size=30))
def test_entries_run_in_due_time_order_and_first_come_first_served(delays):
    clock, scheduler = scheduler_at_rest()
    start = clock.time() + 1
    ran = []
    for number, delay in enumerate(delays):
        scheduler.at(start + delay, lambda entry=(start + delay, number): ran.append(entry))

    clock.advance(seconds=1010)

    assert ran == sorted(ran)
    assert len(ran) == len(delays)


def test_the_clock_stands_at_each_entrys_own_time():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        seen = []
        for minutes in (1, 2, 3):
            cloud.scheduler.after(minutes * 60, lambda: seen.append(cloud.clock.now().minute))

        cloud.clock.advance(minutes=2)
        assert seen == [1, 2]
        cloud.clock.advance(minutes=10)
        assert seen == [1, 2, 3]


def test_an_entry_may_schedule_another_that_falls_due_in_the_same_advance():
    clock, scheduler = scheduler_at_rest()
    ran = []

    def tick():
        ran.append(clock.time())
        scheduler.after(60, tick)

    scheduler.after(60, tick)
    clock.advance(minutes=5)

    assert len(ran) == 5
    assert [round(later - earlier) for earlier, later in itertools.pairwise(ran)] == [60] * 4


def test_nothing_runs_before_it_is_due():
    clock, scheduler = scheduler_at_rest()
    ran = []
    scheduler.after(60, lambda: ran.append(1))

    clock.advance(seconds=59)
    assert ran == []
    clock.advance(seconds=1)
    assert ran == [1]


def test_a_cancelled_entry_does_not_run():
    clock, scheduler = scheduler_at_rest()
    ran = []
    entry = scheduler.after(1, lambda: ran.append(1))

    entry.cancel()
    clock.advance(seconds=2)

    assert ran == []
    assert scheduler.next_due_at_seconds is None


def test_manual_delivery_holds_everything_until_the_cloud_settles():
    cloud = Cloud(delivery="manual")
    ran = []
    cloud.scheduler.after(0, lambda: ran.append(1))

    cloud.clock.advance(seconds=1)
    assert ran == []
    cloud.settle()
    assert ran == [1]


def test_a_seeded_shuffle_runs_things_of_one_moment_in_another_order_every_run_the_same():
    def order(seed):
        clock, scheduler = scheduler_at_rest(shuffle_seed=seed)
        due, ran = clock.time() + 1, []
        for number in range(20):
            scheduler.at(due, lambda number=number: ran.append(number))
        clock.advance(seconds=2)
        return ran

    assert order(1) == order(1)
    assert sorted(order(1)) == list(range(20))
    assert order(1) != list(range(20))
    assert order(1) != order(2)


def test_an_entry_that_schedules_itself_for_the_same_moment_for_ever_is_stopped():
    clock, scheduler = scheduler_at_rest()
    due = clock.time() + 1

    def again():
        scheduler.at(due, again)

    scheduler.at(due, again)
    with pytest.raises(RuntimeError, match="due at one moment"):
        clock.advance(seconds=2)


def test_an_error_in_due_work_reaches_whoever_moved_the_clock():
    clock, scheduler = scheduler_at_rest()
    scheduler.after(1, lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        clock.advance(seconds=2)


def test_entries_of_many_threads_all_run_once():
    cloud = Cloud()
    ran = []

    def work():
        for _ in range(200):
            cloud.scheduler.after(0, lambda: ran.append(1))
            cloud.scheduler.run_due()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cloud.settle()

    assert len(ran) == 1600
