import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { type Acceptance, acceptanceSchema, type Plan } from '../plan.ts'
import { planSection } from '../planText.ts'
import type { Prompt } from '../prompt.ts'
import { type SecretName, secretsSection } from '../secretNames.ts'
import { compose, cut, label } from '../section.ts'
import { architect } from './role.ts'

export type AcceptanceInput = {
  brief: Brief
  plan: Plan
  /** The commands by which the toolchain runs the tests, in one or two sentences. */
  howTestsRun: string
  /** Names that the app may read from its environment. */
  secrets?: readonly SecretName[]
}

const HOW_CHARACTERS_MAX = 2_000

/** Writes the acceptance tests from the brief before any code exists, and a stub that they must reject. */
export const acceptance: Prompt<AcceptanceInput, Acceptance> = {
  kind: 'acceptance',
  role: 'architect',
  outputTokensMax: 40_000,
  system: architect(
    [
      'Write acceptance tests from the criteria of the brief. No code exists yet; the tests are frozen and decide whether',
      'the work counts. Test what a user can observe (commands, output, exit codes, files, HTTP answers, the public',
      'functions that the plan names exactly), never how it is done inside. Assert what the brief promises and no more:',
      'no exact wording it does not give, no order it does not name. A test that a correct app could fail is worse than none.',
    ].join('\n'),
    [
      'One file per test, directly in tests/ (Java: src/test/java/), self-contained, with nothing beyond the standard library',
      'and the test library of the plan, no network, no fixed port, no sleep, its own temporary folder, and no name that',
      'another of these files has. Python: `tests/test_acceptance_c1.py`, hidden ones `tests/test_hidden_c2.py` (unittest,',
      'the app run by `sys.executable -m …` from the project root). JavaScript and TypeScript: `tests/acceptance-c1.test.js`',
      'or `.ts`, hidden ones `tests/hidden-c2.test.js` (node:test, ES modules, Node 18). Go: `tests/acceptance_c1_test.go`,',
      'hidden ones `tests/hidden_c2_test.go`, package tests, the app built by `go build` from the folder above. Rust:',
      '`tests/acceptance_c1.rs`, hidden ones `tests/hidden_c2.rs`, the app by `env!("CARGO_BIN_EXE_name")`. Java:',
      '`src/test/java/AcceptanceC1Test.java`, hidden ones `src/test/java/HiddenC2Test.java`, JUnit, without a package.',
      '`criterion` is the id it proves; `dueAfter` the earliest task after which it must pass (all it needs exists then).',
      'Cover every criterion that can be run. At least one test, and about a third, is `hidden`: the Implementer never',
      'sees it; let hidden tests use other values and edge cases than the visible ones.',
    ].join('\n'),
    [
      '`stub`: the smallest files of the app that import and start without an error and do nothing: functions return',
      'nothing, commands print nothing and exit 0. Against the stub EVERY test must fail by an assertion; an import error,',
      'a missing file or an exception in the test itself does not count. So look at results with assertions before use.',
    ].join('\n'),
  ),
  write: input =>
    compose(
      [label('App', input.brief.title)],
      `How tests are run: ${cut(input.howTestsRun, HOW_CHARACTERS_MAX)}`,
      briefSection(input.brief),
      secretsSection(input.secrets),
      planSection(input.plan),
    ),
  answer: acceptanceSchema,
}
