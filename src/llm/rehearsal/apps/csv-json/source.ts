import { sourcesIn } from '../../source.ts'

export const source = sourcesIn(import.meta.dirname)
