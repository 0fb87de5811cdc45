"""Near names: pure thinking about when two names may be one person's. It knows neither Flask nor the database."""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TypeVar

K = TypeVar("K")
SHORTEST = 5
LARGEST_FAMILY = 50

Pairs = set[frozenset[K]]


def near(first: str, second: str) -> bool:
    """Tell whether two normalised names are nearly the same: their words in any order, and at most one letter off."""
    return not keys(first).isdisjoint(keys(second))


def keys(name: str) -> set[str]:
    """Give what names at most one letter apart have in common: the name, and the name without each of its letters.

    A short name has itself alone: "Li" and "Lo" are two people.
    """
    words = " ".join(sorted(name.replace("-", " ").split()))
    if len(words) < SHORTEST:
        return {words} if words else set()
    return {words} | {words[:place] + words[place + 1 :] for place in range(len(words))}


def near_pairs(names: Mapping[K, str], about: K | None = None) -> Pairs[K]:
    """Give the pairs of nearly the same name, without comparing everybody with everybody; or those about one alone."""
    asked = None if about is None else keys(names.get(about, ""))
    first: dict[str, K] = {}
    families: dict[str, set[K]] = {}  # made for a second holder: most keys have one
    for holder, name in names.items():
        for key in keys(name) if asked is None else keys(name) & asked:
            if first.setdefault(key, holder) != holder:
                families.setdefault(key, {first[key]}).add(holder)
    return pairs_within(families.values())


def pairs_within(families: Iterable[Iterable[K]]) -> Pairs[K]:
    """Give every pair of each family; one too large says nothing of two people in it."""
    sets = [set(family) for family in families]
    return {frozenset(pair) for family in sets if len(family) <= LARGEST_FAMILY for pair in combinations(family, 2)}
