"""Dives of gannets."""

from gannet._native import depth
from gannet.units import feet

__all__ = ["depth", "feet"]
