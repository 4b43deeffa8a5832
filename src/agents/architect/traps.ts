/** What plans commonly forget. Every plan says what it does about each, if only why it does not matter here. */
export const TRAPS = [
  { trap: 'authentication', ask: 'Who may do what? Is a sign-in needed, or is the machine account enough?' },
  {
    trap: 'persistence',
    ask: 'Where does data live, does it survive a restart, what if the file is missing or broken?',
  },
  {
    trap: 'concurrency',
    ask: 'What if two runs, tabs or requests change the same thing at once? Are writes atomic?',
  },
  { trap: 'money', ask: 'Integers or decimals, never floats; which rounding; do parts add up to the whole?' },
  {
    trap: 'time zones',
    ask: 'Local date or UTC? Day and month boundaries, daylight saving, a clock that tests can set.',
  },
  { trap: 'privacy', ask: 'Which personal data is kept, who can read it, can it be removed?' },
  {
    trap: 'input validation',
    ask: 'What is refused at the edge, and which words does the person get for it?',
  },
  { trap: 'injection', ask: 'Does input reach HTML, SQL, a shell, a path or a CSV formula unescaped?' },
  {
    trap: 'character encoding',
    ask: 'UTF-8 named explicitly for every file; names with accents, emoji, right-to-left.',
  },
  {
    trap: 'errors',
    ask: 'What does the user see when it fails; exit codes and status codes; no stack traces.',
  },
  { trap: 'empty and huge data', ask: 'Nothing yet, one, a million: what is shown, what is the bound?' },
  {
    trap: 'configuration',
    ask: 'What differs between machines, what is the default, where is it documented?',
  },
  { trap: 'secrets', ask: 'Are there keys or passwords? Never in code, logs or the repository.' },
  { trap: 'dependencies', ask: 'Can the standard library do it? Each package is pinned and has a reason.' },
  { trap: 'portability', ask: 'Oldest runtime supported; Windows, macOS and Linux paths and line ends.' },
  {
    trap: 'accessibility',
    ask: 'Keyboard, labels, contrast, small screens; plain output where there is no terminal.',
  },
  { trap: 'data changes', ask: 'How does a later version read what this version wrote?' },
  { trap: 'shutdown', ask: 'Port taken, Ctrl-C, a kill in the middle of a write: what is left behind?' },
] as const
