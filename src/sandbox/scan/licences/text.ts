/** Sentences that stand in one licence only, in lower case and with single blanks. */
const SENTENCES: readonly { id: string; has: readonly string[]; hasNot?: readonly string[] }[] = [
  { id: 'AGPL-3.0-only', has: ['gnu affero general public license version 3, 19 november 2007'] },
  { id: 'LGPL-3.0-only', has: ['gnu lesser general public license version 3, 29 june 2007'] },
  { id: 'LGPL-2.1-only', has: ['gnu lesser general public license version 2.1, february 1999'] },
  {
    id: 'GPL-3.0-only',
    has: ['gnu general public license version 3, 29 june 2007', 'terms and conditions'],
    hasNot: ['gnu lesser general public license version 3'],
  },
  { id: 'GPL-2.0-only', has: ['gnu general public license version 2, june 1991', 'terms and conditions'] },
  { id: 'Apache-2.0', has: ['apache license version 2.0, january 2004'] },
  { id: 'Apache-2.0', has: ['licensed under the apache license, version 2.0'] },
  { id: 'MPL-2.0', has: ['mozilla public license version 2.0 =', '1. definitions'] },
  { id: 'MPL-2.0', has: ['mozilla public license, version 2.0 1. definitions'] },
  { id: 'EPL-2.0', has: ['eclipse public license - v 2.0'] },
  {
    id: 'MIT',
    has: [
      'permission is hereby granted, free of charge, to any person obtaining a copy',
      'the above copyright notice and this permission notice shall be included in all',
    ],
  },
  {
    id: 'MIT-0',
    has: ['permission is hereby granted, free of charge, to any person obtaining a copy'],
    hasNot: ['the above copyright notice and this permission notice'],
  },
  {
    id: 'ISC',
    has: [
      'for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies',
    ],
  },
  { id: '0BSD', has: ['for any purpose with or without fee is hereby granted. the software is provided'] },
  {
    id: 'BSD-3-Clause',
    has: ['redistribution and use in source and binary forms', 'endorse or promote products'],
    hasNot: ['all advertising materials'],
  },
  {
    id: 'BSD-2-Clause',
    has: ['redistribution and use in source and binary forms'],
    hasNot: ['endorse or promote products', 'all advertising materials'],
  },
  { id: 'Unlicense', has: ['this is free and unencumbered software released into the public domain'] },
  { id: 'CC0-1.0', has: ['creative commons cc0 1.0 universal'] },
  { id: 'CC0-1.0', has: ['cc0 1.0 universal', 'statement of purpose'] },
  {
    id: 'Zlib',
    has: ['altered source versions must be plainly marked as such', 'this software is provided'],
  },
  { id: 'BSL-1.0', has: ['boost software license - version 1.0'] },
]

const CHARACTERS_MAX = 200_000

/**
 * The licences that a text contains, by sentences that stand in no other; null where there is none. A text that holds
 * several is under all of them: which part is under which, a machine cannot tell.
 */
export function licenceInText(text: string): string | null {
  const plain = text
    .slice(0, CHARACTERS_MAX)
    .toLowerCase()
    .replace(/[\s*#>]+/g, ' ')
  const found = SENTENCES.filter(
    ({ has, hasNot = [] }) =>
      has.every(each => plain.includes(each)) && !hasNot.some(each => plain.includes(each)),
  ).map(({ id }) => id)
  return found.length === 0 ? null : [...new Set(found)].join(' AND ')
}
