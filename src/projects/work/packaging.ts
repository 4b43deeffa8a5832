import type { Readme, ReadmeCommand } from '../../agents/readme.ts'
import { invariant } from '../../failure.ts'
import { withoutTimings } from '../../sandbox/checks/timings.ts'
import { type Proof, type ProofCommand, prove, renderProof } from '../../sandbox/proof/prove.ts'
import { readInstalled } from '../../sandbox/scan/installed.ts'
import { LICENCES_PATH, renderLicences, renderScan } from '../../sandbox/scan/render.ts'
import { type ScanReport, scanDelivery } from '../../sandbox/scan/report.ts'
import type { SecretFinding } from '../../sandbox/scan/secrets.ts'
import { type TreeFile, treeHash, unzip, zip } from '../../workspace/archive.ts'
import { overlay } from '../draft.ts'
import type { ProjectEvent } from '../event.ts'
import type { Ground } from '../ground.ts'
import { outcome, rest, type WorkResult } from '../outcome.ts'
import { insertPictures, picturedEvents } from '../pictures.ts'
import { README_TRIES_MAX } from '../plainReadme.ts'
import { standInsOf, withStandIns } from '../secrets/standIns.ts'
import { secretValues } from '../secrets/store.ts'
import { deliveriesOf, frozenTests, insertDelivery, tasksOf } from '../store.ts'
import { texts } from '../texts.ts'
import { commitReadme } from './commitReadme.ts'

const PROOF_PATH = 'PROOF.md'

/** Commits the README, packs the last commit, unpacks it in a clean room and runs the README's commands; only a proven ZIP is delivered. */
export async function packaging(ground: Ground): Promise<WorkResult<'packaging'>> {
  const { parts, project } = ground
  const { plan, readme } = project.file
  if (!parts.sandbox.ok) return rest('sandbox', parts.sandbox.says)
  invariant(plan !== null && readme !== null, 'what is packaged has a plan and a README')
  await ground.show('Unpacking the ZIP in a clean room and running every README command')
  const readmeCommit = await commitReadme(ground, readme)
  const { tree, report } = await scanned(ground, await deliveredTree(ground))
  const secrets = report.secrets.findings.filter(({ sure }) => sure)
  if (secrets.length > 0) return unproven(ground, secretsComplaint(secrets), [readmeCommit.event])
  const unpacked = unzip(zip(tree, plan.slug))
  invariant(unpacked.ok, 'a ZIP that was just made can be unpacked')
  const inside = stripped(unpacked.value, plan.slug)
  const workshop = parts.sandbox.value
  const sandbox = await withStandIns(workshop.sandbox, parts.database.sql, project.id)
  const given = { files: inside, toolchain: plan.toolchain }
  const proof = await ground.inSandbox(() =>
    prove({ ...workshop, sandbox }, given, commandsOf(readme), ground.signal),
  )
  if (!proof.ok) return rest('registry', proof.says, { passes: true })
  return proof.value.passed
    ? proven(ground, tree, proof.value, { report, ...readmeCommit })
    : unproven(ground, complaintOf(proof.value), [readmeCommit.event])
}

/** The last commit with every acceptance test that is due, the hidden ones too: they ship with the delivery. */
async function deliveredTree(ground: Ground): Promise<Map<string, TreeFile>> {
  const { parts, project } = ground
  const workspace = await parts.workspaceOf(project.id)
  const tests = await frozenTests(parts.database.sql, project.id)
  const rows = await tasksOf(parts.database.sql, project.id)
  const done = new Set(rows.filter(row => row.status === 'done').map(row => row.id))
  const due = tests.filter(test => done.has(test.dueAfter))
  const undue = tests.filter(test => !done.has(test.dueAfter)).map(({ path }) => ({ path, content: null }))
  return overlay(await workspace.snapshot(), [...undue, ...due])
}

/** What is delivered, with the licences of what it uses, and what looking through it has found. */
async function scanned({ parts, project, signal }: Ground, tree: ReadonlyMap<string, TreeFile>) {
  const { plan } = project.file
  invariant(plan !== null && parts.sandbox.ok, 'what is packaged has a plan and a sandbox')
  const { sql } = parts.database
  const prepared = await parts.sandbox.value.dependencies.prepare(tree, plan.toolchain, signal)
  const mounts = prepared.ok ? prepared.value.mounts : []
  const report = await scanDelivery(tree, {
    installed: await readInstalled(mounts.map(({ host }) => host)),
    standIns: Object.values(await standInsOf(sql, project.id)),
    secretValues: await secretValues(sql, parts.cipher, project.id),
    advisoryUrl: parts.advisoryUrl,
    clock: parts.clock,
    signal,
  })
  const licences = renderLicences(report.dependencies)
  const added = licences === null ? [] : [{ path: LICENCES_PATH, content: licences }]
  return { report, tree: overlay(tree, added) }
}

function stripped(files: ReadonlyMap<string, TreeFile>, root: string): Map<string, TreeFile> {
  return new Map([...files].map(([path, file]) => [path.slice(root.length + 1), file]))
}

function commandsOf(readme: Readme): ProofCommand[] {
  const named = (name: string, commands: readonly ReadmeCommand[]) =>
    commands
      .filter(each => each.notRun === undefined)
      .map(({ command, exitCode, serves }) => ({ name, command, exitCode, ...(serves ? { serves } : {}) }))
  return [
    ...named('Install', readme.install).map(command => ({ ...command, installs: true })),
    ...named('Test', readme.test),
    ...named('Run', readme.run),
    ...named('Usage', readme.usage),
  ]
}

async function proven(
  ground: Ground,
  tree: ReadonlyMap<string, TreeFile>,
  proof: Proof,
  { commit, event, report }: Awaited<ReturnType<typeof commitReadme>> & { report: ScanReport },
): Promise<WorkResult<'packaging'>> {
  const { parts, project } = ground
  const { plan } = project.file
  invariant(plan !== null && parts.sandbox.ok, 'what is packaged has a plan and a sandbox')
  const treeSha256 = treeHash(tree)
  const used = parts.sandbox.value.toolchains.filter(({ id }) => id === plan.toolchain)
  const text = `${renderProof(proof, treeSha256, used)}\n${renderScan(report)}\n`
  const final = zip(overlay(tree, [{ path: PROOF_PATH, content: text }]), plan.slug)
  const number = (await deliveriesOf(parts.database.sql, project.id)).length + 1
  const ms = proof.commands.reduce((sum, command) => sum + command.ms, 0)
  return outcome('proven', {
    file: { readmeComplaint: null, readmeTries: 0 },
    events: [
      event,
      { type: 'proven', treeSha256, commands: proof.commands.length, ms },
      ...picturedEvents(number, proof.pictures),
    ],
    write: async tx => {
      await insertDelivery(tx, {
        projectId: project.id,
        number,
        commit,
        treeSha256,
        zip: final,
        proof: proof.commands,
        at: new Date(parts.clock.nowMs()),
      })
      await insertPictures(tx, project.id, number, proof.pictures)
    },
  })
}

/** What goes back to whoever writes the README, and the same in a few words for people. */
type Complaint = { complaint: string; short: string }

function complaintOf({ commands }: Proof): Complaint {
  const failed = commands.filter(command => !command.passed)
  const each = failed.map(
    ({ command, exitCode, output }) =>
      `\`${command}\` ended with ${exitCode ?? 'a kill'}:\n${withoutTimings(output)}`,
  )
  const names = failed.map(({ command }) => `\`${command}\``).join(', ')
  return { complaint: each.join('\n\n'), short: `${names} failed.` }
}

/** A secret is named by its place alone. */
function secretsComplaint(found: readonly Pick<SecretFinding, 'path' | 'line' | 'kind'>[]): Complaint {
  const places = found.map(({ path, line, kind }) => `${path}:${line} (${kind})`).join(', ')
  return { complaint: `Secrets must not be delivered: ${places}.`, short: `There are secrets in ${places}.` }
}

function unproven(
  ground: Ground,
  { complaint, short }: Complaint,
  events: readonly ProjectEvent[],
): WorkResult<'packaging'> {
  if (ground.project.file.readmeTries < README_TRIES_MAX) {
    return outcome('unproven', { file: { readmeComplaint: complaint }, events })
  }
  return outcome('stuck', {
    events,
    file: { decision: { why: 'unproven', says: texts.unproven(short), task: null } },
  })
}
