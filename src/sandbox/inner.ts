import type { Limits, RunSpec } from './backend.ts'

/** The environment inside, and nothing else. */
export function innerEnvironment(spec: RunSpec, limits: Limits, searchPath: string): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: '/home/sandbox',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    // V8 sizes its heap by the machine's memory, and would be killed long before it collected garbage.
    NODE_OPTIONS: `--max-old-space-size=${Math.floor((limits.memoryBytes * 0.6) / 1024 ** 2)}`,
    ...spec.env,
  }
}

/** The shell is process 1 inside; its argument 0 is the mark, so that a run is found by it. */
export function shell(command: readonly string[], mark: string): string[] {
  return ['/bin/sh', '-c', '"$@"; exit $?', mark, ...command]
}

/** Names of the synthetic files of `/etc`, and what they say. */
export const ETC_FILES: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/:/bin/sh\nsandbox:x:1000:1000:sandbox:/home/sandbox:/bin/sh\n',
  group: 'root:x:0:\nsandbox:x:1000:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  hostname: 'sandbox\n',
  'resolv.conf': '',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}
