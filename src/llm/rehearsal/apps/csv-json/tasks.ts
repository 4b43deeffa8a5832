/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Convert CSV to a list of objects',
    detail: [
      'Maven, Java 17, commons-csv 1.10.0, gson 2.10.1, JUnit Jupiter 5.10.2; target/app.jar names csvjson.App as its main class and its libraries in',
      'lib/, where `package` copies them. `App.run(List<String> arguments, InputStream in, OutputStream out, OutputStream problems)` is public and answers the exit',
      'code; arguments are [FILE] and --help. The first line names the columns; every row becomes an object in their order, written as an indented list.',
      'Values: numbers as JSON writes them with at most 15 digits, true, false, null for an empty cell; everything else is a text ("007", "+1"). A mark of UTF-8 at the',
      'top is skipped. Exit code 1 with one sentence and no output: a row of another length, names that are the same or missing, a quote that does not end, not UTF-8,',
      'not there; 2: unknown options, more than one file.',
    ].join(' '),
    files: [
      'pom.xml',
      'src/main/java/csvjson/App.java',
      'src/main/java/csvjson/Arguments.java',
      'src/main/java/csvjson/Rows.java',
      'src/main/java/csvjson/Values.java',
      'src/main/java/csvjson/Refusal.java',
      'src/test/java/csvjson/AppTest.java',
      'src/test/java/csvjson/ValuesTest.java',
      '.gitignore',
    ],
    dependsOn: [],
    criteria: [
      {
        id: 'T1.1',
        text: 'Every row becomes an object with the names in their order; quoted cells keep what is in them.',
      },
      {
        id: 'T1.2',
        text: 'Only what JSON writes in the same way becomes a number; "007" stays a text.',
      },
      {
        id: 'T1.3',
        text: 'What is no table is refused with a sentence, and nothing is written.',
      },
    ],
  },
  {
    id: 'T2',
    title: 'Other delimiters, and objects on lines',
    detail: [
      '`--delimiter C` takes another character between cells, "tab" for a tab; more than one character, none, a quote or a line end is refused with exit',
      'code 2. `--lines` writes each object on a line of its own without spaces, null and < as they are. Options come in any order, before or after the file; the help',
      'names them. The first argument that is wrong is the one that is told.',
    ].join(' '),
    files: [
      'src/main/java/csvjson/App.java',
      'src/main/java/csvjson/Arguments.java',
      'src/main/java/csvjson/Rows.java',
      'src/test/java/csvjson/AppTest.java',
    ],
    dependsOn: ['T1'],
    criteria: [
      {
        id: 'T2.1',
        text: 'Another character or a tab may stand between cells, and what cannot is refused.',
      },
      {
        id: 'T2.2',
        text: 'Each object has its line when that is asked for.',
      },
    ],
  },
]
