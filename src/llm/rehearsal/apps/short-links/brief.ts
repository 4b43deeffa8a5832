/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'An HTTP API in TypeScript that gives long links short names, counts the visits and keeps everything in a file.'

export const precise =
  'It is for one team on its own network, without accounts; names are chosen or made up; links can be listed and removed.'

/** Links or web addresses that are to be short. */
export function knows(text: string): boolean {
  return /\b(link|links|urls?|web address\w*)\b/i.test(text) && /\bshort(en\w*|er|)\b/i.test(text)
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'Where do the short names come from?',
      offers: ['I choose them', 'They are made up', 'Both'],
    },
    {
      id: 'Q2',
      text: 'What do you want to see of a link?',
      offers: ['Where it leads', 'How often it was visited', 'Both'],
    },
    {
      id: 'Q3',
      text: 'Where will it run?',
      offers: ['On my own computer', 'On a server, behind a proxy'],
    },
  ],
}

export const brief = {
  title: 'Short links',
  summary:
    'A small HTTP API that gives long web addresses short names. Whoever opens the short one is sent to the long one, and the visit is counted. Links can be listed and removed, and are kept in one file that you own.',
  audience: 'A team on its own network, and the programs it writes.',
  features: [
    'Short names that you choose, or that are made up and easy to read aloud',
    'A redirect from the short address to the long one',
    'The number of visits of every link, and a list of all links, newest first',
    'Links can be removed; their names are free again',
    'One JSON file keeps everything; it is never half written',
  ],
  leftOut: [
    'Accounts and access rights',
    'A page in the browser',
    'Links that expire',
    'Who visited, when and from where',
  ],
  criteria: [
    {
      id: 'C1',
      text: '`POST /links` with an address and a name answers 201 with the place of the link; `GET /NAME` redirects (302) to the address.',
    },
    {
      id: 'C2',
      text: 'Only http and https addresses and names of lower-case letters, digits and dashes are taken; all else is refused with 400 and a sentence as JSON.',
    },
    {
      id: 'C3',
      text: 'A name that is taken is refused with 409 and the first link stays; without a name one is made up that is free.',
    },
    {
      id: 'C4',
      text: '`GET /links` lists all links, newest first, with their visits; `DELETE /links/NAME` removes one, which is then unknown (404).',
    },
    {
      id: 'C5',
      text: 'Links and visits are there after a restart; a damaged file ends the start with its path and exit code 2, and is left as it is.',
    },
  ],
}
