import { z } from 'zod'
import { CodeIndex } from '../codeindex/codeIndex.ts'
import { EXIT, Refused } from './exit.ts'
import { sourcesOf, textIn } from './folder.ts'
import type { Terminal } from './terminal.ts'

const HITS_MAX = 200
const SHOWN_LINES_MAX = 12

/** Indexes a folder and says how large it is. */
export async function buildIndex(terminal: Terminal, folder: string): Promise<void> {
  const sources = sourcesOf(folder)
  const index = new CodeIndex()
  index.update(sources)
  terminal.emit({ files: sources.length, chunks: index.chunkCount, status: 'indexed' })
  terminal.say(`${sources.length} files, ${index.chunkCount} passages.`)
}

/** Answers one query, or one of each line of a batch. */
export async function queryIndex(
  terminal: Terminal,
  folder: string,
  text: string | undefined,
  options: { batch?: string; k: string },
): Promise<void> {
  const limit = z.coerce.number().int().min(1).max(HITS_MAX).safeParse(options.k)
  if (!limit.success) throw new Refused(`-k is a number from 1 to ${HITS_MAX}.`, EXIT.usage)
  const index = new CodeIndex()
  index.update(sourcesOf(folder))
  for (const q of queries(text, options.batch)) {
    const hits = index.query(q, limit.data)
    terminal.emit({ q, hits })
    if (hits.length === 0) terminal.say('Nothing was found.')
    for (const hit of hits) {
      terminal.say(`${hit.path}:${hit.fromLine}-${hit.toLine}  ${hit.score.toFixed(3)}`)
      terminal.say(
        hit.text
          .split('\n')
          .slice(0, SHOWN_LINES_MAX)
          .map(line => `    ${line}`)
          .join('\n'),
      )
    }
  }
}

const batchLine = z.object({ q: z.string() })

function queries(text: string | undefined, batch: string | undefined): string[] {
  if (batch === undefined) {
    if (text === undefined) throw new Refused('Give a text to search for, or --batch FILE.', EXIT.usage)
    return [text]
  }
  const lines = textIn(batch)
    .split('\n')
    .filter(line => line.trim() !== '')
  return lines.map((line, at) => {
    const parsed = batchLine.safeParse(parsedJson(line))
    if (!parsed.success) throw new Refused(`Line ${at + 1} of ${batch} is no JSON object with a text "q".`)
    return parsed.data.q
  })
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
