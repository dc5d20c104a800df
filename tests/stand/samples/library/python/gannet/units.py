"""Lengths in other units."""


def feet(metres: float) -> float:
    return round(metres / 0.3048, 2)
