"""C4: totals can be told apart by category."""

import os
import re
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


class TotalsByCategory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"

    def test_each_category_of_a_month_has_its_sum(self):
        for amount, category in (("1.10", "travel"), ("2.20", "food"), ("3.30", "travel"), ("4.40", "food")):
            tally(self.file, "add", amount, category, "--date", "2026-05-05")
        answer = tally(self.file, "totals", "--by-category")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        lines = sorted(tuple(line.split()) for line in answer.stdout.splitlines() if re.match(r"2026-05\b", line))
        self.assertEqual(lines, [("2026-05", "food", "6.60"), ("2026-05", "travel", "4.40")])

    def test_no_expenses_are_no_error(self):
        answer = tally(self.file, "totals")
        self.assertEqual((answer.returncode, answer.stdout.strip()), (0, "No expenses."))


if __name__ == "__main__":
    unittest.main()
