"""C3: what cannot be read is refused with a sentence, and nothing becomes a tag."""

import tempfile
import unittest
from datetime import date
from pathlib import Path

from rooms.store import Store
from rooms.web import create_app

FORM = {"room": "Library", "day": "2026-05-04", "from": "09:00", "to": "11:00", "title": "Chess", "who": "Zoë"}


class WrongForm(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "bookings.db")
        self.client = self.opened()

    def opened(self):
        return create_app(Store(self.path), ["Library", "Workshop"], today=lambda: date(2026, 5, 4)).test_client()

    def book(self, **changed):
        return self.client.post("/bookings", data={**FORM, **changed})

    def test_is_refused_and_nothing_is_booked(self):
        wrongs = ({"room": "Cellar"}, {"from": "9"}, {"to": "09:00"}, {"to": "08:00"}, {"from": "03:00"}, {"who": ""})
        for wrong in (*wrongs, {"title": "x" * 500}, {"to": "09:07"}):
            self.assertEqual(self.book(**wrong).status_code, 409, wrong)
        self.assertNotIn("Chess</", self.client.get("/days/2026-05-04").text)

    def test_a_day_that_is_none_is_not_found(self):
        self.assertEqual(self.client.get("/days/2026-05-04").status_code, 200)
        for day in ("2026-02-30", "soon", "9999-12-31"):
            self.assertEqual(self.client.get(f"/days/{day}").status_code, 404, day)

    def test_tags_are_shown_as_text(self):
        self.assertEqual(self.book(title="<b>bold</b>", who="<img src=x>").status_code, 303)
        page = self.client.get("/days/2026-05-04").text
        self.assertIn("&lt;b&gt;", page)
        self.assertNotIn("<b>", page)
        self.assertNotIn("<img", page)


if __name__ == "__main__":
    unittest.main()
