import { defineConfig } from 'vitest/config'

const MINUTE_MS = 60_000
/** The rehearsal's apps bring tests of their own, which run in the sandbox. */
const EXCLUDED = ['**/node_modules/**', 'src/llm/rehearsal/apps/*/files/**', '.tools/**', '.botwright/**']

/** Each project: which files, and how long one test of them may take. */
const projects = [
  { name: 'unit', include: ['src/**/*.test.ts', 'tests/set-up/*.test.ts'], testTimeout: MINUTE_MS / 2 },
  { name: 'tidy', include: ['tests/tidy.test.ts', 'tests/tidy/*.test.ts'], testTimeout: MINUTE_MS },
  {
    name: 'stories',
    include: ['tests/stories/**/*.test.ts', 'tests/rehearsal/**/*.test.ts'],
    testTimeout: 4 * MINUTE_MS,
  },
  {
    name: 'languages',
    include: ['tests/languages/**/*.test.ts'],
    testTimeout: 10 * MINUTE_MS,
  },
  { name: 'pictures', include: ['tests/pictures/*.test.ts'], testTimeout: 4 * MINUTE_MS },
  { name: 'escape', include: escapeTests(), testTimeout: MINUTE_MS },
  { name: 'containers', include: ['tests/containers/*.test.ts'], testTimeout: MINUTE_MS },
  { name: 'chaos', include: ['tests/chaos/**/*.test.ts'], testTimeout: 10 * MINUTE_MS },
  { name: 'soak', include: ['tests/soak/**/*.test.ts'], testTimeout: 10 * MINUTE_MS },
  { name: 'browser', include: ['tests/browser/**/*.test.ts'], testTimeout: 4 * MINUTE_MS },
]

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: 'tests/set-up/postgres.ts',
    hookTimeout: MINUTE_MS,
    projects: projects.map(project => ({
      extends: true,
      test: { ...project, environment: 'node', exclude: EXCLUDED },
    })),
  },
})

/** ESCAPE_MODES=all in the environment also takes the layers of the sandbox away, which takes minutes and root. */
function escapeTests(): string[] {
  const isAll = process.env.ESCAPE_MODES === 'all' && process.getuid?.() === 0
  return isAll ? ['tests/escape/*.test.ts'] : ['tests/escape/modes.test.ts']
}
