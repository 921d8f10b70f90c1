/** What a stranger does in the first ten minutes, with the package from its tarball, on the oldest Node and on a new one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { node } from '../scripts/components/node.ts'
import { type Installed, installPacked, ran, write } from './packed.case.ts'
import { requires } from './require.ts'

// Installing and certifying take seconds on a quiet machine, and minutes on one that is busy with other suites.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const root = fileURLToPath(new URL('..', import.meta.url))
const example = readFileSync(join(root, 'examples', 'own-bus.ts'), 'utf8')
const SUITE = `import { describeConformance } from 'busproof/vitest'

describeConformance(new URL('./own-bus.ts', import.meta.url), { runs: 2, lanes: 1, only: ['ordering/1'], failures: null })
`
const LACKING = `import nats from 'nats'

export default { name: 'lacking', system: 'memory', claims: {}, open: () => nats.connect() }
`
const IMPORTS_LACKING = "export { default } from './lacking.mts'\n"
const STRICT = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  noEmit: true,
}
const TSCONFIG = JSON.stringify({ compilerOptions: STRICT, files: ['own-bus.ts', 'esm/own-bus.ts'] })
/** As `tsc --init` has it. */
const INIT_TSCONFIG = JSON.stringify({
  compilerOptions: {
    ...STRICT,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: true,
  },
  include: ['init', 'esm/init'],
})
const KINDS = ['kafkajs', 'postgres', 'own', 'system']

/** Its own of `node_modules`, as a folder of a user's project that is an ES module. */
const ESM = { 'esm/package.json': '{ "type": "module" }', 'esm/own-bus.ts': example, 'esm/own-bus.test.ts': SUITE }

const found = await installPacked()
const installed = typeof found === 'string' ? null : found
const folder = installed?.folder ?? ''
afterAll(() => installed?.remove())

const own = join(folder, 'node_modules', 'busproof')
const cli = join(own, 'dist', 'harness', 'cli', 'main.js')
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

/** The Nodes that `npm run components` brings; without them, the one that runs. */
const components = await Promise.all(
  (['20.19.0', '24.21.0'] as const).map(async (version) => ({
    version,
    program: await node(join(root, '.components'), version).present(),
  })),
)
const nodes = components.some(({ program }) => program !== null)
  ? components
  : [{ version: process.versions.node, program: process.execPath }, ...components]

requires('registry', installed === null ? String(found) : null)('the package from its tarball', () => {
  beforeAll(() =>
    write(folder, { 'own-bus.ts': example, 'lacking.mts': LACKING, 'imports-lacking.mjs': IMPORTS_LACKING, ...ESM }),
  )

  test('holds every file that its pages link to', () => {
    const pages = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.md') && !path.includes('node_modules'),
    )
    expect(pages).toContain('README.md')
    const broken = pages.flatMap((page) =>
      [...readFileSync(join(own, page), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map(([, path]) => path ?? '')
        .filter((path) => !existsSync(join(own, dirname(page), path)))
        .map((path) => `${page}: ${path}`),
    )
    expect(broken).toEqual([])
  })

  describe.each(nodes)('on Node $version', ({ version, program }) => {
    const missing = program === null ? `Node ${version} is not here: \`npm run components\` brings it` : null
    requires('node', missing)('alone', () => alone(program ?? ''))
  })

  describe('beside Vitest and TypeScript', () => {
    beforeAll(async () => {
      const missing = await (installed as Installed).add('vitest@4', 'typescript', '@types/node@20')
      if (missing !== null) throw new Error(missing)
    })

    test('compiles the example, as an ES module and as CommonJS', async () => {
      write(folder, { 'tsconfig.json': TSCONFIG })
      const { code, stdout } = await ran(join(folder, 'node_modules', '.bin', 'tsc'), ['-p', '.'], folder)
      expect(stdout).toBe('')
      expect(code).toBe(0)
    })

    describe.each(nodes)('on Node $version', ({ version, program }) => {
      const missing = program === null ? `Node ${version} is not here: \`npm run components\` brings it` : null
      requires('node', missing)('in a suite', () => {
        test('describeConformance certifies an adapter in TypeScript, in both kinds of package', async () => {
          write(folder, { 'own-bus.test.ts': SUITE })
          const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
          const { code, stdout, stderr } = await ran(program ?? '', [vitest, 'run', 'own-bus.test.ts'], folder)
          expect(stdout + stderr).toMatch(/Tests {2}2 passed \(2\)/)
          expect(code).toBe(0)
        })
      })
    })

    describe('what init writes, in both kinds of package,', () => afterInit())
  })
})

function alone(program: string): void {
  const busproof = (...args: readonly string[]) => ran(program, [cli, ...args], folder)
  const short = ['--runs', '2', '--lanes', '1', '--only', 'ordering/1'] as const

  test('certifies the embedded bus', async () => {
    const { code, stdout } = await busproof('certify', 'memory', '--runs', '40')
    expect(lastLine(stdout)).toBe('CERTIFIED memory: level resilient, simulated site')
    expect(code).toBe(0)
  })

  test('doctor says what is installed, and how to get what is not', async () => {
    const { code, stdout, stderr } = await busproof('doctor')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/✓ adapter memory, simulated/)
    expect(stdout).toMatch(/– adapter kafkajs +.*kafkajs: run `npm install --save-dev kafkajs`/)
    expect(stdout).toMatch(/– adapter postgres +.*pg: run `npm install --save-dev pg`/)
    expect(code).toBe(0)
  })

  test.each([
    [
      'an unknown adapter',
      'nope',
      /^nope: there is no built-in adapter of this name; give one of in-process, kafkajs, memory, onex-memory, postgres/,
    ],
    [
      'kafkajs without its driver',
      'kafkajs',
      /^the adapter kafkajs needs the package kafkajs: run `npm install --save-dev kafkajs`\n$/,
    ],
    [
      'postgres without its driver',
      'postgres',
      /^the adapter postgres needs the package pg: run `npm install --save-dev pg`\n$/,
    ],
    [
      'an adapter whose driver is missing',
      './lacking.mts',
      /imports the package nats, which is not installed: run `npm install --save-dev nats`\n$/,
    ],
    [
      'such an adapter that JavaScript imports',
      './imports-lacking.mjs',
      /imports the package nats, which is not installed: run `npm install --save-dev nats`\n$/,
    ],
  ])('refuses %s with one sentence', async (_what, adapter, sentence) => {
    const { code, stdout, stderr } = await busproof('certify', adapter, ...short)
    expect(stderr).toMatch(sentence)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test.each(['./own-bus.ts', './esm/own-bus.ts'])('certifies the example, %s', async (adapter) => {
    const { code, stdout, stderr } = await busproof('certify', adapter, ...short)
    expect(stderr).not.toMatch(/warning/i)
    expect(stdout).toMatch(/✓ pass +ordering\/1/)
    expect(code).toBe(0)
  })

  test('loads it in the process of a node too', async () => {
    const real = ['--site', 'real', '--toxiproxy', 'off', '--time', '20s', '--effort', 'quick'] as const
    const { code, stdout } = await busproof('certify', './own-bus.ts', ...real, ...short)
    expect(stdout).toMatch(/host: child process/)
    // It ends by the time, so that a slow machine may come to too few occasions.
    expect([0, 4]).toContain(code)
  })
}

function afterInit(): void {
  const busproof = (...args: readonly string[]) => ran(process.execPath, [cli, ...args], folder)

  beforeAll(async () => {
    const missing = await (installed as Installed).add('kafkajs', 'pg', '@types/pg')
    if (missing !== null) throw new Error(missing)
    write(folder, { ...ESM, 'tsconfig.init.json': INIT_TSCONFIG })
    for (const cwd of [join(folder, 'init'), join(folder, 'esm', 'init')]) {
      for (const kind of KINDS) {
        write(cwd, { [`${kind}/.keep`]: '' })
        const { code, stderr } = await ran(process.execPath, [cli, 'init', '--for', kind], join(cwd, kind))
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      }
    }
  })

  test('compiles', async () => {
    const { code, stdout } = await ran(
      join(folder, 'node_modules', '.bin', 'tsc'),
      ['-p', 'tsconfig.init.json'],
      folder,
    )
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })

  test.each(['./init/own/my-bus.mts', './esm/init/own/my-bus.mts'])('is certified: %s', async (adapter) => {
    const { code, stdout, stderr } = await busproof(
      'certify',
      adapter,
      '--level',
      'core',
      '--runs',
      '40',
      '--lanes',
      '1',
      '--seed',
      '1',
    )
    expect({ last: lastLine(stdout), code, said: code === 0 ? '' : stdout + stderr }).toEqual({
      last: 'CERTIFIED my-bus: level core, simulated site',
      code: 0,
      said: '',
    })
  })

  test('has a suite that passes', async () => {
    const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
    const { code, stdout, stderr } = await ran(process.execPath, [vitest, 'run'], join(folder, 'init', 'own'))
    expect(stdout + stderr).toMatch(/Test Files {2}1 passed \(1\)/)
    expect(code).toBe(0)
  })

  test('starts a broker that busproof does not know', async () => {
    const short = ['--effort', 'quick', '--only', 'delivery/4', '--toxiproxy', 'off']
    const { code, stdout } = await busproof('certify', './init/system/my-bus.mts', ...short)
    expect(stdout).toMatch(/✓ pass +delivery\/4/)
    expect(code).toBe(0)
  })
}
