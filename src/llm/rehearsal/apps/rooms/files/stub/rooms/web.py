"""The page: the rooms of a day, and the form that books one."""

from flask import Flask


def create_app(store, rooms, today=None):
    """A web application without a page."""
    return Flask(__name__)
