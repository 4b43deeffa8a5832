/** Numbers and times for the eye. */

const clockTime = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const dayTime = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** `14:05` */
export function showClock(atMs: number): string {
  return clockTime.format(atMs)
}

/** `3 May, 14:05` */
export function showTime(atMs: number): string {
  return dayTime.format(atMs)
}

const UNITS = ['bytes', 'kB', 'MB', 'GB']

/** `12.3 kB`, in powers of 1000. */
export function showBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const amount = (bytes / 1000 ** power).toLocaleString('en', { maximumFractionDigits: power === 0 ? 0 : 1 })
  return `${amount} ${UNITS[power]}`
}

/** `840 ms`, `3.2 s`, `2 min 5 s` */
export function showDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = ms / 1_000
  if (seconds < 60) return `${seconds.toLocaleString('en', { maximumFractionDigits: 1 })} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

export function showCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** A price in its currency: `$5`, `€12.50`. */
export function showPrice({ amount, currency }: { amount: string; currency: string }): string {
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(Number(amount))
}
