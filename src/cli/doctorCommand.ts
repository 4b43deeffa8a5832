import type { Client } from './client.ts'
import { Refused } from './exit.ts'
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

type Toolchain = {
  title: string
  available: boolean
  version: string | null
  missing: readonly string[]
  install: string
}

type Report = {
  models: readonly Examined[]
  sandbox: { backend: string | null; says: string | null }
  toolchains: readonly Toolchain[]
}

/** Tries every configured model with one tiny call, and says what else is there. Exit code 1 when no model of a role works. */
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
  const { sandbox } = report
  terminal.say(sandbox.says ?? `Generated code runs in ${sandbox.backend}.`)
  terminal.say(table([['toolchain', 'version', ''], ...report.toolchains.map(toolchainRow)]))
  const idle = idleRoles(report.models)
  if (idle.length > 0) throw new Refused(`No model works for: ${idle.join(', ')}.`)
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

function toolchainRow({ title, available, version, missing, install }: Toolchain): string[] {
  return [title, version ?? '-', available ? '' : `lacks ${missing.join(', ')}: ${install}`]
}

function idleRoles(models: readonly Examined[]): string[] {
  const roles = new Set(models.flatMap(each => each.roles))
  return [...roles].filter(role => !models.some(each => each.works && each.roles.includes(role)))
}
