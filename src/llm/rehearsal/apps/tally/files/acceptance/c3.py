"""C3: the list is in the order of the days and can be narrowed by month and category."""

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


class ListedExpenses(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"
        for amount, category, day in (
            ("30.30", "food", "2026-03-20"),
            ("10.10", "food", "2026-02-10"),
            ("20.20", "travel", "2026-03-01"),
        ):
            tally(self.file, "add", amount, category, "--date", day)

    def listed(self, *arguments):
        answer = tally(self.file, "list", *arguments)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return [amount for line in answer.stdout.splitlines() for amount in ("10.10", "20.20", "30.30") if amount in line]

    def test_oldest_first(self):
        self.assertEqual(self.listed(), ["10.10", "20.20", "30.30"])

    def test_one_month(self):
        self.assertEqual(self.listed("--month", "2026-03"), ["20.20", "30.30"])

    def test_one_category(self):
        self.assertEqual(self.listed("--category", "food"), ["10.10", "30.30"])

    def test_both_together(self):
        self.assertEqual(self.listed("--month", "2026-03", "--category", "food"), ["30.30"])

    def test_nothing_found_is_said(self):
        answer = tally(self.file, "list", "--category", "rent")
        self.assertEqual(answer.stdout.strip(), "No expenses.")


if __name__ == "__main__":
    unittest.main()
