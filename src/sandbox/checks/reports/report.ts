import { done, type Result } from '../../../failure.ts'
import type { ReportFormat } from '../check.ts'
import { readCargo } from './cargo.ts'
import { readGoJson } from './goJson.ts'
import { readJunit } from './junit.ts'
import { readNodeSpec } from './nodeSpec.ts'
import type { TestReport } from './outcome.ts'
import { readTap } from './tap.ts'
import { readUnittest } from './unittest.ts'

type Read = (text: string) => Result<TestReport, 'torn'>

const READERS: Readonly<Record<ReportFormat, Read>> = {
  junit: readJunit,
  tap: text => done(readTap(text)),
  node: text => done(readNode(text)),
  unittest: text => done(readUnittest(text)),
  cargo: text => done(readCargo(text)),
  'go-json': text => done(readGoJson(text)),
}

/** Reads what a test runner wrote in the form that it is known to write; refuses what is not whole. */
export function readReport(format: ReportFormat, text: string): Result<TestReport, 'torn'> {
  return READERS[format](text)
}

/** Looks for the forms of runners that print what they ran without being asked to; the first that is found counts. */
export function findReport(output: string): TestReport {
  const found = [readUnittest, readNode, readCargo].map(read => read(output))
  return found.find(({ tests, ran }) => tests.length > 0 || ran !== null) ?? NOTHING
}

const NOTHING: TestReport = { tests: [], ran: null, failed: null }

/** `node --test` speaks TAP or its own form, by its version. */
function readNode(text: string): TestReport {
  const spec = readNodeSpec(text)
  return spec.tests.length > 0 ? spec : readTap(text)
}
