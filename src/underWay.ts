/** What is under way in this process, by the id of what it belongs to, so that it can be stopped at once. */
export type UnderWay = {
  /** Runs work under a signal that `stop` or `stopAll` aborts. */
  during<Value>(id: string, work: (signal: AbortSignal) => Promise<Value>): Promise<Value>
  /** Aborts what is under way for an id. */
  stop(id: string): void
  /** Aborts everything; work that begins later is aborted from the start. */
  stopAll(): void
  readonly stopped: boolean
}

export function openUnderWay(): UnderWay {
  const controllers = new Map<string, Set<AbortController>>()
  let stopped = false
  return {
    during: async (id, work) => {
      const controller = new AbortController()
      const own = controllers.get(id) ?? new Set()
      controllers.set(id, own.add(controller))
      if (stopped) controller.abort()
      try {
        return await work(controller.signal)
      } finally {
        own.delete(controller)
        if (own.size === 0 && controllers.get(id) === own) controllers.delete(id)
      }
    },
    stop: id => {
      for (const controller of controllers.get(id) ?? []) controller.abort()
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
