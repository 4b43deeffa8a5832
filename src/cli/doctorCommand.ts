import type { Guarantees } from '../sandbox/backend.ts'
import type { AdvisedRegistry } from '../sandbox/egress/advice.ts'
import type { FoundToolchain } from '../sandbox/toolchains/detect.ts'
import type { Client } from './client.ts'
import { Refused } from './exit.ts'
import { inShort, registryTable, toolchainTable } from './machineTables.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

type Examined = {
  provider: string
  model: string
  roles: readonly string[]
  works: boolean
  says: string
  latencyMs: number | null
  firstTokenMs: number | null
  costUsd: string | null
  price: { inputUsdPerMillion: string; outputUsdPerMillion: string } | null
}

type Report = {
  models: readonly Examined[]
  sandbox:
    | { backend: string; version: string; guarantees: Guarantees; says: null }
    | { backend: null; says: string }
  toolchains: readonly FoundToolchain[]
  registries: readonly AdvisedRegistry[]
  registriesSay?: string
}

/** Tries every configured model with one tiny call, and says where code runs and where packages come from. Exit code 1 when no model of a role works. */
export async function doctor({ client, terminal }: Stand): Promise<void> {
  terminal.say('Trying each model with one tiny call…')
  const report = await client.post<Report>('/api/operator/doctor', {})
  terminal.emit(report)
  terminal.say(
    table([
      ['model', 'for', 'works', 'first word', 'answer', 'USD', 'in/out per M'],
      ...report.models.map(row),
    ]),
  )
  for (const { provider, model, works, says } of report.models) {
    if (!works) terminal.say(`${provider}:${model}: ${says}`)
  }
  tellMachine(report, terminal)
  const idle = idleRoles(report.models)
  if (idle.length > 0) throw new Refused(`No model works for: ${idle.join(', ')}.`)
}

function tellMachine({ sandbox, toolchains, registries, registriesSay }: Report, terminal: Terminal): void {
  terminal.say('')
  if (sandbox.backend === null) {
    terminal.say(sandbox.says)
    return
  }
  terminal.say(`Generated code runs in ${sandbox.backend} (${sandbox.version}).`)
  terminal.say(`Its limits are ${inShort(sandbox.guarantees)}.`)
  terminal.say(`\n${toolchainTable(toolchains)}`)
  terminal.say(`\n${registriesSay ?? registryTable(registries)}`)
}

function row({ provider, model, roles, works, firstTokenMs, latencyMs, costUsd, price }: Examined): string[] {
  return [
    `${provider}:${model}`,
    roles.join(', '),
    works ? 'yes' : 'no',
    firstTokenMs === null ? '-' : `${firstTokenMs} ms`,
    latencyMs === null ? '-' : `${latencyMs} ms`,
    costUsd ?? '-',
    price === null ? 'no price' : `${price.inputUsdPerMillion} / ${price.outputUsdPerMillion}`,
  ]
}

function idleRoles(models: readonly Examined[]): string[] {
  const roles = new Set(models.flatMap(each => each.roles))
  return [...roles].filter(role => !models.some(each => each.works && each.roles.includes(role)))
}
