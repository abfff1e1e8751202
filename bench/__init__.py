"""Measurements against floors taken in the same run: `donghanh bench [NAME]`."""
