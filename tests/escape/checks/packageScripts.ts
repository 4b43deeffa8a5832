import { commandLines } from '../../../src/sandbox/supervise/processes.ts'
import { sh } from '../attempts.ts'
import type { Check, RunCheck } from '../check.ts'

/**
 * Packages whose scripts run by themselves when they are installed, built or tested. Each is a real package for the real
 * tool; where that is not inside, its script is run alone. All of them do the same mischief, and note how it went.
 */
const MISCHIEF = `told=/workspace/told
say() { echo "$1 $2" >> $told; }
cat "$BAIT_FILE" > /dev/null 2>&1 || cat /etc/shadow > /dev/null 2>&1 && say read ok || say read refused
python3 -c "import os, socket; socket.create_connection(('127.0.0.1', int(os.environ['BAIT_PORT'])), 2)" 2> /dev/null && say connect ok || say connect refused
python3 -c "import socket; socket.create_connection(('192.0.2.1', 80), 2)" 2> /dev/null && say network ok || say network refused
for place in /usr/bin /etc /opt/toolchains /usr/lib/python3/dist-packages; do
  touch $place/planted 2> /dev/null && say write ok || say write refused
done
touch /opt/cache/planted 2> /dev/null && say cache ok || say cache refused
(setsid sleep "$DAEMON" > /dev/null 2>&1 < /dev/null &)
say done refused
`

const NODE_PACKAGE = {
  'evil/package.json':
    '{"name":"evil","version":"1.0.0","scripts":{"postinstall":"sh /workspace/mischief.sh"}}',
  'package.json': '{"name":"app","version":"1.0.0","dependencies":{"evil":"file:./evil"}}',
}
const PYTHON_PACKAGE = {
  'evil/setup.py': `import subprocess
subprocess.call(['sh', '/workspace/mischief.sh'])
from setuptools import setup
setup(name='evil', version='1.0.0')`,
}
const RUST_PACKAGE = {
  'Cargo.toml': '[package]\nname = "evil"\nversion = "1.0.0"\nedition = "2021"\n',
  'build.rs':
    'fn main() { std::process::Command::new("sh").arg("/workspace/mischief.sh").status().unwrap(); }',
  'src/lib.rs': '',
}
const GO_PACKAGE = {
  'go.mod': 'module evil\n\ngo 1.18\n',
  'evil.go': 'package evil\n\n//go:generate sh /workspace/mischief.sh\n',
}
const JAVA_PACKAGE = {
  'Build.java': `public class Build {
  public static void main(String[] words) throws Exception {
    new ProcessBuilder("sh", "/workspace/mischief.sh").inheritIO().start().waitFor();
  }
}`,
}
const MAKE_PACKAGE = { Makefile: 'all:\n\tsh /workspace/mischief.sh\n' }

type Package = {
  who: string
  /** Without this program inside, the script is run alone. */
  tool: string
  install: string
  files: Readonly<Record<string, string>>
}

const PACKAGES: readonly Package[] = [
  {
    who: 'a postinstall script of npm',
    tool: 'npm',
    install: 'npm install --offline --no-audit --no-fund',
    files: NODE_PACKAGE,
  },
  {
    who: 'the setup.py of a Python package',
    tool: 'python3',
    install: 'cd evil && python3 setup.py build',
    files: PYTHON_PACKAGE,
  },
  {
    who: 'the build script of a Rust crate',
    tool: 'cargo',
    install: 'cargo build --offline',
    files: RUST_PACKAGE,
  },
  { who: 'the generator of a Go package', tool: 'go', install: 'go generate ./...', files: GO_PACKAGE },
  {
    who: 'Java code in a build, as of a Maven plugin,',
    tool: 'java',
    install: 'java Build.java',
    files: JAVA_PACKAGE,
  },
  { who: 'a Makefile', tool: 'make', install: 'make', files: MAKE_PACKAGE },
]

export const packageScripts: readonly Check[] = PACKAGES.map(
  ({ who, tool, install, files }, index): RunCheck => {
    const daemon = 7_200_000 + index
    const script = `export DAEMON=${daemon}$BAIT_TAG; if command -v ${tool}; then ( ${install} ); fi > log 2>&1
[ -f told ] || sh mischief.sh
cat told`
    return {
      name: `${who} reads, reaches, changes and leaves nothing`,
      command: sh(script),
      files: { ...files, 'mischief.sh': MISCHIEF },
      spec: { phase: 'scripts', mounts: [{ host: '/usr/share', inside: '/opt/cache' }] },
      witness: (_, { tag }) =>
        `${commandLines().filter(({ line }) => line.includes(`${daemon}${tag}`)).length}`,
      holds: ({ stdout, witnessed }) => {
        const words = stdout.trim().split('\n')
        return words.length === 9 && words.every(word => word.endsWith(' refused')) && witnessed === '0'
      },
    }
  },
)
