"""Tally, an expense log for the command line."""
