"""The bookings, kept in one SQLite file."""


class Store:
    """Keeps nothing yet."""

    def __init__(self, path):
        self.path = path
