import { tasks } from './tasks.ts'

const serves = {
  port: 8080,
  requests: [
    { path: '/', expectStatus: 200, expectText: 'Book a room' },
    { path: '/days/2026-03-14', expectStatus: 200, expectText: 'Saturday, 14 March 2026' },
    { path: '/days/soon', expectStatus: 404 },
  ],
}

export const start = { command: '.venv/bin/python -m rooms', serves }

export const plan = {
  slug: 'room-bookings',
  toolchain: 'python',
  why: 'A page that is made on the server works on every phone without scripts. Flask and waitress are small and well known; SQLite comes with Python and keeps everything in one file.',
  traps: [
    {
      trap: 'authentication',
      decision:
        'None: one house whose people trust each other; it listens on 127.0.0.1 unless HOST says otherwise.',
    },
    { trap: 'persistence', decision: 'One SQLite file; every booking is a transaction.' },
    {
      trap: 'concurrency',
      decision:
        'Asking whether a room is free and booking it are one transaction that locks out other writers.',
    },
    { trap: 'money', decision: 'Does not apply: rooms cost nothing.' },
    { trap: 'time zones', decision: 'Days and times are those of the house; today is that of the machine.' },
    { trap: 'privacy', decision: 'Names stay in one local file; the page loads nothing from elsewhere.' },
    {
      trap: 'input validation',
      decision: 'Every field is read by a parse function before the file is opened.',
    },
    {
      trap: 'injection',
      decision: 'Jinja escapes what was typed, SQL has parameters only, and a policy header forbids scripts.',
    },
    { trap: 'forgery', decision: 'Forms that other sites send are refused by Sec-Fetch-Site.' },
    { trap: 'character encoding', decision: 'UTF-8 in the page, the form and the file.' },
    { trap: 'errors', decision: 'A sentence above the form, which keeps what was typed; no stack trace.' },
    {
      trap: 'empty and huge data',
      decision: '"Free all day" for none; texts of 60 characters, forms of 10 000 bytes, days up to 2100.',
    },
    { trap: 'configuration', decision: 'ROOMS, BOOKINGS_FILE, HOST and PORT, each with a default.' },
    { trap: 'secrets', decision: 'There are none.' },
    { trap: 'dependencies', decision: 'flask and waitress in exact versions; ruff for development only.' },
    { trap: 'portability', decision: 'Python 3.9 and newer.' },
    {
      trap: 'accessibility',
      decision: 'A label for each field, problems as alerts, large targets, light and dark; no scripts.',
    },
    { trap: 'shutdown', decision: 'A kill leaves the bookings before or after, never half of one.' },
  ],
  tasks,
  start,
}
