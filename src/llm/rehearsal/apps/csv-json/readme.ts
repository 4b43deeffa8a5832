import { start } from './plan.ts'

export const readme = {
  title: 'CSV to JSON',
  overview:
    'A converter for the terminal: CSV with a line of names at its top becomes a list of JSON objects, or one object on a line. Numbers become numbers, but what only looks like one keeps its zeros, and what is no proper table is refused before anything is written.',
  prerequisites: ['Java 17 or newer (JDK)', 'Maven 3.6 or newer'],
  install: [
    {
      command: 'mvn -B -q package',
      says: 'Fetches the libraries, runs the tests, and makes target/app.jar with target/lib beside it.',
    },
  ],
  configuration: '',
  test: [
    {
      command: 'mvn -B -o -q test',
      says: 'Runs all tests, the acceptance tests among them, with what was fetched.',
    },
  ],
  run: [{ command: start.command, says: 'Shows the options.' }],
  features: [
    'Quoted cells with commas, quotes and line ends in them',
    'Numbers, true, false and null as JSON has them; leading zeros and long numbers stay texts',
    'Any character between cells, tabs too',
    'A list, or one object on a line',
    'Nothing is written when a row does not fit',
  ],
  usage: [
    {
      command: "printf 'name,code,age\\nZoe,007,41\\n' > people.csv",
      says: 'A small table to try it with.',
    },
    {
      command: 'java -jar target/app.jar people.csv',
      says: 'Converts a file to a list; the code keeps its zeros.',
    },
    {
      command: "printf 'a;b\\n1,5;x\\n' | java -jar target/app.jar --delimiter ';' --lines",
      says: 'Converts what comes in, with semicolons between the cells, to an object on each line.',
    },
    {
      command: 'java -jar target/app.jar nowhere.csv',
      says: 'What is not there is said.',
      exitCode: 1,
    },
  ],
  layout: [
    {
      path: 'pom.xml',
      says: 'the libraries and the steps of the build',
    },
    {
      path: 'src/main/java/csvjson/App.java',
      says: 'reads, converts, writes',
    },
    {
      path: 'src/main/java/csvjson/Arguments.java',
      says: 'the options',
    },
    {
      path: 'src/main/java/csvjson/Rows.java',
      says: 'CSV to objects',
    },
    {
      path: 'src/main/java/csvjson/Values.java',
      says: 'what a cell is in JSON',
    },
    {
      path: 'src/main/java/csvjson/Refusal.java',
      says: 'why nothing was converted',
    },
    {
      path: 'src/test/java/',
      says: 'unit tests and acceptance tests',
    },
    {
      path: 'docs/',
      says: 'requirements, architecture and deployment',
    },
  ],
}
