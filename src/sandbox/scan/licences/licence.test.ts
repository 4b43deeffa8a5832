import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { licenceOf } from './licence.ts'
import { licenceInText } from './text.ts'

test.each([
  ['MIT', 'MIT', 'permissive'],
  ['MIT License', 'MIT', 'permissive'],
  ['The MIT License (MIT)', 'MIT', 'permissive'],
  ['Apache 2.0', 'Apache-2.0', 'permissive'],
  ['Apache License, Version 2.0', 'Apache-2.0', 'permissive'],
  ['The Apache Software License, Version 2.0', 'Apache-2.0', 'permissive'],
  ['Apache Software License', 'Apache-2.0', 'permissive'],
  ['ISC License (ISCL)', 'ISC', 'permissive'],
  ['New BSD License', 'BSD-3-Clause', 'permissive'],
  ['3-Clause BSD License', 'BSD-3-Clause', 'permissive'],
  ['BSD-2-Clause', 'BSD-2-Clause', 'permissive'],
  ['MIT OR Apache-2.0', 'MIT OR Apache-2.0', 'permissive'],
  ['MIT/Apache-2.0', 'MIT OR Apache-2.0', 'permissive'],
  ['(MIT OR GPL-3.0)', 'MIT OR GPL-3.0', 'permissive'],
  ['MIT AND GPL-3.0-only', 'MIT AND GPL-3.0-only', 'copyleft'],
  ['(MIT OR ISC) AND MPL-2.0', '(MIT OR ISC) AND MPL-2.0', 'weak'],
  ['Python Software Foundation License', 'PSF-2.0', 'permissive'],
  ['Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0', 'weak'],
  ['Eclipse Public License v2.0', 'EPL-2.0', 'weak'],
  ['GNU Lesser General Public License v3 (LGPLv3)', 'LGPL-3.0-only', 'weak'],
  ['LGPL-2.1-or-later', 'LGPL-2.1-or-later', 'weak'],
  ['GPLv3', 'GPL-3.0-only', 'copyleft'],
  ['GNU General Public License v3 (GPLv3)', 'GPL-3.0-only', 'copyleft'],
  ['GPL-2.0+', 'GPL-2.0+', 'copyleft'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0', 'weak'],
  ['AGPL-3.0-or-later', 'AGPL-3.0-or-later', 'copyleft'],
  ['GNU Affero General Public License v3', 'AGPL-3.0-only', 'copyleft'],
  ['BUSL-1.1', 'BUSL-1.1', 'other'],
  ['UNLICENSED', 'UNLICENSED', 'unknown'],
  ['Proprietary', 'Proprietary', 'unknown'],
  ['LicenseRef-ours', 'LicenseRef-ours', 'unknown'],
  ['', 'not stated', 'unknown'],
  [null, 'not stated', 'unknown'],
])('%j is %s: %s', (said, id, kind) => {
  expect(licenceOf(said)).toEqual({ id, kind })
})

test('whatever a package says of its licence, it is told in few words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3_000 }), said => {
      expect(licenceOf(said).id.length).toBeLessThanOrEqual(Math.max(said.length * 2, 60))
    }),
  )
})

/** Real texts, as packages of this house have them. */
const text = (path: string) =>
  readFileSync(new URL(`../../../../node_modules/${path}`, import.meta.url), 'utf8')

test.each([
  ['zod/LICENSE', 'MIT'],
  ['typescript/LICENSE', 'Apache-2.0'],
  ['knip/LICENSE', 'ISC'],
  ['smol-toml/LICENSE', 'BSD-3-Clause'],
])('the text of %s is %s', (path, id) => {
  expect(licenceInText(text(path))).toBe(id)
})

test.each([
  ['GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007\n ... TERMS AND CONDITIONS', 'GPL-3.0-only'],
  [
    'GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007 ... TERMS AND CONDITIONS',
    'AGPL-3.0-only',
  ],
  ['GNU LESSER GENERAL PUBLIC LICENSE\n Version 2.1, February 1999', 'LGPL-2.1-only'],
  ['// Licensed under the Apache License, Version 2.0 (the "License");', 'Apache-2.0'],
  ['All rights reserved. Ask us first.', null],
  ['', null],
])('%j is %s', (said, id) => {
  expect(licenceInText(said)).toBe(id)
})
