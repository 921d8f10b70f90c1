import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { findAdapter } from './find-adapter.ts'
import { resolvePackage } from './package-module.ts'

describe("an adapter by its package's name", () => {
  let cwd: string
  const put = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(cwd, path)), { recursive: true })
    await writeFile(join(cwd, path), content)
  }
  const at = (path: string): URL => pathToFileURL(join(cwd, 'node_modules', path))

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'busproof-package-'))
    const onlyImport = { '.': { import: './main.js' }, './queue': { import: './queue.js' }, './gone': './gone.js' }
    await put('node_modules/acme-bus/package.json', JSON.stringify({ type: 'module', exports: onlyImport }))
    await put('node_modules/acme-bus/main.js', '')
    await put('node_modules/acme-bus/queue.js', '')
    await put('node_modules/@acme/bus/package.json', JSON.stringify({ type: 'module', main: 'main.js' }))
    await put('node_modules/@acme/bus/main.js', '')
    await put('buses/mine.ts', '')
  })
  afterAll(() => rm(cwd, { recursive: true }))

  it.each([
    ['acme-bus', 'acme-bus/main.js'],
    ['acme-bus/queue', 'acme-bus/queue.js'],
    ['@acme/bus', '@acme/bus/main.js'],
  ])('is found from the working directory, as ESM alone too: %s', async (name, path) => {
    expect(resolvePackage(name, cwd)).toEqual(at(path))
    expect(await findAdapter(name, cwd)).toEqual(at(path))
  })

  it('is not taken for a path, nor a path for a package', async () => {
    expect(await findAdapter('buses/mine.ts', cwd)).toEqual(pathToFileURL(join(cwd, 'buses', 'mine.ts')))
    expect(await findAdapter(at('acme-bus/main.js'), cwd)).toEqual(at('acme-bus/main.js'))
    expect(await findAdapter(at('acme-bus/main.js').href, cwd)).toEqual(at('acme-bus/main.js'))
    expect(resolvePackage('node:fs', cwd)).toBeNull()
    expect(resolvePackage('fs', cwd)).toBeNull()
  })

  it.each([
    [
      'absent-bus',
      /^absent-bus: there is no built-in adapter of this name; give one of .*memory.*a package that is installed here$/,
    ],
    ['@acme/absent', /^@acme\/absent: .*a package that is installed here$/],
    ['./absent', /^\.\/absent: there is no such file/],
    ['acme-bus/hidden', /^acme-bus\/hidden: the package does not export such a module: .*hidden/],
    ['acme-bus/gone', /^acme-bus\/gone: its package names .*gone\.js, which does not exist: build it first$/],
  ])('that is not there is told in one sentence: %s', async (name, sentence) => {
    await expect(findAdapter(name, cwd)).rejects.toThrow(UsageError)
    await expect(findAdapter(name, cwd)).rejects.toThrow(sentence)
  })
})
