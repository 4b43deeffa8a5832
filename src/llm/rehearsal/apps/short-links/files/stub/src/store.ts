import { Links } from './links.ts'

export function openLinks(_file: string): Links {
  return new Links()
}
