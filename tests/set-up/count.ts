import { readFileSync } from 'node:fs'

/**
 * `node count.ts REPORT` reads vitest's JSON report and prints `PASSED FAILED SKIPPED`, then one line for each skipped
 * test with its reason. A test skips with `context.task.meta.reason = '…'; context.skip()`; one that does not say why
 * counts as failed, and so does a file that could not be loaded.
 */

type Test = { fullName: string; status: string; meta: { reason?: string } }
type File = { name: string; status: string; assertionResults: Test[] }

export type Counts = { passed: number; failed: number; skipped: string[] }

declare module 'vitest' {
  interface TaskMeta {
    /** Why a skipped test was skipped. */
    reason?: string
  }
}

export function count(files: readonly File[]): Counts {
  const tests = files.flatMap(file => file.assertionResults)
  const passed = tests.filter(test => test.status === 'passed').length
  const skipped = tests.filter(test => test.status !== 'passed' && test.meta.reason !== undefined)
  const unloaded = files.filter(file => file.status === 'failed' && !file.assertionResults.some(isFailed))
  return {
    passed,
    failed: tests.length - passed - skipped.length + unloaded.length,
    skipped: skipped.map(test => `${test.fullName}: ${test.meta.reason}`),
  }
}

function isFailed(test: Test): boolean {
  return test.status === 'failed'
}

function main(report: string): void {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: File[] }
  const { passed, failed, skipped } = count(testResults)
  process.stdout.write([`${passed} ${failed} ${skipped.length}`, ...skipped, ''].join('\n'))
}

if (import.meta.main) main(process.argv[2] ?? '')
