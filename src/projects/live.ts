import type { Activity, StoredEvent } from './event.ts'

/** Tells whoever listens in this process what just happened. Nothing depends on it: events are stored first. */
export type Live = {
  publish(events: readonly StoredEvent[]): void
  show(activity: Activity): void
  /** Listens to one project, or to all; returns how to stop. */
  listen(projectId: string | null, listener: Listener): () => void
  /** What is going on in a project this moment. */
  activityOf(projectId: string): Activity | undefined
}

export type Listener = { event(event: StoredEvent): void; activity(activity: Activity): void }

/** After these nothing of what was shown goes on. */
const OVER: ReadonlySet<StoredEvent['type']> = new Set(['moved', 'paused'])

export function openLive(): Live {
  const listeners = new Map<Listener, string | null>()
  const activities = new Map<string, Activity>()
  const hearing = (projectId: string) =>
    [...listeners]
      .filter(([, wanted]) => wanted === null || wanted === projectId)
      .map(([listener]) => listener)
  return {
    publish: events => {
      for (const event of events) {
        if (OVER.has(event.type)) activities.delete(event.projectId)
        for (const listener of hearing(event.projectId)) listener.event(event)
      }
    },
    show: activity => {
      activities.set(activity.projectId, activity)
      for (const listener of hearing(activity.projectId)) listener.activity(activity)
    },
    listen: (projectId, listener) => {
      listeners.set(listener, projectId)
      return () => listeners.delete(listener)
    },
    activityOf: projectId => activities.get(projectId),
  }
}
