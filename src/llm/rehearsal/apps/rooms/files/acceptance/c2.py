"""C2: a room is booked once at a time."""

import tempfile
import unittest
from datetime import date
from pathlib import Path

from rooms.store import Store
from rooms.web import create_app

FORM = {"room": "Library", "day": "2026-05-04", "from": "09:00", "to": "11:00", "title": "Chess", "who": "Zoë"}


class TakenRoom(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "bookings.db")
        self.client = self.opened()

    def opened(self):
        return create_app(Store(self.path), ["Library", "Workshop"], today=lambda: date(2026, 5, 4)).test_client()

    def book(self, **changed):
        return self.client.post("/bookings", data={**FORM, **changed})

    def test_is_refused_with_a_sentence_that_names_who_has_it(self):
        self.book()
        for begins, ends in (("09:00", "11:00"), ("08:00", "09:15"), ("10:45", "12:00"), ("09:30", "10:00")):
            answer = self.book(**{"from": begins, "to": ends, "who": "Ana", "title": "Yoga"})
            self.assertEqual(answer.status_code, 409, (begins, ends))
            self.assertIn("taken from 09:00 to 11:00 by Zoë", answer.text)

    def test_is_free_before_and_after_and_elsewhere(self):
        self.book()
        for changed in ({"from": "11:00", "to": "12:00"}, {"from": "08:00", "to": "09:00"}, {"room": "Workshop"}):
            self.assertEqual(self.book(**changed).status_code, 303, changed)


if __name__ == "__main__":
    unittest.main()
