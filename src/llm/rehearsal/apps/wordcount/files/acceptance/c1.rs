//! C1: lines, words and characters of each file, and of all together.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

fn numbers(line: &str) -> Vec<usize> {
    let counts = line.rsplit(": ").next().unwrap_or("");
    counts
        .split(|letter: char| !letter.is_ascii_digit())
        .flat_map(str::parse)
        .collect()
}

#[test]
fn each_file_has_a_line_and_all_have_a_total() {
    let poem = file("c1-poem.txt", "The cat sat\non the mat.\n");
    let note = file("c1-note.txt", "Milk, bread");
    let ended = Command::new(env!("CARGO_BIN_EXE_wordcount"))
        .arg(&poem)
        .arg(&note)
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(
        lines[0].contains("c1-poem.txt") && lines[1].contains("c1-note.txt"),
        "{said}"
    );
    assert_eq!(numbers(lines[0]), [2, 6, 22]);
    assert_eq!(numbers(lines[1]), [1, 2, 11]);
    assert_eq!(numbers(lines[2]), [3, 8, 33]);
    assert!(ended.status.success());
}
