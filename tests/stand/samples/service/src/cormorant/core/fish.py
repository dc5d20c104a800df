"""Domain logic."""

from cormorant.core import flags


def price(fish: int) -> int:
    return fish * 3 if flags.is_on("NEW_BILLING") else fish * 2
