"""Counts fish."""
