import { expect, test } from 'vitest'
import type { Files } from '../../files.ts'
import { goDirectory } from './go.ts'
import { listDependencies } from './list.ts'

const filesOf = (texts: Record<string, string | object>): Files =>
  new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      { content: typeof text === 'string' ? text : JSON.stringify(text) },
    ]),
  )
const shown = (files: Files, installed?: Files) =>
  listDependencies(files, installed).packages.map(
    ({ ecosystem, name, version, licence }) => `${ecosystem} ${name} ${version} ${licence.id}`,
  )

const MIT =
  'Permission is hereby granted, free of charge, to any person obtaining a copy. The above copyright notice and this permission notice shall be included in all copies.'

test('npm: the lock file names all that is used, with licences, and what lies there fills in the rest', () => {
  const files = filesOf({
    'package.json': { dependencies: { a: '^1.0.0', '@s/b': '*' } },
    'package-lock.json': {
      lockfileVersion: 3,
      packages: {
        '': { name: 'own', version: '1.0.0' },
        'node_modules/a': { version: '1.2.3', license: 'ISC' },
        'node_modules/@s/b': { version: '2.0.0' },
        'node_modules/a/node_modules/c': { version: '3.0.0', dev: true },
        'node_modules/own-part': { resolved: 'part', link: true },
      },
    },
  })
  const installed = filesOf({
    '@s/b/package.json': { name: '@s/b', version: '2.0.0', license: 'GPL-3.0-only' },
    'a/node_modules/c/package.json': { name: 'c', version: '3.0.0', license: 'SEE LICENSE IN LICENSE' },
    'a/node_modules/c/LICENSE': MIT,
    'stray/package.json': { name: 'stray', version: '1.0.0', license: 'MIT' },
  })
  expect(shown(files, installed)).toEqual([
    'npm @s/b 2.0.0 GPL-3.0-only',
    'npm a 1.2.3 ISC',
    'npm c 3.0.0 MIT',
  ])
})

test('npm: without a lock file, what was fetched counts; without that, exact versions only', () => {
  const files = filesOf({ 'package.json': { dependencies: { a: '^1.0.0', b: '2.0.0', own: 'file:./own' } } })
  expect(shown(files)).toEqual(['npm a null not stated', 'npm b 2.0.0 not stated'])
  const installed = filesOf({
    'a/package.json': { name: 'a', version: '1.9.0', licenses: [{ type: 'MIT' }] },
    'a/dist/package.json': { name: 'inner', version: '0.0.0' },
    'deep/package.json': { name: 'deep', version: '0.1.0', license: { type: 'MIT' } },
  })
  expect(shown(files, installed)).toEqual(['npm a 1.9.0 MIT', 'npm b 2.0.0 not stated', 'npm deep 0.1.0 MIT'])
})

test('Python: pinned requirements, and what pip says of what it installed', () => {
  const files = filesOf({
    'requirements.txt':
      '# ours\nFlask==3.0.0\nrequests[socks] >= 2\n-r more.txt\nPy_YAML===6.0 ; python_version > "3"\n',
    'pyproject.toml':
      '[project]\ndependencies = ["click==8.1.7"]\n[project.optional-dependencies]\ntest = ["pytest"]\n',
  })
  const installed = filesOf({
    'requests-2.32.0.dist-info/METADATA':
      'Metadata-Version: 2.1\nName: requests\nVersion: 2.32.0\nLicense: Apache-2.0\n\nName: not this\n',
    'flask-3.0.0.dist-info/METADATA': 'Name: Flask\nVersion: 3.0.0\nLicense-Expression: BSD-3-Clause\n',
    'idna-3.7.dist-info/METADATA':
      'Name: idna\nVersion: 3.7\nClassifier: License :: OSI Approved :: BSD License\nClassifier: License :: OSI Approved\n',
    'idna-3.7.dist-info/licenses/LICENSE.md': MIT,
    'nothing-1.0.dist-info/METADATA': 'Name: nothing\nVersion: 1.0\n',
    'nothing-1.0.dist-info/licenses/LICENSE': MIT,
  })
  expect(shown(files, installed)).toEqual([
    'PyPI click 8.1.7 not stated',
    'PyPI Flask 3.0.0 BSD-3-Clause',
    'PyPI idna 3.7 MIT',
    'PyPI nothing 1.0 MIT',
    'PyPI Py_YAML 6.0 not stated',
    'PyPI pytest null not stated',
    'PyPI requests 2.32.0 Apache-2.0',
  ])
})

test('Python: poetry and uv lock all that is used; the project itself is none of it', () => {
  const files = filesOf({
    'pyproject.toml': '[project]\ndependencies = ["Flask"]\n',
    'uv.lock':
      '[[package]]\nname = "own"\nversion = "0.1.0"\nsource = { virtual = "." }\n[[package]]\nname = "flask"\nversion = "3.0.0"\nsource = { registry = "r" }\n',
  })
  expect(shown(files)).toEqual(['PyPI flask 3.0.0 not stated'])
})

test('Rust: the lock file names all but the project itself, vendored packages their licences', () => {
  const files = filesOf({
    'Cargo.toml': '[package]\nname = "own"\n[dependencies]\nserde = "1"\nown-part = { path = "part" }\n',
    'Cargo.lock':
      '[[package]]\nname = "own"\nversion = "0.1.0"\n[[package]]\nname = "serde"\nversion = "1.0.203"\nsource = "registry+r"\n',
  })
  const installed = filesOf({
    'vendor/serde/Cargo.toml':
      '[package]\nname = "serde"\nversion = "1.0.203"\nlicense = "MIT OR Apache-2.0"\n',
    'vendor/other/Cargo.toml': '[package]\nname = "other"\nversion = "1.0.0"\nlicense = "MIT"\n',
  })
  expect(shown(files, installed)).toEqual(['crates.io serde 1.0.203 MIT OR Apache-2.0'])
  expect(shown(filesOf({ 'Cargo.toml': '[dependencies]\nserde = "1"\n' }))).toEqual([
    'crates.io serde null not stated',
  ])
})

test('Go: modules of go.mod, with the text of the licence in the cache', () => {
  const files = filesOf({
    'go.mod': `module example.org/own
go 1.22
require github.com/BurntSushi/toml v1.3.2 // direct
require (
	golang.org/x/text v0.14.0 // indirect
	// a comment
)
replace example.org/a => ../a
`,
  })
  const installed = filesOf({ 'github.com/!burnt!sushi/toml@v1.3.2/COPYING': MIT })
  expect(shown(files, installed)).toEqual([
    'Go github.com/BurntSushi/toml v1.3.2 MIT',
    'Go golang.org/x/text v0.14.0 not stated',
  ])
  expect(goDirectory('github.com/BurntSushi/toml', 'v1.3.2')).toBe('github.com/!burnt!sushi/toml@v1.3.2')
})

test('Java: what pom.xml names, by properties and managed versions, with the licence of a parent', () => {
  const files = filesOf({
    'pom.xml': `<project><properties><gson.version>2.11.0</gson.version></properties>
<dependencyManagement><dependencies><dependency><groupId>o.m</groupId><artifactId>managed</artifactId><version>1.0</version></dependency></dependencies></dependencyManagement>
<dependencies>
<dependency><groupId>com.google.code.gson</groupId><artifactId>gson</artifactId><version>\${gson.version}</version></dependency>
<dependency><groupId>o.m</groupId><artifactId>managed</artifactId></dependency>
<dependency><groupId>o.m</groupId><artifactId>open</artifactId><version>\${missing}</version></dependency>
</dependencies></project>`,
  })
  const parent =
    '<parent><groupId>com.google.code.gson</groupId><artifactId>gson-parent</artifactId><version>2.11.0</version></parent>'
  const circle =
    '<parent><groupId>o.m</groupId><artifactId>managed</artifactId><version>1.0</version></parent>'
  const installed = filesOf({
    'com/google/code/gson/gson/2.11.0/gson-2.11.0.pom': `<project>${parent}</project>`,
    'com/google/code/gson/gson-parent/2.11.0/gson-parent-2.11.0.pom':
      '<project><licenses><license><name>Apache-2.0</name></license></licenses></project>',
    'o/m/managed/1.0/managed-1.0.pom': `<project>${circle}</project>`,
  })
  expect(shown(files, installed)).toEqual([
    'Maven com.google.code.gson:gson 2.11.0 Apache-2.0',
    'Maven o.m:managed 1.0 not stated',
    'Maven o.m:open null not stated',
  ])
})

test('a lock file of a form that is not read is named, and broken ones count as empty', () => {
  const files = filesOf({
    'yarn.lock': '# yarn lockfile v1',
    'package.json': '{ broken',
    'package-lock.json': '[]',
    'Cargo.lock': '[[package]\n',
    'pom.xml':
      '<!DOCTYPE a [<!ENTITY b "c">]><project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency></dependencies></project>',
    'pyproject.toml': 'project = 1',
    'go.mod': 'require (',
  })
  expect(listDependencies(files)).toEqual({ packages: [], notRead: ['yarn.lock'] })
})
