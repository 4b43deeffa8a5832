"""C5: no text of the export is a formula, and the log itself is never overwritten."""

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


class SafeExport(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"

    def test_a_formula_becomes_text(self):
        notes = ["=1+1", "+1", "-1", "@SUM(A1)"]
        for note in notes:
            tally(self.file, "add", "1", "food", f"--note={note}")
        target = self.folder / "out.csv"
        self.assertEqual(tally(self.file, "export", str(target)).returncode, 0)
        self.assertTrue(target.exists(), "no file was written")
        with target.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))[1:]
        self.assertEqual(len(rows), len(notes))
        for row in rows:
            self.assertNotIn(row[3][0], "=+-@")

    def test_the_log_is_not_overwritten(self):
        tally(self.file, "add", "1", "food")
        self.assertTrue(self.file.exists(), "nothing was kept")
        before = self.file.read_bytes()
        self.assertEqual(tally(self.file, "export", str(self.file)).returncode, 2)
        self.assertEqual(self.file.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
