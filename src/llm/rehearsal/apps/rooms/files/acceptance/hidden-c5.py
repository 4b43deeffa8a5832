"""C5: a file that holds something else is refused and left as it is."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

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


class OtherFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "bookings.db"

    def test_is_refused_by_its_path_and_kept(self):
        other = b"this is a letter, not a list of bookings\n" * 100
        self.file.write_bytes(other)
        answer = rooms(self.file)
        self.assertEqual(answer.returncode, 2, answer.stderr)
        self.assertIn(str(self.file), answer.stderr)
        self.assertNotIn("Traceback", answer.stderr)
        self.assertEqual(self.file.read_bytes(), other)


if __name__ == "__main__":
    unittest.main()
