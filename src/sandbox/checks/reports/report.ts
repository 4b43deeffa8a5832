import { done, type Result, refuse } from '../../../failure.ts'
import type { ReportFormat } from '../check.ts'
import { readCargo } from './cargo.ts'
import { readGoJson } from './goJson.ts'
import { readGoText } from './goText.ts'
import { readJunit } from './junit.ts'
import { readNodeSpec } from './nodeSpec.ts'
import type { TestReport } from './outcome.ts'
import { readSummary } from './summary.ts'
import { readTap } from './tap.ts'
import { beginsUnittest, readUnittest } from './unittest.ts'

type Read = (text: string) => Result<TestReport, 'torn'>

const READERS: Readonly<Record<ReportFormat, Read>> = {
  junit: readJunit,
  tap: text => done(readTap(text)),
  node: text => done(readNode(text)),
  unittest: text => whole(readUnittest(text)),
  cargo: readCargo,
  'go-json': text => done(readGoJson(text)),
}

/** Reads what a test runner wrote in the form that it is known to write; refuses what is not whole. */
export function readReport(format: ReportFormat, text: string): Result<TestReport, 'torn'> {
  return READERS[format](text)
}

/**
 * Looks for the forms of runners that print what they ran without being asked to; the first that is found counts. What
 * begins like one of them and does not end like it is torn; what is like none of them says nothing.
 */
export function findReport(output: string): Result<TestReport, 'torn'> {
  const unittest = readUnittest(output)
  if (unittest.tests.length > 0 || unittest.ran !== null || beginsUnittest(output)) return whole(unittest)
  const node = readNode(output)
  if (node.tests.length > 0 || node.ran !== null) return done(node)
  const cargo = readCargo(output)
  if (!cargo.ok || cargo.value.ran !== null) return cargo
  const go = readGoText(output)
  return done(go.ran === null ? readSummary(output) : go)
}

/** The process may have been ended from within, with exit code 0. */
function whole(report: TestReport): Result<TestReport, 'torn'> {
  return report.ran === null
    ? refuse('torn', 'The test runner ended before it had said how many tests it ran.')
    : done(report)
}

/** `node --test` speaks TAP or its own form, by its version. */
function readNode(text: string): TestReport {
  const spec = readNodeSpec(text)
  return spec.tests.length > 0 ? spec : readTap(text)
}
