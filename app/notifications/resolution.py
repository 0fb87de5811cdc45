"""Whether and when somebody is told, as pure thinking: preferences, quiet hours, pauses and digests.

Each channel is decided by itself. The most specific wish wins: of this notice, of its category, of the whole channel;
then the defaults: of the person's roles, of the installation, of the code. What is required asks nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.kernel import clock
from app.kernel.messages import Channel
from app.kernel.notices import Mode

EVERYTHING = "*"
DIGEST_TIME = time(8)
MERGING = timedelta(minutes=10)
AT_ONCE_OR_NEVER = (Mode.NOW, Mode.OFF)
SOONEST_FIRST = (Mode.NOW, Mode.HOURLY, Mode.DAILY, Mode.WEEKLY, Mode.OFF)


@dataclass(frozen=True)
class Defaults:
    """What holds while the person chose nothing."""

    roles: tuple[Mode, ...] = ()
    installation: Mode | None = None


@dataclass(frozen=True)
class Quiet:
    """When a person may be disturbed. Quiet hours may pass midnight; equal ends mean none."""

    zone: str = clock.USUAL_ZONE
    starts: time | None = None
    ends: time | None = None
    paused_until: datetime | None = None

    def reopens(self, moment: datetime) -> datetime:
        """Give the first instant from this one on at which nothing keeps a message back."""
        if self.paused_until is not None:
            moment = max(moment, self.paused_until)
        if self.starts is None or self.ends is None or self.starts == self.ends:
            return moment
        local = moment.astimezone(ZoneInfo(self.zone))
        at = local.time()
        overnight = self.starts > self.ends
        kept_back = (at >= self.starts or at < self.ends) if overnight else self.starts <= at < self.ends
        if not kept_back:
            return moment
        day = local.date() + timedelta(days=1) if overnight and at >= self.starts else local.date()
        end = datetime.combine(day, self.ends, ZoneInfo(self.zone)).astimezone(UTC)
        return max(end, moment)


ALWAYS_OPEN = Quiet()


def modes_of(channel: Channel) -> tuple[Mode, ...]:
    """Give the modes of a channel: only a letter has room for a digest."""
    return tuple(Mode) if channel is Channel.EMAIL else AT_ONCE_OR_NEVER


def proposed(channel: Channel, mode: Mode) -> Mode:
    """Give what a notice's own mode means on a channel: a device tells what presses, a text message what was asked."""
    if channel is Channel.EMAIL:
        return mode
    return Mode.NOW if channel is Channel.PUSH and mode is Mode.NOW else Mode.OFF


def chosen_mode(
    wishes: Mapping[str, Mode],
    *,
    notice: str,
    category: str,
    default: Mode,
    defaults: Defaults = Defaults(),
) -> Mode:
    """Give how soon one channel tells. Of several roles, the one that tells soonest counts."""
    for target in (notice, category, EVERYTHING):
        if target in wishes:
            return wishes[target]
    if defaults.roles:
        return soonest(defaults.roles)
    return defaults.installation or default


def soonest(modes: Iterable[Mode]) -> Mode:
    """Give the mode that tells first."""
    return min(modes, key=SOONEST_FIRST.index)


def due(mode: Mode, now: datetime, quiet: Quiet = ALWAYS_OPEN, *, required: bool = False) -> datetime | None:
    """Give when to tell; None for never. What is required is told at once, in quiet hours and pauses too."""
    if required:
        return now
    if mode is Mode.OFF:
        return None
    return quiet.reopens(_next_round(mode, now, quiet.zone))


def _next_round(mode: Mode, now: datetime, zone: str) -> datetime:
    """Give the next full hour, morning or Monday morning on the person's clock."""
    if mode is Mode.NOW:
        return now
    if mode is Mode.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    if mode is Mode.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    step = timedelta(days=7 if mode is Mode.WEEKLY else 1)
    while (morning := datetime.combine(day, DIGEST_TIME, ZoneInfo(zone)).astimezone(UTC)) <= now:
        day += step
    return morning
