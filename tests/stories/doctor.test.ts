import { expect, test } from 'vitest'
import { doctor } from '../../src/cli/doctorCommand.ts'
import { openTerminal } from '../../src/cli/terminal.ts'
import { ECOSYSTEMS } from '../../src/sandbox/egress/ecosystem.ts'
import { onStage, STORY_MS_MAX, type Stage } from './stage.ts'

async function told({ client }: Stage, json: boolean): Promise<string> {
  let written = ''
  await doctor({ client, terminal: openTerminal(json, { write: text => (written += text) }) })
  return written
}

test(
  'the doctor says which models answer, where code runs and how it is held, and where packages come from',
  () =>
    onStage({ idle: true }, async stage => {
      const said = await told(stage, false)
      expect(said).toMatch(/^Generated code runs in bubblewrap \(.+\)\.$/m)
      expect(said).toMatch(/^Its limits are held hard: wallMs,.*network/m)
      expect(said).toMatch(/^Node\.js +\d+\.\d+/m)
      for (const ecosystem of ECOSYSTEMS)
        expect(said).toMatch(new RegExp(`^${ecosystem} +(reachable|NOT reachable +\\S|none +\\S)`, 'm'))
      const report = JSON.parse(await told(stage, true))
      expect(Object.keys(report)).toEqual(['models', 'sandbox', 'toolchains', 'registries'])
      expect(report.sandbox).toMatchObject({ backend: 'bubblewrap', guarantees: { network: 'hard' } })
      for (const { reachable, why, todo } of report.registries) {
        expect(why === null).toBe(reachable)
        expect(todo === null).toBe(reachable)
      }
    }),
  STORY_MS_MAX,
)

test(
  'without a sandbox the doctor says what is missing, and the rest all the same',
  () =>
    onStage({ idle: true, settings: { BOTWRIGHT_BWRAP: '/nowhere/bwrap' } }, async stage => {
      expect(await told(stage, false)).toMatch(/bubblewrap/i)
      const report = JSON.parse(await told(stage, true))
      expect(report).toMatchObject({ sandbox: { backend: null }, toolchains: [], registries: [] })
      expect(report.models.length).toBeGreaterThan(0)
    }),
  STORY_MS_MAX,
)
