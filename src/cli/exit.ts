/** How a command ends. */
export const EXIT = { done: 0, refused: 1, usage: 2, noSandbox: 3, interrupted: 130 } as const

/** A command that was refused or failed, with the reason for standard error and the exit code. */
export class Refused extends Error {
  readonly code: number

  constructor(says: string, code: number = EXIT.refused) {
    super(says)
    this.name = 'Refused'
    this.code = code
  }
}
