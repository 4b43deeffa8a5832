"""C5: bookings are kept in a file, and an example fills an empty one."""

import os
import subprocess
import sys
import tempfile
import unittest
from datetime import date
from pathlib import Path

from rooms.store import Store
from rooms.web import create_app

ROOT = Path(__file__).resolve().parent.parent


def rooms(file, *arguments):
    """Run the program in a process of its own, with the bookings in `file`."""
    return subprocess.run(
        [sys.executable, "-m", "rooms", *arguments],
        cwd=ROOT,
        env={**os.environ, "BOOKINGS_FILE": str(file), "ROOMS": "Library"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


class KeptBookings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "bookings.db"

    def test_the_example_is_on_the_page_and_comes_once(self):
        self.assertIn("Added 4", rooms(self.file, "example").stdout)
        self.assertIn("Added 0", rooms(self.file, "example").stdout)
        page = create_app(Store(str(self.file)), ["Library"], today=date.today).test_client().get("/").text
        self.assertIn("Reading group", page)


if __name__ == "__main__":
    unittest.main()
