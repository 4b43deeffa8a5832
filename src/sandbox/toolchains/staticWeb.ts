import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import { hasJavaScriptTests, javascriptSyntax, NODE, nodeTests } from './javascript.ts'
import { npm } from './npm.ts'
import { packageChecks } from './package.ts'
import type { Toolchain } from './toolchain.ts'

export const staticWeb: Toolchain = {
  id: 'static-web',
  title: 'Static web page',
  recognises: paths => paths.includes('index.html'),
  manifests: ['index.html'],
  language: 'javascript',
  needs: [NODE],
  install: 'apt-get install nodejs',
  checks: files => [
    { name: 'page', phase: 'build', command: ['test', '-s', 'index.html'] },
    ...javascriptSyntax(files),
    ...packageChecks(files),
    ...(hasJavaScriptTests(files) ? nodeTests(files) : []),
  ],
  testsRun:
    'From the project root, in Node and without a browser: `node --test`, or `node --test tests/x.test.js`.',
  testSuite: 'node --test',
  testFile: path => ['node', '--test', path],
  start: [NODE_INSIDE, `${PROGRAMS_INSIDE}/static-server.mjs`],
  dependencies: npm,
}
