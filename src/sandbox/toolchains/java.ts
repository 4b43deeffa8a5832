import { dirname, join } from 'node:path'
import { filesWhere } from './manifest.ts'
import type { DependencyRules, Toolchain } from './toolchain.ts'

const INSIDE = '/opt/dependencies/java'

/**
 * What Maven needs offline is only known when it has built something: surefire looks for the runner of the tests when
 * there are tests. So an empty class and an empty test are built. Without the notes on which registry a file came
 * from, later runs do not ask for that registry again.
 */
const FETCH = `mvn ${'-B -ntp -q'} -Dmaven.repo.local=/workspace/repository package && find repository -name _remote.repositories -delete`

/** Maven lives for seconds: compiling it well takes longer than it saves. */
const MACHINE = '-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC'

const dependencies: DependencyRules = {
  ecosystem: 'maven',
  always: true,
  needs: [],
  install: 'apt-get install maven',
  // Maven's own steps are plugins that are fetched, so that no project is without any.
  inputs: files => (files.has('pom.xml') ? filesWhere(files, isPom) : null),
  stubs: files =>
    new Map(
      [...files.keys()].filter(isPom).flatMap(pom => [
        [join(dirname(pom), 'src/main/java/BotwrightStub.java'), { content: 'class BotwrightStub {}\n' }],
        [
          join(dirname(pom), 'src/test/java/BotwrightStubTest.java'),
          { content: 'class BotwrightStubTest {}\n' },
        ],
      ]),
    ),
  fetch: () => ['/bin/sh', '-c', FETCH],
  keeps: { directory: 'repository', inside: INSIDE },
  scratch: [],
  env: { MAVEN_OPTS: `${MACHINE} -Dmaven.repo.local=${INSIDE}` },
  fetchEnv: { MAVEN_OPTS: MACHINE },
  locks: [],
}

function isPom(path: string): boolean {
  return /(^|\/)pom\.xml$/.test(path) && !/(^|\/)target\//.test(path)
}

const OFFLINE = ['mvn', '-B', '-o', '-ntp']

/** Maven is one machine, and the tests run in another. */
const VIRTUAL_MACHINES = { wallMs: 600_000, cpuSeconds: 900, memoryBytes: 2 * 1024 ** 3 }
const SERVING = { memoryBytes: 2 * 1024 ** 3 }

export const java: Toolchain = {
  id: 'java',
  title: 'Java (Maven)',
  recognises: paths => paths.includes('pom.xml'),
  manifests: ['pom.xml'],
  language: 'java',
  needs: [
    { binary: 'javac', oldest: [17, 0] },
    { binary: 'mvn', oldest: [3, 6] },
  ],
  install: 'apt-get install default-jdk-headless maven',
  env: { MAVEN_OPTS: MACHINE },
  checks: () => [
    { name: 'build', phase: 'build', command: [...OFFLINE, '-q', '-DskipTests', 'package'] },
    {
      name: 'test',
      phase: 'test',
      command: [...OFFLINE, 'test'],
      report: { format: 'junit', file: 'target/surefire-reports' },
    },
  ],
  testsRun:
    'From the project root, by Maven: `mvn test`, or one class: `mvn test -Dtest=XTest` for `src/test/java/XTest.java`.',
  testSuite: 'mvn -B test',
  testFile: path => [...OFFLINE, 'test', `-Dtest=${path.replace(/^.*\//, '').replace(/\.java$/, '')}`],
  limits: { build: VIRTUAL_MACHINES, test: VIRTUAL_MACHINES, serve: SERVING, prove: VIRTUAL_MACHINES },
  dependencies,
}
