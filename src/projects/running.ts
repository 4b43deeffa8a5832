/** The work that is under way in this process, so that it can be stopped at once. */
export type Running = {
  /** Runs work under a signal that `stop` or the process' own end aborts. */
  during<Value>(projectId: string, work: (signal: AbortSignal) => Promise<Value>): Promise<Value>
  /** Aborts what is under way for a project, model call and sandbox run included. */
  stop(projectId: string): void
  /** Aborts everything: the process ends. Work that begins later is aborted from the start. */
  stopAll(): void
  readonly stopped: boolean
}

export function openRunning(): Running {
  const controllers = new Map<string, Set<AbortController>>()
  let stopped = false
  return {
    during: async (projectId, work) => {
      const controller = new AbortController()
      const own = controllers.get(projectId) ?? new Set()
      controllers.set(projectId, own.add(controller))
      if (stopped) controller.abort()
      try {
        return await work(controller.signal)
      } finally {
        own.delete(controller)
        if (own.size === 0 && controllers.get(projectId) === own) controllers.delete(projectId)
      }
    },
    stop: projectId => {
      for (const controller of controllers.get(projectId) ?? []) controller.abort()
    },
    stopAll: () => {
      stopped = true
      for (const own of controllers.values()) for (const controller of own) controller.abort()
    },
    get stopped() {
      return stopped
    },
  }
}
