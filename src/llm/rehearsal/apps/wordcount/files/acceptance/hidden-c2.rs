//! C2: characters and words as a reader sees them.

use std::io::Write;
use std::process::{Command, Stdio};

fn counted(text: &str) -> Vec<usize> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wordcount"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read is found out by what it says.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let counts = said.trim_end().rsplit(": ").next().unwrap_or("");
    counts
        .split(|letter: char| !letter.is_ascii_digit())
        .flat_map(str::parse)
        .collect()
}

#[test]
fn an_accent_belongs_to_its_letter() {
    assert_eq!(counted("Zoe\u{308} a\u{30a}"), [1, 2, 5]);
}

#[test]
fn an_emoji_is_one_character() {
    assert_eq!(counted("👍🏽 🇯🇵\n👨‍🚀\n"), [2, 0, 4]);
}

#[test]
fn words_of_any_script_are_words() {
    assert_eq!(counted("Привет, мир! It's 2.5 km."), [1, 5, 25]);
}
