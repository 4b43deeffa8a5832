import { start } from './plan.ts'

export const readme = {
  title: 'Room bookings',
  overview:
    'A page that shows the rooms of a house for a day: which hours are taken, by whom and for what. Whoever needs a room books it in a small form, by the quarter of an hour; a room that is taken is refused with the name of who has it. Everything stays in one file on your own machine.',
  prerequisites: ['Python 3.9 or newer, with pip and venv'],
  install: [
    { command: 'python3 -m venv .venv', says: 'Makes a place for the packages, in this folder.' },
    {
      command: '.venv/bin/python -m pip install -r requirements.txt',
      says: 'Installs Flask and the server waitress.',
    },
  ],
  configuration: [
    '| setting | default | meaning |',
    '| --- | --- | --- |',
    '| `ROOMS` | `Library, Garden room, Workshop` | the rooms, with commas between them |',
    '| `BOOKINGS_FILE` | `bookings.db` | the file that keeps the bookings |',
    '| `PORT` | `8080` | the port it listens on |',
    '| `HOST` | `127.0.0.1` | the address it listens on; there are no accounts, so open it to your own network only |',
  ].join('\n'),
  test: [
    {
      command: '.venv/bin/python -m unittest discover -s tests',
      says: 'Runs all tests, the acceptance tests among them.',
    },
  ],
  run: [
    {
      command: '.venv/bin/python -m rooms example',
      says: 'Books a few rooms for today, for a look around; leave it out to begin with an empty list.',
    },
    {
      command: start.command,
      says: 'Serves the page at http://127.0.0.1:8080 until Ctrl-C.',
      serves: start.serves,
    },
  ],
  features: [
    'Every day on a page of its own: each room as a strip of taken hours and as a list',
    'Booking by the quarter of an hour, from 7 to 21; one booking may begin where another ends',
    'No room is booked twice, however many ask at the same moment',
    'One clear sentence for what cannot be booked; the form keeps what was typed',
    'Works on a phone, by keyboard and with a screen reader, in light and dark, without scripts',
  ],
  usage: [
    {
      command: 'BOOKINGS_FILE=requirements.txt .venv/bin/python -m rooms',
      says: 'A file that holds something else is refused with a sentence and left as it is.',
      exitCode: 2,
    },
  ],
  layout: [
    { path: 'rooms/__main__.py', says: 'settings and start' },
    { path: 'rooms/web.py', says: 'the addresses of the page, and the form' },
    { path: 'rooms/booking.py', says: 'what a booking is, and how its parts are read' },
    { path: 'rooms/store.py', says: 'the file: what is booked, and that no room is booked twice' },
    { path: 'rooms/example.py', says: 'bookings for a look around' },
    { path: 'rooms/templates/', says: 'what is on the page' },
    { path: 'rooms/static/', says: 'how it looks, in light and dark' },
    { path: 'tests/', says: 'unit tests and acceptance tests' },
    { path: 'docs/', says: 'requirements, architecture and deployment' },
  ],
}
