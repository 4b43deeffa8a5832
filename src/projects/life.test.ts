import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  drawLife,
  isState,
  life,
  next,
  PERSON_EVENTS,
  type PersonEventName,
  STATES,
  type State,
  WORK_STATES,
} from './life.ts'
import { DECISIONS } from './project.ts'
import { works } from './work/works.ts'

/** `deciding` is as many places as there are states that lead to it: `back` returns to the one it came from. */
type Place = { state: State; back: State | null }
type Arrow = { from: Place; word: string; to: Place }

const person = new Set<string>(PERSON_EVENTS)
const nameOf = ({ state, back }: Place) => (back === null ? state : `${state} from ${back}`)

function arrowsFrom(from: Place): Arrow[] {
  return Object.keys(life[from.state].on).flatMap(word => {
    const to = next(from.state, word, from.back)
    if (to === undefined) return []
    return [{ from, word, to: { state: to, back: to === 'deciding' ? from.state : null } }]
  })
}

/** Every place that can be come to, by name, with the arrows that are followed. */
function reach(from: Place, follow: (arrow: Arrow) => boolean = () => true): Map<string, Place> {
  const seen = new Map<string, Place>()
  const open = [from]
  for (let place = open.pop(); place; place = open.pop()) {
    if (seen.has(nameOf(place))) continue
    seen.set(nameOf(place), place)
    open.push(
      ...arrowsFrom(place)
        .filter(follow)
        .map(arrow => arrow.to),
    )
  }
  return seen
}

const start: Place = { state: 'brief', back: null }
const places = [...reach(start).values()]

describe('the table', () => {
  test('every word leads to a state that is there', () => {
    for (const state of STATES)
      for (const target of Object.values(life[state].on))
        expect(target === 'back' || isState(target)).toBe(true)
  })

  test('`back` is said only where a person decides', () => {
    const saying = STATES.filter(state => Object.values<string>(life[state].on).includes('back'))
    expect(saying).toEqual(['deciding'])
  })

  test('no state is out of reach', () => {
    expect(new Set(places.map(place => place.state))).toEqual(new Set(STATES))
  })

  test.each(places.map(place => [nameOf(place), place] as const))('%s reaches an end', (_, place) => {
    const ends = [...reach(place).values()].filter(({ state }) => life[state].kind === 'end')
    expect(ends.length).toBeGreaterThan(0)
  })

  test('what is not cancelled can be delivered from everywhere but the two other ends', () => {
    for (const place of places.filter(({ state }) => state !== 'cancelled' && state !== 'failed'))
      expect([...reach(place, arrow => arrow.word !== 'cancel').keys()]).toContain('completed')
  })

  test('every state that is no end takes `cancel`, and it leads to `cancelled`', () => {
    for (const state of STATES) {
      const expected = life[state].kind === 'end' ? undefined : 'cancelled'
      expect(next(state, 'cancel', null), state).toBe(expected)
    }
  })

  test('every state of work has a work, and no other state has one', () => {
    expect(Object.keys(works).sort()).toEqual([...WORK_STATES].sort())
  })

  test('parked states and ends are left by the person alone', () => {
    for (const state of STATES.filter(each => life[each].kind !== 'work'))
      expect(Object.keys(life[state].on).filter(word => !person.has(word))).toEqual([])
  })

  test('in a state of work the person can only cancel and undo', () => {
    const words = WORK_STATES.flatMap(state => Object.keys(life[state].on)).filter(word => person.has(word))
    expect(new Set(words)).toEqual(new Set<PersonEventName>(['cancel', 'undo']))
  })

  test('everything that a person can say is taken somewhere', () => {
    const taken = new Set(STATES.flatMap(state => Object.keys(life[state].on)))
    expect(PERSON_EVENTS.filter(word => !taken.has(word))).toEqual([])
  })

  test('every choice of every decision is taken by `deciding`, and each can be cancelled', () => {
    for (const choices of Object.values(DECISIONS)) {
      for (const word of choices) expect(Object.keys(life.deciding.on)).toContain(word)
      expect(choices).toContain('cancel')
    }
  })

  test('a word that the table does not know leads nowhere, also one that every object has', () => {
    for (const word of ['', 'nonsense', 'toString', '__proto__', 'constructor', 'back'])
      for (const state of STATES) expect(next(state, word, 'brief')).toBeUndefined()
    for (const word of ['', 'toString', '__proto__', 'back']) expect(isState(word)).toBe(false)
  })
})

describe('code is committed only when it was checked and verified after it was last written', () => {
  const leads = (to: State) => places.flatMap(arrowsFrom).filter(arrow => arrow.to.state === to)

  test.each(['checking', 'verifying'] as const)(
    'no way from `implementing` to `committing` goes around %s',
    needed => {
      const around = reach({ state: 'implementing', back: null }, arrow => arrow.to.state !== needed)
      expect([...around.keys()]).not.toContain('committing')
    },
  )

  test('only an approval leads to `committing`', () => {
    const into = leads('committing').map(({ from, word }) => `${nameOf(from)} ${word}`)
    expect(into).toEqual(['verifying approved'])
  })

  test('every way into `verifying` begins with green checks or is a return to it', () => {
    const into = leads('verifying').map(({ from, word }) => `${nameOf(from)} ${word}`)
    expect(new Set(into)).toEqual(new Set(['checking green', 'deciding from verifying raise']))
  })

  test('every walk that commits has passed both since it last implemented', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 80 }), choices => {
        const path = walk(choices)
        for (const [at, place] of path.entries()) {
          if (place.state !== 'committing') continue
          const since = path.slice(
            path.findLastIndex((each, i) => i < at && each.state === 'implementing'),
            at,
          )
          expect(since.map(each => each.state)).toEqual(expect.arrayContaining(['checking', 'verifying']))
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** Where a life leads that takes the words in this order; it stays at an end that nothing leaves. */
function walk(choices: readonly number[]): Place[] {
  const path = [start]
  for (const choice of choices) {
    const arrows = arrowsFrom(path.at(-1) ?? start).filter(arrow => arrow.word !== 'cancel')
    const chosen = arrows[choice % Math.max(arrows.length, 1)]
    if (!chosen) break
    path.push(chosen.to)
  }
  return path
}

test('a life at random comes to an end: each step has a chance to lead there', () => {
  const STEPS_MAX = 5_000
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat({ max: 1_000 })), choices => {
      let place = start
      for (let steps = 0; life[place.state].kind !== 'end'; steps++) {
        expect(steps).toBeLessThan(STEPS_MAX)
        const arrows = arrowsFrom(place)
        const chosen = arrows[(choices.next().value ?? 0) % arrows.length]
        if (chosen) place = chosen.to
      }
    }),
  )
})

test('the drawing has each arrow but those of `cancel`, and nothing more', () => {
  const lines = drawLife().split('\n')
  const arrows = STATES.flatMap(state =>
    Object.entries(life[state].on)
      .filter(([word]) => word !== 'cancel')
      .map(([word, to]) => `  ${state} --> ${to === 'back' ? 'deciding_back' : to}: ${word}`),
  )
  for (const arrow of arrows) expect(lines).toContain(arrow)
  expect(lines.filter(line => line.includes('-->') && line.includes(':'))).toHaveLength(arrows.length)
})
