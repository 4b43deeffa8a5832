import type { UidRange } from '../bubblewrap/host.ts'
import { type EngineFacts, REMAPPED_UIDS } from './engine.ts'

/** Who a container runs as, so that its workspace is its own and nothing else of the machine is. */
export type Identity = {
  /** The user inside. */
  uid: number
  gid: number
  /** Argument of `--userns`, if any. */
  namespace: string | null
  /** It counts its own processes only, so that the limit of processes by user can be used as well. */
  isAlone: boolean
}

/** This process: who it is, and which ids it may give to workspaces (null for an ordinary user). */
export type Supervisor = { uid: number; gid: number; uids: UidRange | null }

type Known = Pick<EngineFacts, 'name' | 'rootless' | 'remappedFrom'>

/** The ids that workspaces are given; null where they stay with the user of this process. */
export function workspaceUids({ rootless, remappedFrom }: Known, uids: UidRange | null): UidRange | null {
  if (uids === null || rootless) return null
  if (remappedFrom === null) return uids
  return { first: remappedFrom + REMAPPED_UIDS.first, count: REMAPPED_UIDS.count }
}

/** `owner` owns the workspace, as the machine sees it. */
export function identityFor(engine: Known, supervisor: Supervisor, owner: number): Identity {
  const { uid, gid, uids } = supervisor
  if (engine.rootless) return ROOTLESS[engine.name]
  if (uids === null) {
    const namespace = engine.remappedFrom === null ? null : 'host'
    return { uid, gid, namespace, isAlone: false }
  }
  const inside = owner - (engine.remappedFrom ?? 0)
  return { uid: inside, gid: inside, namespace: null, isAlone: true }
}

const ROOTLESS: Readonly<Record<Known['name'], Identity>> = {
  podman: { uid: 1000, gid: 1000, namespace: 'keep-id:uid=1000,gid=1000', isAlone: true },
  // Rootless Docker has one mapping for all: its root is the user of this process, here without any capability.
  docker: { uid: 0, gid: 0, namespace: null, isAlone: false },
}
