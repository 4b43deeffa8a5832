"""C4: a booking can be removed, and the page fits a phone."""

import re
import tempfile
import unittest
from datetime import date
from pathlib import Path

from rooms.store import Store
from rooms.web import create_app

FORM = {"room": "Library", "day": "2026-05-04", "from": "09:00", "to": "11:00", "title": "Chess", "who": "Zoë"}


class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "bookings.db")
        self.client = self.opened()

    def opened(self):
        return create_app(Store(self.path), ["Library", "Workshop"], today=lambda: date(2026, 5, 4)).test_client()

    def book(self, **changed):
        return self.client.post("/bookings", data={**FORM, **changed})

    def test_a_removed_booking_is_gone_and_the_room_is_free(self):
        self.book()
        page = self.client.get("/days/2026-05-04").text
        action = re.search(r'action="(/bookings/[0-9]+/remove)"', page)
        self.assertIsNotNone(action, "the booking has a form that removes it")
        self.assertEqual(self.client.post(action[1], data={"day": "2026-05-04"}).status_code, 303)
        self.assertEqual(self.book().status_code, 303)

    def test_fits_a_phone_and_says_its_language(self):
        page = self.client.get("/").text
        self.assertRegex(page, r'<meta name="viewport" content="[^"]*width=device-width')
        self.assertRegex(page, r'<html[^>]* lang="[a-z]{2}')


if __name__ == "__main__":
    unittest.main()
