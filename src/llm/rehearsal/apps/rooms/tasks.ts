/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Bookings and the file that keeps them',
    detail: [
      'requirements.txt (flask, waitress), requirements-dev.txt (ruff), .gitignore. `rooms/booking.py`: a frozen dataclass',
      'Booking(room, day, begins, ends, who, title, number=0) with times in minutes after midnight; `clock` (555 is "09:15"),',
      '`parse_day` ("2026-03-14"), `parse_time` (quarters of an hour from 07:00 to 21:00), `parse_span` (ends after it begins)',
      'and `parse_text(text, what)` (one printable line of 1 to 60 characters); what cannot be read raises Refusal with a',
      'sentence. `rooms/store.py`: class Store(path) on SQLite, for any thread: `of_day(day)` in the order of times,',
      '`add(booking)` gives a number or raises Refusal "Library is taken from 09:00 to 11:00 by Ana.", `remove(number)`.',
    ].join(' '),
    files: [
      'requirements.txt',
      'requirements-dev.txt',
      '.gitignore',
      'rooms/__init__.py',
      'rooms/booking.py',
      'rooms/store.py',
      'tests/test_booking.py',
      'tests/test_store.py',
    ],
    dependsOn: [],
    criteria: [
      { id: 'T1.1', text: 'What is no day, time, span or text is refused with a sentence.' },
      { id: 'T1.2', text: 'A room is not booked twice; one booking may begin where another ends.' },
      { id: 'T1.3', text: 'Of several who ask at the same moment, one gets the room.' },
    ],
  },
  {
    id: 'T2',
    title: 'The page',
    detail: [
      '`rooms/web.py`: `create_app(store, rooms, today=date.today)` returns a Flask app. `GET /` is today, `GET /days/DAY` a day:',
      'each room as a strip of taken hours and as a list, and a form. `POST /bookings` with room, day, from, to, title and who',
      'redirects (303) to the day; a Refusal answers 409 with the page, its sentence and what was typed. `POST',
      '/bookings/NUMBER/remove` with day redirects too. A day that is none, or not from 2000 to 2100, is 404; forms of other',
      'sites are 403; a policy header allows the page its own style and nothing else. `booking.py` gets `long_day`.',
    ].join(' '),
    files: [
      'rooms/booking.py',
      'rooms/web.py',
      'rooms/templates/day.html',
      'rooms/static/style.css',
      'tests/test_web.py',
    ],
    dependsOn: ['T1'],
    criteria: [
      { id: 'T2.1', text: 'A booking is on the page of its day and nowhere else, and can be removed there.' },
      { id: 'T2.2', text: 'What is refused is said in a sentence, and what was typed stays in the form.' },
      { id: 'T2.3', text: 'What was typed never becomes a tag; forms of other sites change nothing.' },
      { id: 'T2.4', text: 'Every field has a label, and the page fits a phone, in light and dark.' },
    ],
  },
  {
    id: 'T3',
    title: 'Start it, with examples if wanted',
    detail: [
      '`python -m rooms` serves by waitress on HOST (127.0.0.1) and PORT (8080), with ROOMS ("Library, Garden room, Workshop")',
      'and BOOKINGS_FILE (bookings.db). `python -m rooms example` says how many it added: `rooms/example.py`, `fill(store,',
      'rooms, day)`, books four, in turn for each room, on a day that has none, also where there is one room only. A file that',
      'is no list of bookings is refused by its path on standard error with exit code 2.',
    ].join(' '),
    files: ['rooms/__main__.py', 'rooms/example.py', 'tests/test_example.py'],
    dependsOn: ['T2'],
    criteria: [
      { id: 'T3.1', text: 'It serves on the port that was said, and keeps the bookings in the file.' },
      { id: 'T3.2', text: 'Examples fill an empty day once, whatever the number of rooms.' },
      { id: 'T3.3', text: 'A file that holds something else is refused by its path and left as it is.' },
    ],
  },
]
