import { describe, expect, test } from 'vitest'
import { filesOf } from '../trial.ts'
import { textOf } from './manifest.ts'
import type { ToolchainId } from './toolchain.ts'
import { toolchainCalled } from './toolchains.ts'

const inputs = (id: ToolchainId, texts: Record<string, string>) => {
  const found = toolchainCalled(id).dependencies?.inputs(filesOf(texts)) ?? null
  return found === null
    ? null
    : Object.fromEntries([...found.keys()].map(path => [path, textOf(found, path)]))
}

describe('npm', () => {
  test('a package that names no other fetches nothing', () => {
    expect(
      inputs('node', { 'package.json': '{"scripts":{"test":"x"}}', 'package-lock.json': '{}' }),
    ).toBeNull()
    expect(inputs('node', { 'package.json': '{ broken' })).toBeNull()
  })

  test('what the project runs itself is not for the fetch, and does not change what is fetched', () => {
    const of = (scripts: object) =>
      inputs('node', {
        'package.json': JSON.stringify({ name: 'app', scripts, dependencies: { hono: '4.6.0' } }),
        'src/secret.js': 'x',
      })
    expect(Object.keys(of({}) ?? {})).toEqual(['package.json'])
    expect(JSON.parse(of({ postinstall: 'rm -rf /' })?.['package.json'] ?? '')).toEqual({
      name: 'app',
      dependencies: { hono: '4.6.0' },
    })
    expect(of({ postinstall: 'a' })).toEqual(of({ test: 'b' }))
  })

  test('packages of a workspace bring their manifests', () => {
    const found = inputs('node', {
      'package.json': '{"workspaces":["packages/*"]}',
      'packages/a/package.json': '{"name":"a","dependencies":{"b":"1"}}',
      'packages/a/index.js': '',
    })
    expect(Object.keys(found ?? {})).toEqual(['package.json', 'packages/a/package.json'])
  })

  test('with a lock file exactly that is installed', () => {
    const rules = toolchainCalled('node').dependencies
    expect(rules?.fetch(filesOf({ 'package.json': '{}' }))[1]).toBe('install')
    expect(rules?.fetch(filesOf({ 'package.json': '{}', 'package-lock.json': '{}' }))[1]).toBe('ci')
  })
})

describe('PyPI', () => {
  test('requirements without a requirement fetch nothing', () => {
    expect(inputs('python', { 'a.py': '', 'requirements.txt': '# none\n\n' })).toBeNull()
    expect(inputs('python', { 'pyproject.toml': '[project]\nname = "a"\n' })).toBeNull()
    expect(inputs('python', { 'pyproject.toml': 'broken [' })).toBeNull()
  })

  test('what pyproject.toml names is fetched with what tests need', () => {
    const pyproject =
      '[project]\nname = "a"\ndependencies = ["flask>=3"]\n[project.optional-dependencies]\ndev = ["ruff"]\ndocs = ["sphinx"]\n[dependency-groups]\ntest = ["pytest", {include-group = "x"}]\n'
    expect(inputs('python', { 'pyproject.toml': pyproject })).toEqual({
      'requirements-of-pyproject.txt': 'flask>=3\nruff\npytest\n',
    })
  })

  test('every file of requirements is seen, and constraints are not installed', () => {
    const files = {
      'requirements.txt': '-c constraints.txt\nsix',
      'requirements-dev.txt': 'ruff',
      'constraints.txt': 'x==1',
    }
    expect(Object.keys(inputs('python', files) ?? {}).sort()).toEqual(Object.keys(files).sort())
    const command = toolchainCalled('python').dependencies?.fetch(filesOf(files)).join(' ')
    expect(command).toMatch(/--only-binary :all: .*-r requirements.txt -r requirements-dev.txt$/)
  })
})

describe('Go', () => {
  const MODULE = 'module example.test/app\n\ngo 1.21\n'

  test('a module that needs the standard library only fetches nothing', () => {
    const main = 'package main\n\nimport "fmt"\nimport "example.test/app/internal/a"\n'
    expect(inputs('go', { 'go.mod': MODULE, 'main.go': main })).toBeNull()
  })

  test('the fetch sees what the code imports, and nothing else of the code', () => {
    const main =
      'package main\n\nimport (\n\t"fmt"\n\tu "github.com/google/uuid"\n\t"example.test/app/a"\n)\n\nconst x = "github.com/not/imported"\n'
    const other = 'package a\n\nimport _ "gopkg.in/yaml.v3"\n'
    expect(inputs('go', { 'go.mod': MODULE, 'main.go': main, 'a/a_test.go': other })).toEqual({
      'go.mod': MODULE,
      'botwright_stub.go': 'package stub\n\nimport _ "github.com/google/uuid"\nimport _ "gopkg.in/yaml.v3"\n',
    })
  })
})

describe('Rust and Java', () => {
  test('a crate without dependencies fetches nothing', () => {
    expect(inputs('rust', { 'Cargo.toml': '[package]\nname = "a"\n', 'src/main.rs': 'code' })).toBeNull()
  })

  test('cargo finds that sources are there, and not what is in them', () => {
    const files = { 'Cargo.toml': '[dependencies]\nitoa = "1"\n', 'Cargo.lock': 'x', 'src/main.rs': 'code' }
    expect(Object.keys(inputs('rust', files) ?? {})).toEqual(['Cargo.toml', 'Cargo.lock'])
    const stubs = toolchainCalled('rust').dependencies?.stubs?.(filesOf(files)) ?? new Map()
    expect([...stubs]).toEqual([['src/main.rs', { content: '' }]])
  })

  test('every module of Maven has something to build', () => {
    const files = filesOf({ 'pom.xml': '<a/>', 'web/pom.xml': '<b/>', 'web/src/main/java/Main.java': 'code' })
    const rules = toolchainCalled('java').dependencies
    expect([...(rules?.inputs(files)?.keys() ?? [])]).toEqual(['pom.xml', 'web/pom.xml'])
    expect([...(rules?.stubs?.(files).keys() ?? [])]).toContain('web/src/test/java/BotwrightStubTest.java')
  })
})
