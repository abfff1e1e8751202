"""The rules of the programme: pure functions over plain values; no I/O, never asks the time."""
