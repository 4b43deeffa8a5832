"""C5: the export is a CSV file that any program reads back."""

import csv
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def tally(file, *arguments):
    """Run one command in a process of its own, with the log in `file`."""
    return subprocess.run(
        [sys.executable, "-m", "tally", *arguments],
        cwd=ROOT,
        env={**os.environ, "TALLY_FILE": str(file), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )


class Export(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"
        self.target = self.folder / "out.csv"

    def exported(self):
        answer = tally(self.file, "export", str(self.target))
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertTrue(self.target.exists(), "no file was written")
        with self.target.open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def test_has_a_header_and_every_expense(self):
        tally(self.file, "add", "9.90", "books", "--note", 'a "good", long read – così', "--date", "2026-04-02")
        tally(self.file, "add", "1", "food", "--date", "2026-04-01")
        self.assertEqual(
            self.exported(),
            [
                ["date", "amount", "category", "note"],
                ["2026-04-01", "1.00", "food", ""],
                ["2026-04-02", "9.90", "books", 'a "good", long read – così'],
            ],
        )

    def test_of_nothing_is_the_header(self):
        self.assertEqual(self.exported(), [["date", "amount", "category", "note"]])


if __name__ == "__main__":
    unittest.main()
