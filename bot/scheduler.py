"""System ticks and nothing else: what is due is data, so a missed tick is only late."""

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from care.clock import VIET_NAM

Tick = Callable[[], Awaitable[None]]
PLAN_MINUTES = 10
SWEEP_SECONDS = 30
RETAIN_HOURS = 6
BROADCAST_SECONDS = 60


def scheduler(plan: Tick, sweep: Tick, retain: Tick, broadcast: Tick) -> AsyncIOScheduler:
    """Plans every ten minutes (the day's first finds the work), sends campaigns every minute."""
    ticks = AsyncIOScheduler(
        timezone=VIET_NAM,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    ticks.add_job(plan, IntervalTrigger(minutes=PLAN_MINUTES))
    ticks.add_job(sweep, IntervalTrigger(seconds=SWEEP_SECONDS))
    ticks.add_job(retain, IntervalTrigger(hours=RETAIN_HOURS))
    ticks.add_job(broadcast, IntervalTrigger(seconds=BROADCAST_SECONDS))
    return ticks
