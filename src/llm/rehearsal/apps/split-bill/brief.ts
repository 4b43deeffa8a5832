/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'A web page that splits a restaurant bill between friends, with a tip, so that the shares add up to the cent.'

export const precise = [
  description,
  'It runs on a phone without an account or a server of its own; the tip is given in percent, by a few buttons or typed in;',
  'odd cents are paid by the first people; it remembers the last values, and the result can be copied as text.',
].join(' ')

/** A bill (or a tip) that is to be split or shared. */
export function knows(text: string): boolean {
  return /\b(bill|tip)\b/i.test(text) && /\b(split\w*|shar(e|es|ed|ing)|divid\w+)\b/i.test(text)
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'Where will it be used?',
      offers: ['On a phone, at the table', 'On a computer, afterwards', 'Both'],
    },
    {
      id: 'Q2',
      text: 'How should the tip be given?',
      offers: ['By a few buttons', 'Any percentage, typed in', 'Both'],
    },
    {
      id: 'Q3',
      text: 'How should the others hear what they pay?',
      offers: ['They look at my screen', 'I send them a text'],
    },
  ],
}

export const brief = {
  title: 'Split the bill',
  summary:
    'A page for the restaurant table: type the amount, pick the tip, say how many you are, and see what each of you pays. The shares always add up to the cent. It works on a phone, needs no account, and nothing leaves the device.',
  audience: 'Friends who share a bill, on a phone or a computer.',
  features: [
    'Amount, tip in percent (common ones as buttons) and number of people',
    'The share of each, the tip and the total, renewed at every key',
    'Shares that add up exactly: when it does not divide evenly, the first people pay a cent more',
    'The last values come back on the next visit',
    'The result can be copied as a short text',
  ],
  leftOut: [
    'Dishes assigned to single people',
    'Several currencies or a currency sign',
    'Accounts, and sharing through a server',
  ],
  criteria: [
    { id: 'C1', text: 'The shares add up to bill plus tip to the cent, and differ by one cent at most.' },
    {
      id: 'C2',
      text: 'Amounts may be typed with a point or a comma; what cannot be read brings a sentence and no result.',
    },
    {
      id: 'C3',
      text: 'The page fits a phone, every field has a label, and results and problems are announced to screen readers.',
    },
    {
      id: 'C4',
      text: '`node serve.js` serves the page on 127.0.0.1 and gives out no other file, whatever address is asked for.',
    },
    {
      id: 'C5',
      text: 'The last values come back on the next visit; where the browser refuses storage the page works without.',
    },
    { id: 'C6', text: 'The result can be copied as a text that holds every amount.' },
  ],
}
