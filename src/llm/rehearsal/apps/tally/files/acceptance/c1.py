"""C1: an expense that was added is there in a later run."""

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


class AddedExpense(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"

    def test_is_listed_with_all_its_parts(self):
        added = tally(self.file, "add", "12.50", "food", "--note", "lunch with Zoë", "--date", "2026-03-14")
        self.assertEqual(added.returncode, 0, added.stderr)
        listed = tally(self.file, "list")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        lines = [line for line in listed.stdout.splitlines() if "12.50" in line]
        self.assertEqual(len(lines), 1, listed.stdout)
        for part in ("2026-03-14", "food", "lunch with Zoë"):
            self.assertIn(part, lines[0])

    def test_stands_beside_those_before(self):
        for amount in ("1.25", "2.50", "3.75"):
            tally(self.file, "add", amount, "food", "--date", "2026-03-14")
        listed = tally(self.file, "list").stdout
        for amount in ("1.25", "2.50", "3.75"):
            self.assertIn(amount, listed)


if __name__ == "__main__":
    unittest.main()
