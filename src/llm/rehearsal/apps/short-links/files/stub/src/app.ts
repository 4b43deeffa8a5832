import { Hono } from 'hono'
import type { Links } from './links.ts'

export function createApp(_links: Links): Hono {
  return new Hono()
}
