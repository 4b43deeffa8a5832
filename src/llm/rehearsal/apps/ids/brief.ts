/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'A small Go service that hands out UUIDs and checks them, over HTTP and on the command line.'

export const precise = [
  'It makes random ids and ordered ones, up to 1000 at once, says of an id its version and when it was made,',
  'answers in JSON, takes its port from PORT and keeps nothing.',
].join(' ')

/** Ids that are made or checked, not those of another thing. */
export function knows(text: string): boolean {
  return (
    /\b(uuids?|unique ids?|identifiers)\b/i.test(text) &&
    /\b(hand\w*|mak\w*|generat\w*|creat\w*|check\w*|serv\w+)\b/i.test(text)
  )
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'Which ids should it make?',
      offers: ['Random ones (UUID version 4)', 'Ones that sort by time (UUID version 7)', 'Both'],
    },
    {
      id: 'Q2',
      text: 'How will you ask for them?',
      offers: ['Over HTTP', 'On the command line', 'Both'],
    },
  ],
}

export const brief = {
  title: 'Ids',
  summary:
    'A small service that hands out UUIDs, random ones or ones that sort by the time at which they were made, and says of any id whether it is one, of which version, and when it was made. The same works on the command line.',
  audience: 'Programmers who need ids for tests, imports and scripts, or want to know what an id says.',
  features: [
    'New ids: random (version 4) or ordered (version 7), up to 1000 at once',
    'Checks an id: its version, and of an ordered one when it was made',
    'Over HTTP with JSON, or on the command line',
    'Slow clients are cut off, and a stop lets answers that are under way end',
  ],
  leftOut: [
    'Ids of other kinds, such as ULID',
    'Keeping ids that were handed out',
    'Sign-in and encryption; the service listens on this machine only',
  ],
  criteria: [
    {
      id: 'C1',
      text: '`new` prints ids, one on a line: a random one, or with `-kind ordered -count N` N that are all different and sorted as they come; up to 1000.',
    },
    {
      id: 'C2',
      text: '`check ID` prints the id in small letters with its version ("version 7") and the time in UTC when an ordered one was made; any form but the usual one of 36 characters, and an id without a version, ends with exit code 1 and a sentence.',
    },
    {
      id: 'C3',
      text: '`serve` prints its address on 127.0.0.1 and answers `/new` with ids and `/check/ID` with JSON (id, version, madeAt); what is wrong has status 400 or 404 and JSON with an error. Told to stop, it ends with exit code 0.',
    },
    {
      id: 'C4',
      text: 'Arguments that are not understood end with exit code 2 and a message on standard error, and print no id.',
    },
    {
      id: 'C5',
      text: 'No client holds a connection for ever, and requests that are under way when it stops are answered.',
    },
  ],
}
