/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'A web page in Python on which the people of our house book rooms by the quarter of an hour, and no room is booked twice.'

export const precise =
  'It is for one house whose people trust each other, without accounts; the rooms are named in a setting; anybody may remove a booking.'

/** Rooms that are to be booked or reserved. */
export function knows(text: string): boolean {
  return /\brooms?\b/i.test(text) && /\b(book|books|booked|booking|bookings|reserv\w*)\b/i.test(text)
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'Who may remove a booking?',
      offers: ['Whoever made it', 'Anybody in the house'],
    },
    {
      id: 'Q2',
      text: 'Where will it be used?',
      offers: ['On a phone', 'On a computer in the hall', 'Both'],
    },
    {
      id: 'Q3',
      text: 'How should a day be shown?',
      offers: ['As a list of bookings', 'As a strip of taken hours', 'Both'],
    },
  ],
}

export const brief = {
  title: 'Room bookings',
  summary:
    'A page that shows the rooms of a house for a day: which hours are taken, by whom and for what. Whoever needs a room books it in a small form, by the quarter of an hour; a room that is taken is refused with the name of who has it. Everything stays in one file on your own machine.',
  audience: 'The people of one house, on a phone or on a computer in the hall.',
  features: [
    'Every day on a page of its own: each room as a strip of taken hours and as a list',
    'Booking by the quarter of an hour, from 7 to 21, with a name and what it is for',
    'No room is booked twice, however many ask at the same moment',
    'A booking can be removed by anybody, and the room is free again',
    'The rooms are named in a setting; examples for a look around',
  ],
  leftOut: [
    'Accounts and rights',
    'Bookings that repeat every week',
    'Mail, and calendars of other programs',
    'Bookings over midnight',
  ],
  criteria: [
    {
      id: 'C1',
      text: 'A booking that was sent by the form is on the page of its day, `/days/2026-03-14`, with time, name and what it is for; `/` is today.',
    },
    {
      id: 'C2',
      text: 'A room that is taken is refused (409) with the times and who has it, also when many ask at the same moment; one booking may begin where another ends.',
    },
    {
      id: 'C3',
      text: 'What cannot be read is refused (409) with a sentence and stays in the form; a day that is none is not found (404); what was typed never becomes a tag.',
    },
    {
      id: 'C4',
      text: 'A booking can be removed on the page, which fits a phone and says its language.',
    },
    {
      id: 'C5',
      text: 'Bookings are kept in BOOKINGS_FILE; `python -m rooms example` adds four to an empty day, once; a file that holds something else is refused by its path with exit code 2 and left as it is.',
    },
  ],
}
