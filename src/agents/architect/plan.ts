import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { fileList } from '../excerpt.ts'
import { type Plan, planSchema, type ToolchainId } from '../plan.ts'
import type { Prompt } from '../prompt.ts'
import { type SecretName, secretsSection } from '../secretNames.ts'
import { compose, label, section } from '../section.ts'
import { PREVIOUS_CHARACTERS_MAX, WISH_CHARACTERS_MAX } from './bounds.ts'
import { architect } from './role.ts'
import { TRAPS } from './traps.ts'

/** A toolchain of this house, and whether this machine has it. */
export type ToolchainOffer = {
  id: ToolchainId
  title: string
  available: boolean
  version: string | null
  /** Without it packages cannot be fetched, so that a plan has to do without any. */
  fetchLacks?: { missing: readonly string[] } | null
}

export type PlanInput = {
  brief: Brief
  toolchains: readonly ToolchainOffer[]
  /** Names that the app may read from its environment. */
  secrets?: readonly SecretName[]
  /** The plan that was shown, when it is to be changed. */
  previous?: Plan
  /** What the person wants changed in it. */
  change?: string
  /** What the person says about the delivered app: the plan then holds new tasks only. */
  feedback?: string
  doneTasks: readonly { id: string; title: string }[]
  files: readonly string[]
}

const DONE_CHARACTERS_MAX = 10_000

/** What the checks of each toolchain expect; kept next to the prompt because a plan that ignores it cannot pass. */
const TOOLCHAIN_RULES: Record<ToolchainId, string> = {
  python:
    'python: a package folder at the root, unittest tests as `tests/test_*.py` run by `python3 -m unittest discover -s tests`; standard library unless the brief needs more (then requirements.txt with exact versions of packages that exist as wheels, whose programs are run as `python3 -m …`)',
  node: 'node: ES modules in JavaScript, package.json with "type": "module", tests as `tests/*.test.js` on node:test run by `node --test`; nothing newer than Node 18; no dependencies unless the brief needs them (then exact versions in package.json)',
  typescript:
    'typescript: only where the person asks for TypeScript; package.json with "type": "module" and exact versions, tsx among dependencies, typescript and @types/node among devDependencies; a tsconfig.json with "strict", "module" and "moduleResolution" "NodeNext", "noEmit" and "allowImportingTsExtensions"; imports with `.ts`; tests as `tests/*.test.ts` on node:test run by `node --import tsx --test tests/*.test.ts`; started by `node --import tsx src/main.ts`; nothing newer than Node 20',
  'static-web':
    'static-web: index.html, CSS and ES modules without a build; logic in pure modules tested as `tests/*.test.js` by `node --test`; a small `serve.js` that reads PORT and binds 127.0.0.1',
  go: 'go: one module with go.mod at the root, its `go` line no newer than the version listed, `main.go` there and the rest in `internal/…`, formatted by gofmt; tests as `*_test.go` beside the code run by `go test ./...`; standard library unless the brief needs more (then direct requirements with exact versions; go.sum is written for you); started by `go run .`',
  rust: 'rust: one crate with Cargo.toml at the root, `src/lib.rs` for what is tested and a thin `src/main.rs`, edition 2021, formatted by rustfmt; unit tests in the modules, others in `tests/*.rs`, run by `cargo test`; no crates unless the brief needs them (then exact versions; Cargo.lock is written for you); started by `cargo run --quiet`',
  java: 'java: Maven, pom.xml at the root with exact versions of every plugin: maven-resources-plugin 3.3.1, maven-compiler-plugin 3.13.0 with release 17, maven-surefire-plugin 3.2.5, maven-jar-plugin 3.4.1 with the main class and finalName app; JUnit Jupiter 5 for tests in `src/test/java/*Test.java` run by `mvn -B test`; no other dependencies unless the brief needs them; started by `java -jar target/app.jar` after `mvn -B package`',
}

/** Picks the stack and writes the tasks; changes a plan, or adds tasks to a delivered project. */
export const plan: Prompt<PlanInput, Plan> = {
  kind: 'plan',
  role: 'architect',
  outputTokensMax: 32_000,
  system: architect(
    [
      'Write the plan from the approved brief. Choose only a toolchain that is listed as available, and say why in a',
      'sentence the person understands. Prefer few files and no dependencies: every package is something that breaks.',
      ...Object.values(TOOLCHAIN_RULES).map(each => `- ${each}`),
      'A second language is checked too where its manifest is at the root: index.html, package.json, requirements.txt.',
    ].join('\n'),
    [
      'Tasks: ids T1, T2, …, in the order they are built, each depending on earlier ones only. 3 to 8 tasks for a small',
      'app. Each is one sitting for a small model: up to about five files and 300 changed lines, and leaves the project',
      'working with all checks green. The first task already creates real code with its own tests. Each task lists the',
      'files it touches, its unit tests among them. `detail` names functions, formats, messages and edge cases exactly:',
      'the one who builds it cannot ask. `criteria` (T1.1, T1.2, …) can be seen in the code or shown by a test; together',
      'the tasks cover every criterion of the brief. No task for documents, README, licences, or acceptance tests',
      '(files named tests/test_acceptance_*, tests/test_hidden_*, tests/acceptance-*, tests/hidden-*): others write those.',
    ].join('\n'),
    [
      '`start`: the command that starts the finished app from its root, as given in the README. For a server give the port',
      '(it reads PORT) and what to ask of it. `slug`: lower case letters, digits and dashes.',
      'Traps: go through this list and put into `traps` the trap and your decision for at least 12 of them,',
      'in one line each; "does not apply, because …" is a decision:',
      ...TRAPS.map(each => `- ${each.trap}: ${each.ask}`),
    ].join('\n'),
    [
      'When an earlier plan and a change are given, keep everything the change does not touch, ids included.',
      'When feedback on a delivered project is given, answer with the same slug, toolchain and start, and in `tasks`',
      'only NEW tasks that mend or add what the feedback says, with ids that continue after the tasks done.',
    ].join('\n'),
  ),
  write: input =>
    compose(
      [label('App', input.brief.title)],
      briefSection(input.brief),
      `Toolchains:\n${input.toolchains.map(toolchainLine).join('\n')}`,
      secretsSection(input.secrets),
      doneSection(input),
      input.files.length > 0 ? fileList(input.files) : undefined,
      input.previous &&
        section('Earlier plan', JSON.stringify(input.previous, null, 1), PREVIOUS_CHARACTERS_MAX),
      input.change === undefined ? undefined : section('Change', input.change, WISH_CHARACTERS_MAX),
      input.feedback === undefined ? undefined : section('Feedback', input.feedback, WISH_CHARACTERS_MAX),
    ),
  answer: planSchema,
}

function toolchainLine({ id, title, available, version, fetchLacks }: ToolchainOffer): string {
  if (!available) return `- ${id}: ${title}, NOT available`
  const without = fetchLacks ? `, without packages from outside (${fetchLacks.missing.join(', ')})` : ''
  return `- ${id}: ${title} ${version ?? ''}, available${without}`
}

function doneSection({ doneTasks }: PlanInput): string | undefined {
  if (doneTasks.length === 0) return undefined
  return section(
    'Tasks done',
    doneTasks.map(each => `${each.id} ${each.title}`).join('\n'),
    DONE_CHARACTERS_MAX,
  )
}
