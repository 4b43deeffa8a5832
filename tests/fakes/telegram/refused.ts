/** How the API says no. What is the bot's own fault is complained about; bad luck, which a bot must live with, is not. */
export class Refused extends Error {
  readonly code: number
  readonly fault: 'bot' | 'luck'
  readonly retryAfter: number | undefined

  constructor(code: number, description: string, fault: 'bot' | 'luck', retryAfter?: number) {
    super(description)
    this.name = 'Refused'
    this.code = code
    this.fault = fault
    this.retryAfter = retryAfter
  }
}

export function badRequest(why: string): Refused {
  return new Refused(400, `Bad Request: ${why}`, 'bot')
}

/** The request is in order, and what it asks for cannot be had. */
export function badLuck(why: string): Refused {
  return new Refused(400, `Bad Request: ${why}`, 'luck')
}
