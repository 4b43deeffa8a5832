"""C2: of many who ask at the same moment one gets the room."""

import tempfile
import unittest
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

from rooms.store import Store
from rooms.web import create_app

FORM = {"room": "Library", "day": "2026-05-04", "from": "09:00", "to": "11:00", "title": "Chess", "who": "Zoë"}


class SameMoment(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "bookings.db")
        self.client = self.opened()

    def opened(self):
        return create_app(Store(self.path), ["Library", "Workshop"], today=lambda: date(2026, 5, 4)).test_client()

    def book(self, **changed):
        return self.client.post("/bookings", data={**FORM, **changed})

    def test_one_of_twelve_gets_the_room(self):
        begin = Barrier(12)
        statuses = []

        def ask(number):
            client = self.opened()
            begin.wait()
            statuses.append(client.post("/bookings", data={**FORM, "who": f"person {number}"}).status_code)

        threads = [Thread(target=ask, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(statuses), [303] + [409] * 11)


if __name__ == "__main__":
    unittest.main()
