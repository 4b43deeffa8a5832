import { newId } from '../../id.ts'
import { commandLines, processFacts } from './processes.ts'

/**
 * A mark names one run or workspace and the process that answers for it: `botwright-PID-START-ID`, where START is the
 * start of that process in clock ticks since boot. It is the name of a directory and an argument of the run's
 * processes, so that what a killed supervisor left can be found, and what a living one uses is left alone.
 */
export function newMark(): string {
  const self = processFacts(process.pid)
  return `botwright-${process.pid}-${self?.startTicks ?? 0}-${newId()}`
}

const MARK = /botwright-(\d+)-(\d+)-[0-9a-z]{16}/

/** Whether this is a mark whose supervisor is no longer alive. */
export function isLeftover(mark: string): boolean {
  const [whole, pid, startTicks] = MARK.exec(mark) ?? []
  if (whole === undefined) return false
  const supervisor = processFacts(Number(pid))
  return supervisor === null || supervisor.state === 'Z' || supervisor.startTicks !== startTicks
}

/** Kills every process that carries this mark; answers how many there were. */
export function killMarked(mark: string): number {
  return killWhere(line => line.includes(mark))
}

/** Kills every process that carries the mark of a supervisor that is no longer alive. */
export function killLeftovers(): number {
  return killWhere(isLeftover)
}

function killWhere(matches: (line: string) => boolean): number {
  return commandLines().filter(({ pid, line }) => pid !== process.pid && matches(line) && killWithGroup(pid))
    .length
}

/** The first process of a run leads its group. False when it has ended meanwhile, or belongs to somebody else. */
function killWithGroup(pid: number): boolean {
  const isKilled = kill(pid)
  kill(-pid)
  return isKilled
}

function kill(target: number): boolean {
  try {
    return process.kill(target, 'SIGKILL')
  } catch {
    return false
  }
}
