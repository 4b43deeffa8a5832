import type { Config } from '../config.ts'
import type { Parts } from '../projects/parts.ts'

/** What the routes stand on. */
export type Context = {
  parts: Parts
  config: Config
  /** Whose projects these are: until there is sign-in by person, the one owner of this installation. */
  userId: string
  route: { architect: ModelLabel; implementer: ModelLabel }
  examples: readonly { name: string; title: string; description: string }[]
  /** False while the process drains. */
  ready(): Promise<boolean>
}

export type ModelLabel = { provider: string; model: string }
