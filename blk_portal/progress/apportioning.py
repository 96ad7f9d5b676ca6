"""A whole shared out in whole parts: by weights, and so that the parts sum to the whole exactly."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def apportioned(whole: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """Parts in proportion to the weights by the largest remainder, in the order of the weights.

    Of equal remainders the earlier one is rounded up. Without any weight all parts are alike.
    """
    if not weights:
        return {}
    known = weights if any(weights.values()) else dict.fromkeys(weights, 1)
    total = sum(known.values())
    parts = {key: whole * weight // total for key, weight in known.items()}
    left = whole - sum(parts.values())
    by_remainder = sorted(known, key=lambda key: whole * known[key] % total, reverse=True)
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts
