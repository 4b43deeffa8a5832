/** How much of each kind of text from outside a prompt of the Architect carries, in characters. */

/** What the person wrote: five pages. */
export const DESCRIPTION_CHARACTERS_MAX = 16_000

/** One wish for a change, or feedback on what was delivered. */
export const WISH_CHARACTERS_MAX = 8_000

/** An earlier answer of the Architect that is to be changed, as JSON. */
export const PREVIOUS_CHARACTERS_MAX = 60_000

/** Code that is judged or described. */
export const CODE_CHARACTERS_MAX = 60_000

/** What an attempt changed. */
export const DIFF_CHARACTERS_MAX = 50_000
