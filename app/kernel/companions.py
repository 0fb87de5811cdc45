"""Companions: processes that a slice wants beside the house while one command runs all of it.

A demonstration may bring the server of another company with it. The slice declares how; the supervisor keeps it running
and stops it with the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True)
class Companion:
    """A process to keep running: its name in `ps`, what it does until it is told to stop, what is said of it."""

    name: str
    run: Callable[[], None]
    announcement: str


Offer = Callable[[Flask], Companion | None]

_offers: list[Offer] = []


def companion(offer: Offer) -> Offer:
    """Declare one. The function is asked once, before anything is forked, and gives None where none is wanted.

    What it changes in the application's configuration, every part of the house then knows.
    """
    _offers.append(offer)
    return offer


def companions_of(app: Flask) -> list[Companion]:
    """Give those that are wanted here."""
    return [wanted for offer in _offers if (wanted := offer(app)) is not None]
