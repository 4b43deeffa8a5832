//! C3: the most common words.

use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn the_most_common_words_stand_first() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wordcount"))
        .args(["--top", "3"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read is found out by what it says.
    let _ = child
        .stdin
        .take()
        .unwrap()
        .write_all(b"Tea and toast, and jam and TEA");
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let lines: Vec<Vec<&str>> = said
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines, [["3", "and"], ["2", "tea"], ["1", "jam"]]);
}
