import { chmodSync, existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OutsideFailure } from '../../failure.ts'
import { newBytes, newId, sha256 } from '../../id.ts'
import type { Log } from '../../log.ts'

/** A key of 32 bytes that other keys are sealed under; the fingerprint tells which, and nothing about it. */
export type Master = { bytes: Uint8Array; fingerprint: string }
/** The first seals, all open. */
export type Masters = readonly [Master, ...Master[]]

const BYTES = 32
const OTHERS_MAY = 0o077

type Settings = { masterKeys: readonly string[]; dataDir: string }

/**
 * The master keys of the settings, else the one in the data directory, which is made when there is none. Who moves from
 * the file to the settings still opens what the file's key sealed. Throws OutsideFailure when the file is no key.
 */
export function readMasters({ masterKeys, dataDir }: Settings, log: Log): Masters {
  const file = join(dataDir, 'master.key')
  const [first, ...others] = masterKeys.map(masterOf)
  if (!first) {
    if (!existsSync(file)) makeFile(file)
    return [readFile(file, log)]
  }
  return existsSync(file) ? [first, ...others, readFile(file, log)] : [first, ...others]
}

/** From 64 hex digits. */
export function masterOf(hex: string): Master {
  const bytes = Buffer.from(hex, 'hex')
  return { bytes, fingerprint: sha256(`master key ${hex}`).slice(0, 16) }
}

/** Made whole or not at all, and on the disk before anything is sealed under it: without it what it sealed is lost. */
function makeFile(file: string): void {
  const own = `${file}.${newId()}`
  writeFileSync(own, Buffer.from(newBytes(BYTES)).toString('hex'), { mode: 0o600, flush: true })
  try {
    linkSync(own, file)
  } catch (cause) {
    // Whoever was faster made it.
    if (!existsSync(file)) throw unusable(file, cause)
  } finally {
    rmSync(own, { force: true })
  }
}

function readFile(file: string, log: Log): Master {
  if ((statSync(file).mode & OTHERS_MAY) !== 0) {
    log.warn({ file }, 'others could read the master key: now only its owner can')
    chmodSync(file, 0o600)
  }
  const hex = readFileSync(file, 'utf8').trim()
  if (!/^[\da-f]{64}$/.test(hex)) throw unusable(file)
  return masterOf(hex)
}

function unusable(file: string, cause?: unknown): OutsideFailure {
  return new OutsideFailure(
    `There is no master key in ${file}.`,
    'Restore the file from a backup, or move it away and add the keys of the providers again.',
    cause,
  )
}
