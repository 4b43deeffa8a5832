"""C2: a wrong amount or day is refused with a sentence, and nothing is changed."""

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


class WrongInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"

    def assert_refused(self, *arguments):
        answer = tally(self.file, *arguments)
        self.assertEqual(answer.returncode, 2, f"{arguments} ended with {answer.returncode}")
        self.assertNotEqual(answer.stderr.strip(), "", f"{arguments} was refused without a word")
        self.assertNotIn("Traceback", answer.stderr)

    def test_no_wrong_amount_gets_in(self):
        for amount in ("abc", "0.00", "1.999", "1e3", "nan", "-5", "٣"):
            with self.subTest(amount=amount):
                self.assert_refused("add", amount, "food")
        self.assertFalse(self.file.exists())

    def test_no_wrong_day_gets_in(self):
        for day in ("2026-02-30", "14.03.2026", ""):
            with self.subTest(day=day):
                self.assert_refused("add", "5", "food", "--date", day)
        self.assertFalse(self.file.exists())

    def test_what_was_there_stays_as_it_was(self):
        self.assertEqual(tally(self.file, "add", "5", "food").returncode, 0)
        self.assertTrue(self.file.exists(), "nothing was kept")
        before = self.file.read_bytes()
        self.assert_refused("add", "five", "food")
        self.assertEqual(self.file.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
