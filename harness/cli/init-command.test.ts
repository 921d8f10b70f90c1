import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { run } from './run-program.case.ts'

const root = mkdtempSync(join(tmpdir(), 'busproof-init-'))
afterAll(() => rmSync(root, { recursive: true }))

let folders = 0
function emptyFolder(): string {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  return folder
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort()

const templates = new URL('../../templates/', import.meta.url)
const kinds = JSON.parse(readFileSync(new URL('kinds.json', templates), 'utf8')) as Readonly<
  Record<string, { readonly files: readonly string[] }>
>

describe.each(Object.keys(kinds))('init --for %s', (kind) => {
  test('writes what it names, and names the two commands to type next', async () => {
    const folder = emptyFolder()
    const { code, stdout, stderr } = await run(['init', '--for', kind], folder)
    expect([code, stderr]).toEqual([0, ''])
    const files = filesIn(folder)
    expect(files).toEqual(
      expect.arrayContaining(['.github/workflows/busproof-my-bus.yml', 'my-bus.mts', 'my-bus.test.mts']),
    )
    for (const file of files) expect(stdout).toContain(`\n  ${file}\n`)
    expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^ {2}npm install --save-dev busproof vitest@4 /),
      '  npx busproof certify ./my-bus.mts --level core',
    ])
  })

  test('puts the name into files and their names, and leaves no placeholder', async () => {
    const folder = emptyFolder()
    const { code, stdout } = await run(['init', '--for', kind, '--into', 'src/bus', '--name', 'orders'], folder)
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('npx busproof certify ./src/bus/orders.mts --level core'),
    ])
    const files = filesIn(folder)
    expect(files.filter((file) => !file.startsWith('src/bus/orders'))).toEqual([
      '.github/workflows/busproof-orders.yml',
    ])
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
    expect(texts.filter((text) => /my-bus|\b(NAME|ADAPTER|SUITE|NEEDS)\b/.test(text))).toEqual([])
    // What imports a file of its own imports one that was written.
    const imported = texts.flatMap((text) => [...text.matchAll(/'\.\/([\w-]+)\.m[jt]s'/g)].map(([, name]) => name))
    expect(imported.length).toBeGreaterThan(0)
    const isWritten = (name = ''): boolean =>
      ['.mts', '.mjs'].some((suffix) => existsSync(join(folder, 'src', 'bus', `${name}${suffix}`)))
    expect(imported.filter((name) => !isWritten(name))).toEqual([])
    const workflow = readFileSync(join(folder, '.github/workflows/busproof-orders.yml'), 'utf8')
    expect(workflow).toContain('npx vitest run src/bus/orders.test.mts')
    expect(workflow).toContain('npx busproof doctor ./src/bus/orders.mts')
  })
})

test('init takes a folder that is called as the placeholder is', async () => {
  const folder = emptyFolder()
  await run(['init', '--for', 'own', '--into', 'my-bus', '--name', 'orders'], folder)
  const workflow = readFileSync(join(folder, '.github/workflows/busproof-orders.yml'), 'utf8')
  expect(workflow).toContain('npx busproof doctor ./my-bus/orders.mts')
  expect(workflow).toContain('npx vitest run my-bus/orders.test.mts')
  expect(existsSync(join(folder, 'my-bus', 'orders.mts'))).toBe(true)
})

test('init begins a second bus beside the first', async () => {
  const folder = emptyFolder()
  for (const name of ['orders', 'invoices']) {
    const { code } = await run(['init', '--for', 'own', '--into', name, '--name', name], folder)
    expect(code).toBe(0)
  }
  const workflows = filesIn(folder).filter((file) => file.startsWith('.github/'))
  expect(workflows.sort()).toEqual(['invoices', 'orders'].map((name) => `.github/workflows/busproof-${name}.yml`))
})

test('every template is of some kind', () => {
  const named = new Set(Object.values(kinds).flatMap(({ files }) => files))
  const there = readdirSync(templates).filter((file) => file !== 'kinds.json')
  expect([...named].sort()).toEqual(there.sort())
})

describe('init writes nothing', () => {
  test.each(['my-bus.mts', 'my-bus-contract.mts', '.github/workflows/busproof-my-bus.yml'])(
    'where %s is there',
    async (file) => {
      const folder = emptyFolder()
      mkdirSync(join(folder, '.github', 'workflows'), { recursive: true })
      writeFileSync(join(folder, file), 'mine')
      const { code, stdout, stderr } = await run(['init', '--for', 'own'], folder)
      expect(stderr).toBe(`${file} already exists, and nothing was written: move it, or give another --name\n`)
      expect([code, stdout, filesIn(folder)]).toEqual([2, '', [file]])
      expect(readFileSync(join(folder, file), 'utf8')).toBe('mine')
    },
  )

  test.each([
    [['--for', 'rabbit'], /Allowed choices are kafkajs, postgres, own, system/],
    [[], /required option '--for <kind>' not specified/],
    [['--for', 'own', '--name', '../up'], /^--name \.\.\/up: use lower-case letters, digits and dashes/],
    [['--for', 'own', '--name', ''], /^--name : use lower-case letters/],
    [['--for', 'own', '--into', 'a-file'], /^a-file\/my-bus\.mts cannot be written: .*; give another --into$/m],
  ])('for %j, and says why in one sentence', async (argv, message) => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'a-file'), '')
    const { code, stdout, stderr } = await run(['init', ...argv], folder)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout, filesIn(folder)]).toEqual([2, '', ['a-file']])
  })
})
