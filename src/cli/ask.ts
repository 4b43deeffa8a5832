import { select, text } from '@clack/prompts'
import type { ProjectView } from '../http/views.ts'
import type { PersonEvent } from '../projects/say.ts'
import type { Answerer } from './drive.ts'
import { EXIT, Refused } from './exit.ts'
import { Left } from './interrupt.ts'
import type { Money } from './money.ts'
import type { Terminal } from './terminal.ts'

/** Lets the person answer in the terminal; Ctrl-C there is thrown as `Left`. Refused where there is nobody to ask. */
export function answererByHand(terminal: Terminal, money: Money): Answerer {
  if (terminal.json) throw new Refused('--ask and --json do not go together.', EXIT.usage)
  if (process.stdin.isTTY !== true) throw new Refused('--ask needs a terminal to answer in.', EXIT.usage)
  return async project => {
    terminal.status('')
    return (await forms[project.state]?.(project, money)) ?? null
  }
}

type Form = (project: ProjectView, money: Money) => Promise<PersonEvent | null>

const OWN_WORDS = '\u0000own'
const YOU_DECIDE = '\u0000you'

const forms: Readonly<Record<string, Form>> = {
  asking: async ({ questions }) => {
    const answers: { id: string; answer: string | null }[] = []
    for (const question of questions) {
      answers.push({ id: question.id, answer: await askQuestion(question.text, question.offers) })
    }
    return { type: 'answer', answers }
  },
  confirming: project =>
    choose(briefText(project), { build: 'Build it', change: 'Change something', cancel: 'Cancel' }),
  approving: (project, money) =>
    choose(planText(project, money), { approve: 'Approve', change: 'Change something', cancel: 'Cancel' }),
  deciding: ({ decision, allowed }) => {
    const choices = Object.fromEntries(Object.entries(DECISIONS).filter(([word]) => allowed.includes(word)))
    return choose(decision?.says ?? 'How shall it go on?', choices)
  },
}

const DECISIONS = {
  goOn: 'Go on',
  guide: 'Say what to change',
  skip: 'Skip this task',
  deliver: 'Take what is verified',
  cancel: 'Cancel',
}

async function askQuestion(message: string, offers: readonly string[]): Promise<string | null> {
  const options = [
    ...offers.map(offer => ({ value: offer, label: offer })),
    { value: YOU_DECIDE, label: 'You decide' },
    { value: OWN_WORDS, label: 'In my own words…' },
  ]
  const chosen = given(await select({ message, options }))
  if (chosen === YOU_DECIDE) return null
  return chosen === OWN_WORDS ? typed('Your answer') : chosen
}

async function choose(
  message: string,
  choices: Readonly<Record<string, string>>,
): Promise<PersonEvent | null> {
  const options = Object.entries(choices).map(([value, label]) => ({ value, label }))
  return eventFor(given(await select({ message, options })))
}

async function eventFor(word: string): Promise<PersonEvent | null> {
  if (word === 'change' || word === 'guide')
    return { type: word, text: await typed('What shall be different?') }
  if (word === 'build' || word === 'approve' || word === 'cancel') return { type: word }
  if (word === 'goOn' || word === 'skip' || word === 'deliver') return { type: word }
  return null
}

async function typed(message: string): Promise<string> {
  const validate = (value: string | undefined) =>
    value?.trim() ? undefined : 'Write something, or press Ctrl-C.'
  return given(await text({ message, validate }))
}

/** A prompt answers Ctrl-C with a symbol. */
function given(answer: string | symbol): string {
  if (typeof answer === 'symbol') throw new Left('The person left the question open.')
  return answer
}

function briefText({ brief }: ProjectView): string {
  if (!brief) return 'The brief'
  return [`${brief.title}: ${brief.summary}`, ...brief.features.map(each => `  · ${each}`)].join('\n')
}

function planText({ plan, taskList, quote }: ProjectView, { bare, show }: Money): string {
  const price = quote
    ? `${bare(quote.fromCredits)} to ${show(quote.toCredits)}, never more than ${show(quote.capCredits)}`
    : ''
  return [
    `${plan?.toolchain}: ${plan?.why}`,
    ...taskList.map(each => `  ${each.id} ${each.title}`),
    price,
  ].join('\n')
}
