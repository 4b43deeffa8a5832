"""C1: a booking is on the page of its day."""

import tempfile
import unittest
from datetime import date
from pathlib import Path

from rooms.store import Store
from rooms.web import create_app

FORM = {"room": "Library", "day": "2026-05-04", "from": "09:00", "to": "11:00", "title": "Chess", "who": "Zoë"}


class BookedRoom(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "bookings.db")
        self.client = self.opened()

    def opened(self):
        return create_app(Store(self.path), ["Library", "Workshop"], today=lambda: date(2026, 5, 4)).test_client()

    def book(self, **changed):
        return self.client.post("/bookings", data={**FORM, **changed})

    def test_is_shown_with_all_its_parts(self):
        answer = self.book()
        self.assertEqual((answer.status_code, answer.location), (303, "/days/2026-05-04"))
        page = self.client.get("/days/2026-05-04").text
        for part in ("09:00", "11:00", "Chess", "Zoë"):
            self.assertIn(part, page)

    def test_is_on_the_front_page_when_it_is_today(self):
        self.book()
        self.book(day="2026-05-05", title="Checkers")
        page = self.client.get("/").text
        self.assertIn("Chess", page)
        self.assertNotIn("Checkers", page)


if __name__ == "__main__":
    unittest.main()
