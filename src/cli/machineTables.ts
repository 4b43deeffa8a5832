import type { Guarantee } from '../sandbox/backend.ts'
import type { AdvisedRegistry } from '../sandbox/egress/advice.ts'
import type { FoundToolchain } from '../sandbox/toolchains/detect.ts'
import { table } from './terminal.ts'

/** What is said of this machine wherever it is looked at: its toolchains, its registries, and what its sandbox holds. */

export function toolchainTable(toolchains: readonly FoundToolchain[]): string {
  return table([['toolchain', 'version', ''], ...toolchains.map(toolchainRow)])
}

function toolchainRow({ title, available, version, missing, install, fetchLacks }: FoundToolchain): string[] {
  const lacks = [
    ...(available ? [] : [`lacks ${missing.join(', ')}: ${install}`]),
    ...(fetchLacks === null
      ? []
      : [`cannot fetch packages, lacks ${fetchLacks.missing.join(', ')}: ${fetchLacks.install}`]),
  ]
  return [title, version ?? '-', lacks.join('; ')]
}

export function registryTable(registries: readonly AdvisedRegistry[]): string {
  return table([['packages', 'registry', ''], ...registries.map(registryRow)])
}

function registryRow({ ecosystem, configured, reachable, why, todo }: AdvisedRegistry): string[] {
  const stand = reachable ? 'reachable' : configured ? 'NOT reachable' : 'none'
  return [ecosystem, stand, [why, todo].filter(Boolean).join(' ')]
}

/** Each way of holding once, with the limits that are held so. */
export function inShort(guarantees: Readonly<Record<string, Guarantee>>): string {
  const names = (held: Guarantee) => Object.keys(guarantees).filter(name => guarantees[name] === held)
  return (['hard', 'polled', 'none'] as const)
    .filter(held => names(held).length > 0)
    .map(held => `${HELD[held]}: ${names(held).join(', ')}`)
    .join('; ')
}

const HELD: Readonly<Record<Guarantee, string>> = {
  hard: 'held hard',
  polled: 'held by looking',
  none: 'not held',
}
