import { NODE_INSIDE } from '../fixtures.ts'

/** Where a job finds the directory of its streams. */
export const STREAMS_INSIDE = '/run/botwright'

/**
 * The first process of a job. Logs of a pod would merge both streams, so it writes them to files, each of so many bytes
 * and no more: whoever prints further is ended by SIGPIPE. (`cat` writes at once what it reads, where `head` waits.)
 * The pipes are named and belong to the user of the run, so that `> /dev/stdout` works. What outlives the command keeps
 * them open; nobody waits for that longer than a second. Arguments: blocks of 512 bytes of output, seconds of processor
 * time, blocks of the largest file, open files, and what is started beside the command (a way in or out, or nothing);
 * then the command.
 */
export const WRAPPER = `streams=${STREAMS_INSIDE}
output=$1 seconds=$2 blocks=$3 files=$4 beside=$5
shift 5
PATH="$PATH:/opt/node/bin:/workspace/node_modules/.bin"
export PATH
for name in $(env | cut -d= -f1 | grep '^KUBERNETES_'); do unset "$name"; done
ulimit -c 0
pipes=/tmp/.botwright
mkdir -m 700 $pipes || exit 125
mkfifo -m 600 $pipes/out $pipes/err || exit 125
(ulimit -f "$output"; cat < $pipes/out > $streams/stdout; : > $pipes/out-done) &
(ulimit -f "$output"; cat < $pipes/err > $streams/stderr; : > $pipes/err-done) &
exec 3> $pipes/out 4> $pipes/err
stdin=/dev/null
[ ! -e $streams/stdin ] || stdin=$streams/stdin
ulimit -n "$files"
ulimit -f "$blocks"
ulimit -S -t "$seconds"
ulimit -H -t $((seconds + 1))
if [ -n "$beside" ]; then
  ${NODE_INSIDE} -e "$beside" 3>&- 4>&- > /dev/null 2>&1 &
  while [ ! -e $pipes/beside ] && kill -0 $!; do sleep 0.05; done 2> /dev/null
fi
"$@" < $stdin >&3 2>&4 3>&- 4>&-
code=$?
exec 3>&- 4>&-
tries=0
until [ -e $pipes/out-done ] && [ -e $pipes/err-done ] || [ $tries -ge 20 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
exit $code`

/**
 * One port in here that leads to another address. With `greets` the first byte of an answer says that there was somebody:
 * whoever asks by a proxy would not learn it otherwise.
 */
type Way = { host: string; port: number; to: { host: string; port: number }; greets: boolean }

/** The byte of `greets`. */
export const GREETING = 1

/** A program for Node that offers these ways, for the argument `beside`; it says when it listens. */
export function ways(offered: readonly Way[]): string {
  return `const net = require('node:net')
const ways = ${JSON.stringify(offered)}
let left = ways.length
for (const { host, port, to, greets } of ways)
  net.createServer({ allowHalfOpen: true }, from => {
    const on = net.connect({ ...to, allowHalfOpen: true }, () => {
      if (greets) from.write(Buffer.from([${GREETING}]))
      from.pipe(on).pipe(from)
    })
    for (const [one, other] of [[from, on], [on, from]]) one.on('error', () => other.destroy())
  }).listen(port, host, () => { if (--left === 0) require('node:fs').writeFileSync('/tmp/.botwright/beside', '') })`
}
