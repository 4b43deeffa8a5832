/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Count lines, words and characters',
    detail: [
      'A crate `wordcount`, edition 2021, with lexopt =0.3.0 and unicode-segmentation =1.12.0. `counts::Counts::of(&str)` counts lines, words',
      '(Unicode words) and characters: graphemes, without line ends. `arguments::Request::read` reads the arguments: files and --help.',
      '`report::report(arguments, &mut impl Read) -> Result<String, Problem>` gives everything that is printed: "NAME: 2 lines, 6 words,',
      '22 characters", "1 line" for one, "(input)" for standard input, and a line "total" for several files. Problem says a sentence and has the exit code',
      '1 for a file that is not there or not in UTF-8, 2 for arguments. `src/main.rs` only prints: the text, or the sentence to standard error.',
    ].join(' '),
    files: [
      'Cargo.toml',
      'src/lib.rs',
      'src/main.rs',
      'src/counts.rs',
      'src/arguments.rs',
      'src/report.rs',
      '.gitignore',
    ],
    dependsOn: [],
    criteria: [
      {
        id: 'T1.1',
        text: 'Lines, words and characters are counted, of each file and in total.',
      },
      {
        id: 'T1.2',
        text: 'A character is what a reader sees: an accent belongs to its letter, and an emoji is one.',
      },
      {
        id: 'T1.3',
        text: 'What cannot be read or understood ends with a sentence and exit code 1 or 2; nothing is counted then.',
      },
    ],
  },
  {
    id: 'T2',
    title: 'Rank the most common words',
    detail: [
      '`--top N` (N from 1 on) prints instead of the counts the N most common words of all texts together. `ranking::most_common(number, texts)`',
      'gives them in small letters with how often they come, the most common first, equal ones in the order of Unicode. Numbers are aligned to the right:',
      '"11 the". The help names it. Rankings are long and go into pipes: when standard output is closed early, the program ends without',
      'a message and with exit code 0, where `print!` would panic.',
    ].join(' '),
    files: [
      'src/lib.rs',
      'src/ranking.rs',
      'src/arguments.rs',
      'src/report.rs',
      'src/main.rs',
      'tests/pipe.rs',
    ],
    dependsOn: ['T1'],
    criteria: [
      {
        id: 'T2.1',
        text: 'The most common words stand first, and the same texts always have the same ranking.',
      },
      {
        id: 'T2.2',
        text: 'Anything but a number from 1 on is refused with exit code 2.',
      },
      {
        id: 'T2.3',
        text: 'A reader that goes away early brings no panic, no message and no failure.',
      },
    ],
  },
]
