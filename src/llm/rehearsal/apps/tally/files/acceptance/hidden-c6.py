"""C6: the log is where it was said to be, and a damaged one is left alone."""

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


class LogFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "log.json"

    def test_the_option_goes_before_the_environment(self):
        other = self.folder / "other.json"
        self.assertEqual(tally(self.file, "add", "7", "food", "--file", str(other)).returncode, 0)
        self.assertTrue(other.exists(), "nothing was written to --file")
        self.assertFalse(self.file.exists())
        self.assertIn("7.00", tally(other, "list").stdout)

    def test_a_damaged_log_is_refused_and_kept(self):
        for damage in (b"not json", b'{"expenses": [{}]}', b"\xff\xfe\x00"):
            with self.subTest(damage=damage):
                self.file.write_bytes(damage)
                answer = tally(self.file, "add", "1", "food")
                self.assertEqual(answer.returncode, 2, answer.stdout)
                self.assertNotIn("Traceback", answer.stderr)
                self.assertIn(str(self.file), answer.stderr)
                self.assertEqual(self.file.read_bytes(), damage)


if __name__ == "__main__":
    unittest.main()
