"""Prints the figures of docs/performance.md, measured here and now: `python -m tests.load --help`."""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.load import acts, crowds, lists, million, money, notices, papers, people, rooms, seating, trail, weight
from tests.load.installations import Installation, database_server, installation, machine

TARGETS = {"booking page": 5.0, "a month of availability": 15.0, "a whole confirmed booking": 40.0}


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - this is what it is for


def yardstick() -> float:
    """Milliseconds of CPU for a fixed piece of work: neighbours on a shared processor make it, and all else, dearer."""
    measured = []
    for _n in range(15):
        before = time.process_time()
        sum(number * number for number in range(300_000))
        measured.append((time.process_time() - before) * 1000)
    return statistics.median(measured)


def pages(house: Installation, _options: argparse.Namespace) -> None:
    house.house.start()
    for name, milliseconds in acts.figures(house, date.today()).items():  # noqa: DTZ011 - the machine's own day
        target = f"(target {TARGETS[name]:.0f} ms)" if name in TARGETS else ""
        say(f"  {name:32} {milliseconds:6.2f} ms of CPU {target}")


def users(house: Installation, options: argparse.Namespace) -> None:
    house.house.start()
    say("  100 users, 1 to 3 s of thinking:", crowds.thinking_users(house, seconds=options.seconds).told())


def steady(house: Installation, options: argparse.Namespace) -> None:
    house.house.start()
    say("  1 000 requests a minute:", crowds.steady_stream(house, seconds=options.seconds).told())


def race(house: Installation, options: argparse.Namespace) -> None:
    slug = crowds.open_race_house(house)
    house.house.start()
    ends, met = crowds.race(house, slug, options.clients)
    say(f"  {options.clients} clients for {crowds.TABLES} tables: {dict(ends)}; {met.told()}")
    say(f"  in the database: {crowds.confirmed(house, slug)} confirmed, {crowds.met_twice(house)} tables given twice")


def weigh(house: Installation, _options: argparse.Namespace) -> None:
    house.house.start()
    count, kilobytes, lines = weight.weigh(house.url)
    say(f"  a cold booking page: {kilobytes:.1f} kB over the wire in {count} requests (targets: 100 kB, 10)")
    say("\n".join(f"    {line}" for line in lines))


def memory(house: Installation, _options: argparse.Namespace) -> None:
    house.house.start()
    acts.warm(house, date.today())  # noqa: DTZ011
    crowds.thinking_users(house, users=20, seconds=15)
    measured = house.house.proportional_memory()
    say("  " + ", ".join(f"{name.partition(':')[0]} {megabytes:.0f}" for name, megabytes in measured.items()))
    say(f"  in all: {sum(measured.values()):.0f} MB of proportional set size (target 350 MB)")


def years(small: Installation, options: argparse.Namespace) -> None:
    """The same acts with years behind them, in rounds by turns with an installation that has none."""
    today = date.today()  # noqa: DTZ011
    with installation(small.kind, options.processes, server=small.server, name="large") as large:
        million.fill(large, options.past, options.coming)
        both = {"small": small, "large": large}
        for house in both.values():
            house.house.start()
            acts.warm(house, today)
        bookers = {name: acts.Booker(house, today) for name, house in both.items()}
        for name, measured in _ways(today).items():
            found: dict[str, list[float]] = {"small": [], "large": []}
            for _round in range(acts.ROUNDS + 2):
                for which, house in both.items():
                    found[which].append(measured(house, bookers[which]))
            one, other = (statistics.median(found[which]) for which in ("small", "large"))
            say(f"  {name:32} {one:6.2f} ms without, {other:6.2f} ms with: × {other / one:.2f} (target 1.20)")


def _ways(today: date) -> dict[str, Callable[[Installation, Any], float]]:
    return {
        "booking page": lambda house, _booker: acts.cost_of(house, acts.booking_page, 200),
        "a month of availability": lambda house, _booker: acts.cost_of(house, acts.month_page(today), 200),
        "one day's times": lambda house, _booker: acts.cost_of(house, acts.day_page(today), 200),
        "a whole confirmed booking": lambda house, booker: sum(acts.cost_of_bookings(house, booker, 25)),
    }


def poll(house: Installation, options: argparse.Namespace) -> None:
    house.house.start()
    acts.warm(house, date.today())  # noqa: DTZ011
    met, web, database = notices.poll(house, options.clients, min(options.seconds, 30))
    say(f"  {options.clients} pages left open: {met.told()}")
    say(f"  web processes: {web:.1%} of a core (target 5 %); the database server's own: {database:.1%}")


def centre(house: Installation, _options: argparse.Namespace) -> None:
    notices.fill_centre(house, 100_000, people.LOGINS["manager"])
    house.house.start()
    for name, milliseconds in notices.centre(house, "manager").items():
        say(f"  {name:32} {milliseconds:6.2f} ms of CPU (target 30 ms)")


def tell(house: Installation, options: argparse.Namespace) -> None:
    telling = notices.Telling(house, 10_000)
    try:
        house.house.start()
        say(f"  10 000 people told in one transaction: {telling.queue():.2f} s (target 5 s)")
        for name, figure in telling.letters(options.seconds).items():
            say(f"  {name:32} {figure:6.1f}")
    finally:
        house.house.stop()
        telling.stop()


def journal(house: Installation, options: argparse.Namespace) -> None:
    trail.fill_trail(house, options.entries)
    house.house.start()
    for name, milliseconds in trail.looks(house).items():
        say(f"  {name:32} {milliseconds:6.2f} ms of CPU")
    seconds, entries = trail.verification(house)
    say(f"  verification of {entries} entries: {seconds:.2f} s of CPU for 100 000")


def looks(house: Installation, _options: argparse.Namespace) -> None:
    lists.fill_lists(house)
    house.house.start()
    for name, (queries, milliseconds) in lists.looks(house).items():
        say(f"  {name:56} {queries:3} queries (target 12), {milliseconds:6.2f} ms of CPU")


def room(house: Installation, options: argparse.Namespace) -> None:
    evening = rooms.open_evening(house)
    house.house.start()
    say(f"  {rooms.TABLES} tables, {len(evening)} reservations")
    for name, (milliseconds, target) in rooms.looks(house, evening).items():
        say(f"  {name:32} {milliseconds:6.2f} ms of CPU (target {target} ms)")
    met = rooms.full_house(house, seconds=min(options.seconds, 60))
    say(f"  {rooms.SCREENS} screens of the team, {rooms.GUESTS} guests booking: {met.told()}")


def drawing(house: Installation, _options: argparse.Namespace) -> None:
    for name, figure in papers.figures(house).items():
        say(f"  {name:32} {figure:6.1f} (targets: 250 ms of CPU, 300 MB)")


def cash(house: Installation, _options: argparse.Namespace) -> None:
    money.fill_books(house)
    house.house.environ |= money.KEYS
    house.house.start()
    for name, seconds, megabytes, grown in money.exports(house):
        say(f"  {name:32} {seconds:5.1f} s for {megabytes:.0f} MB, web processes {grown:+.1f} MB at most")
    found = ", ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in money.events(house).items())
    say(f"  {'an event of Stripe, answered':32} {found} (target 50 ms)")


MEASURES: dict[str, Callable[[Installation, argparse.Namespace], None]] = {
    "pages": pages, "users": users, "steady": steady, "race": race, "weight": weigh, "memory": memory,
    "million": years, "poll": poll, "centre": centre, "tell": tell, "journal": journal, "lists": looks,
    "room": room, "papers": drawing, "money": cash,
}  # fmt: skip


def read(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to measure, as --what says it")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--processes", type=int, default=2, help="web processes (the race runs with 8 as well)")
    parser.add_argument(
        "--what",
        default="pages,weight,memory,users,steady,race,million,poll,centre,tell,journal,lists,room,papers,money",
        help=f"any of {', '.join(MEASURES)}; booking is a part of pages",
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long the crowds stay")
    parser.add_argument("--clients", type=int, default=200, help="how many race, or leave a page open")
    parser.add_argument("--past", type=int, default=1_000_000)
    parser.add_argument("--coming", type=int, default=20_000)
    parser.add_argument("--kinds", default="", help="houses of the seating measure, all when empty")
    parser.add_argument("--seeds", type=int, default=30, help="streams per kind and load")
    parser.add_argument("--entries", type=int, default=1_000_000, help="how long the trail is")
    return parser.parse_args(words)


def main(words: list[str]) -> None:
    options = read(words)
    say(date.today().isoformat(), "·", machine())  # noqa: DTZ011
    if options.names == ["seating"]:  # needs neither database nor server
        seating.measure(say, options.kinds, options.seeds)
        return
    wanted = ["pages" if name == "booking" else name for name in options.names or options.what.split(",")]
    for kind in ("sqlite", "postgres") if options.database == "both" else (options.database,):
        for name in dict.fromkeys(wanted):
            for processes in (options.processes, 8) if name == "race" else (options.processes,):
                say(f"{name} on {kind}, {processes} web processes")
                with database_server(kind) as server, installation(kind, processes, server=server) as house:
                    before = yardstick()
                    MEASURES[name](house, options)
                    say(f"  (the yardstick took {before:.1f} ms before, {yardstick():.1f} ms after)")


if __name__ == "__main__":
    main(sys.argv[1:])
