import { javascriptSyntax, NODE, nodeTests } from './javascript.ts'
import { npm } from './npm.ts'
import { packageChecks } from './package.ts'
import type { Toolchain } from './toolchain.ts'

export const node: Toolchain = {
  id: 'node',
  title: 'Node.js',
  recognises: paths => paths.includes('package.json'),
  manifests: ['package.json'],
  language: 'javascript',
  needs: [NODE],
  install: 'apt-get install nodejs',
  checks: files => [...javascriptSyntax(files), ...packageChecks(files), ...nodeTests(files)],
  testsRun: 'From the project root: `node --test`, or `node --test tests/x.test.js`.',
  testSuite: 'node --test',
  testFile: path => ['node', '--test', path],
  dependencies: npm,
}
