//! C4: what is wrong ends with one sentence, and nothing is counted.

use std::fs;
use std::path::Path;
use std::process::Command;

fn refused(arguments: &[&str]) -> (Option<i32>, String, String) {
    let ended = Command::new(env!("CARGO_BIN_EXE_wordcount"))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

#[test]
fn a_file_that_is_not_there_or_no_text_is_named() {
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c4-picture.png");
    fs::write(&picture, b"\x89PNG\xff\xfe").unwrap();
    for file in ["c4-nowhere.txt", picture.to_str().unwrap()] {
        let (code, said, problem) = refused(&[file]);
        assert_eq!((code, said.as_str()), (Some(1), ""), "{problem}");
        assert!(
            problem.contains(file) && problem.lines().count() == 1,
            "{problem}"
        );
        assert!(!problem.contains("panicked"), "{problem}");
    }
}

#[test]
fn arguments_that_are_not_understood_are_refused() {
    for arguments in [
        &["--loud"][..],
        &["--top"],
        &["--top", "0"],
        &["--top", "few"],
    ] {
        let (code, said, problem) = refused(arguments);
        assert_eq!(
            (code, said.as_str()),
            (Some(2), ""),
            "{arguments:?}: {problem}"
        );
        assert!(
            !problem.trim().is_empty() && !problem.contains("panicked"),
            "{problem}"
        );
    }
}
