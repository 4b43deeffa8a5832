import { useSyncExternalStore } from 'react'

/** From here on there is room for the conversation and the details side by side; Tailwind's `lg`. */
const wide = window.matchMedia('(min-width: 64rem)')

export function useWide(): boolean {
  return useSyncExternalStore(
    onChange => {
      wide.addEventListener('change', onChange)
      return () => wide.removeEventListener('change', onChange)
    },
    () => wide.matches,
  )
}
