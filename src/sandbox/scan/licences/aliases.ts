/** How packages write well-known licences where they do not use the names of SPDX; the first that fits. */
const ALIASES: readonly (readonly [pattern: RegExp, id: string])[] = [
  [/^(?:the )?(?:mit|expat)(?:[- ]licen[cs]e)?(?: \(mit\))?$/, 'MIT'],
  [/^isc(?: licen[cs]e)?(?: \(iscl?\))?$/, 'ISC'],
  [/^(?:the )?apache(?: software)?(?: licen[cs]e)?,?[- ]*(?:v|version )?2(?:\.0)?$/, 'Apache-2.0'],
  [/^apache software licen[cs]e$/, 'Apache-2.0'],
  [
    /^(?:the )?(?:new|revised|modified|3-clause|bsd 3-clause|bsd-3|bsd 3) ?(?:bsd)?,? ?(?:licen[cs]e)?$/,
    'BSD-3-Clause',
  ],
  [
    /^(?:the )?(?:simplified|2-clause|bsd 2-clause|bsd-2|bsd 2) ?(?:bsd)?,? ?(?:licen[cs]e)?$/,
    'BSD-2-Clause',
  ],
  [/^(?:mozilla public licen[cs]e|mpl)[ -]*(?:v|version )?2(?:\.0)?(?: \(mpl 2\.0\))?$/, 'MPL-2.0'],
  [/^(?:eclipse public licen[cs]e|epl)[ -]*(?:v|version )?\.? ?2(?:\.0)?$/, 'EPL-2.0'],
  [/^(?:eclipse public licen[cs]e|epl)[ -]*(?:v|version )?\.? ?1(?:\.0)?$/, 'EPL-1.0'],
  [/^(?:python software foundation licen[cs]e|psf(?:l)?(?: licen[cs]e)?)$/, 'PSF-2.0'],
  [/^(?:the )?unlicen[cs]e(?: \(unlicense\))?$/, 'Unlicense'],
  [/^zope public licen[cs]e$/, 'ZPL-2.1'],
  [
    /^(?:gnu )?a(?:ffero )?g(?:eneral )?p(?:ublic )?l(?:icen[cs]e)?[ ,-]*v?(?:ersion )?3.*later.*$/,
    'AGPL-3.0-or-later',
  ],
  [/^(?:gnu )?(?:affero general public licen[cs]e|agpl)[ ,-]*(?:v|version )?3.*$/, 'AGPL-3.0-only'],
  [
    /^(?:gnu )?(?:lesser|library)(?: or lesser)? general public licen[cs]e.*3.*$|^(?:gnu )?lgpl[ -]*v?3.*$/,
    'LGPL-3.0-only',
  ],
  [
    /^(?:gnu )?(?:lesser|library)(?: or lesser)? general public licen[cs]e.*2.*$|^(?:gnu )?lgpl[ -]*v?2.*$/,
    'LGPL-2.1-only',
  ],
  [/^(?:gnu )?(?:general public licen[cs]e|gpl)[ ,-]*(?:v|version )?3.*$/, 'GPL-3.0-only'],
  [
    /^(?:gnu )?(?:general public licen[cs]e|gpl)[ ,-]*(?:v|version )?2.*classpath.*$/,
    'GPL-2.0-only WITH Classpath-exception-2.0',
  ],
  [/^(?:gnu )?(?:general public licen[cs]e|gpl)[ ,-]*(?:v|version )?2.*$/, 'GPL-2.0-only'],
  [/^(?:edl|eclipse distribution licen[cs]e)[ -]*v?\.? ?1\.0$/, 'BSD-3-Clause'],
]

/** The SPDX name of what may be a licence's ordinary name; else what was said. */
export function spdxName(said: string): string {
  const plain = said.trim().toLowerCase().replace(/\s+/g, ' ')
  return ALIASES.find(([pattern]) => pattern.test(plain))?.[1] ?? said.trim()
}
