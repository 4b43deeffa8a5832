/**
 * An app that the rehearsal model can build: everything both roles say on its way, as plain objects that fit the
 * schemas of the prompts. Its programs are real; the troubles on the way (an edit that does not fit, a bug that the tests
 * find, a flaw that only the review sees) are real too.
 */
export type RehearsalApp = {
  /** As the command line names it, for instance `tally`. */
  name: string
  /** The title of its brief; unique, because later prompts are recognised by it. */
  title: string
  /** The sentence that a person would type. */
  description: string
  /** What a description contains that leaves nothing to ask; compared without regard to white space and case. */
  precise?: string
  /** Whether a description may mean this app, by a few key words; it does when it asks for nothing else. */
  knows(text: string): boolean
  questions: object
  brief: Record<string, unknown> & { leftOut: readonly string[] }
  plan: Record<string, unknown> & {
    toolchain: string
    traps: readonly { trap: string; decision: string }[]
  }
  documents: object
  acceptance: object
  readme: object
  /** Answers of the Implementer by task id and attempt; the last one is repeated. */
  implement: Readonly<Record<string, readonly string[]>>
  /** Judges a task by the code that the prompt shows; `task` is its id. */
  verify(about: { task: string; prompt: string }): object
  verifyProject(prompt: string): object
  /** A wish for the delivered app that can be carried out too. */
  refinement?: Refinement
}

/** New tasks for a delivered app; their answers stand in `implement` with the others. */
export type Refinement = {
  /** The sentence that a person would type. */
  wish: string
  knows(text: string): boolean
  plan: { tasks: readonly { id: string }[] }
}
