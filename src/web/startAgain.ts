import { useLocation } from 'wouter'
import { useHistoryState } from 'wouter/use-browser-location'

/** What the page of a new project finds in its box when it was led to with a description. */
export function useGivenDescription(): string {
  const state = useHistoryState<{ description?: unknown } | null>()
  return typeof state?.description === 'string' ? state.description : ''
}

/** Leads to the page of a new project with this description in its box. Nothing begins by itself. */
export function useStartAgain(): (description: string) => void {
  const [, navigate] = useLocation()
  return description => navigate('/', { state: { description } })
}
