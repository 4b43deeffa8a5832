import type { Clock } from '../../clock.ts'
import type { Files } from '../files.ts'
import { type AdvisoryCheck, type AdvisoryOptions, checkAdvisories } from './advisories/advisories.ts'
import { listDependencies, type Used } from './dependencies/list.ts'
import { findSecrets, type SecretScan, type SecretsOptions } from './secrets.ts'

/** What was found by looking at a delivery without running it. */
export type ScanReport = {
  secrets: SecretScan
  dependencies: Used
  advisories: AdvisoryCheck
}

export type ScanOptions = SecretsOptions & {
  /** What was fetched for it, see `readInstalled`. */
  installed?: Files
  /** Of a service that speaks OSV; null where none may be asked. */
  advisoryUrl: string | null
  clock: Clock
  signal: AbortSignal
} & Pick<AdvisoryOptions, 'timeoutMs' | 'pauseMs'>

/**
 * Looks through a delivery for secrets, and at what it uses for known weaknesses and licences. A secret must be taken out
 * before anything is delivered, see `secretCheck`. Weaknesses and licences are told plainly and keep nothing back: which
 * of them matters is for the person who runs the program to say, and many have no fixed version.
 */
export async function scanDelivery(files: Files, options: ScanOptions): Promise<ScanReport> {
  const { installed, advisoryUrl: url, secretValues = [], standIns = [], ...asking } = options
  const dependencies = listDependencies(files, installed)
  const [secrets, advisories] = await Promise.all([
    findSecrets(files, { secretValues, standIns }),
    checkAdvisories(dependencies.packages, { ...asking, url }),
  ])
  return { secrets, dependencies, advisories }
}
