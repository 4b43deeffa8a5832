import { insertPictures } from '../../src/projects/pictures.ts'
import { insertDelivery } from '../../src/projects/store.ts'
import type { NamedPicture } from '../../src/sandbox/proof/pictures.ts'
import { type Books, type Maker, newMaker } from './books.ts'

/** Deliveries with pictures, as far as the books know them. */

export const taken = (name: string, rest: Partial<NamedPicture> = {}): NamedPicture => ({
  name,
  ordinal: 1,
  path: '/',
  size: 'phone',
  title: 'A page',
  width: 780,
  height: 1688,
  png: Buffer.from(name),
  sha256: name,
  ...rest,
})

/** A project with these deliveries, each with the same pictures. */
export async function delivered(
  books: Books,
  pictures: readonly NamedPicture[],
  numbers: readonly number[] = [1],
): Promise<Maker> {
  const maker = await newMaker(books, { grantMicro: 1n })
  const { projectId } = maker
  for (const number of numbers) {
    const facts = { projectId, number, commit: 'c', treeSha256: 't', zip: Buffer.from('zip'), proof: [] }
    await books.database.transaction(async tx => {
      await insertDelivery(tx, { ...facts, at: new Date(0) })
      await insertPictures(tx, projectId, number, pictures)
    })
  }
  return maker
}
