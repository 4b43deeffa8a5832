import { Hono } from 'hono'
import type { Result } from '../../src/failure.ts'
import { pricingApi } from '../../src/http/pricing.ts'
import type { Books } from './books.ts'

/** The operator's part of prices over these books, whose lists are brought up to date by what the test hands in. */
export function pricesFront(
  books: Books,
  syncPrices: () => Promise<Result<{ looked: number; changed: number }>>,
): Hono {
  return new Hono().route('/', pricingApi({ parts: books, syncPrices }))
}
