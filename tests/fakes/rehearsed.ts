import { z } from 'zod'
import { acceptance } from '../../src/agents/architect/acceptance.ts'
import { documents } from '../../src/agents/architect/documents.ts'
import { plan } from '../../src/agents/architect/plan.ts'
import { questions } from '../../src/agents/architect/questions.ts'
import { readme } from '../../src/agents/architect/readme.ts'
import { scope } from '../../src/agents/architect/scope.ts'
import { verify } from '../../src/agents/architect/verify.ts'
import { verifyProject } from '../../src/agents/architect/verifyProject.ts'
import { IMPLEMENTER } from '../../src/agents/implementer/system.ts'
import type { CallKind, Turn } from '../../src/llm/model.ts'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { rehearsalModel } from '../../src/llm/rehearsal/rehearsal.ts'
import type { Received } from './server.ts'

/** The rehearsal model behind the wire: a server of a provider that says what the rehearsal says. */

const PROMPTS: readonly { kind: CallKind; system: string }[] = [
  acceptance,
  documents,
  plan,
  questions,
  readme,
  scope,
  verify,
  verifyProject,
  { kind: 'implement', system: IMPLEMENTER },
]

const part = z.object({ text: z.string() })
const chat = z.object({
  messages: z.array(
    z.object({
      role: z.enum(['system', 'user', 'assistant']),
      content: z.union([z.string(), z.array(part)]),
    }),
  ),
})
const gemini = z.object({
  systemInstruction: z.object({ parts: z.array(part) }),
  contents: z.array(z.object({ role: z.enum(['user', 'model']), parts: z.array(part) })),
})

type Asked = { system: string; turns: Turn[] }

/** What a request asks about, by the words of its system prompt. */
export function kindOf(received: Received): CallKind {
  const { system } = askedIn(received)
  const prompt = PROMPTS.find(each => system.startsWith(each.system))
  if (!prompt) throw new Error(`no prompt of the house begins like this: ${system.slice(0, 100)}`)
  return prompt.kind
}

/** What the rehearsal answers to a request of either protocol. */
export async function rehearsedText(received: Received): Promise<string> {
  const { system, turns } = askedIn(received)
  const request = { kind: kindOf(received), system, turns, outputTokensMax: 100_000 }
  const result = await rehearsalModel('architect', REHEARSAL_APPS).answer(request, {
    signal: new AbortController().signal,
  })
  if (!result.ok) throw new Error(result.failure.says)
  return result.answer.text
}

function askedIn({ body }: Received): Asked {
  const asGemini = gemini.safeParse(body)
  if (asGemini.success) {
    const { systemInstruction, contents } = asGemini.data
    const turns = contents.map(({ role, parts }) =>
      turnOf(role === 'user' ? 'user' : 'assistant', textOf(parts)),
    )
    return { system: textOf(systemInstruction.parts), turns }
  }
  const { messages } = chat.parse(body)
  const said = messages.map(({ role, content }) => ({ role, text: textOf(content) }))
  return {
    system: said.find(({ role }) => role === 'system')?.text ?? '',
    turns: said.flatMap(({ role, text }) => (role === 'system' ? [] : [turnOf(role, text)])),
  }
}

function textOf(content: string | readonly { text: string }[]): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('')
}

function turnOf(role: 'user' | 'assistant', text: string): Turn {
  return { role, text }
}
