"""C4: totals are exact, one line a month, in the order of the months."""

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


class Totals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"

    def totals(self, *arguments):
        answer = tally(self.file, "totals", *arguments)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        return [tuple(line.split()) for line in answer.stdout.splitlines() if re.match(r"[0-9]{4}-[0-9]{2}\b", line)]

    def test_ten_dimes_are_one(self):
        for _ in range(10):
            tally(self.file, "add", "0.10", "food", "--date", "2026-03-14")
        self.assertEqual(self.totals(), [("2026-03", "1.00")])

    def test_months_come_in_order_and_once(self):
        for amount, day in (("3", "2026-03-01"), ("1", "2025-12-31"), ("4", "2026-03-31"), ("2", "2026-01-01")):
            tally(self.file, "add", amount, "food", "--date", day)
        self.assertEqual(self.totals(), [("2025-12", "1.00"), ("2026-01", "2.00"), ("2026-03", "7.00")])


if __name__ == "__main__":
    unittest.main()
