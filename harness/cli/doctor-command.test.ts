import { expect, test } from 'vitest'
import { run } from './run-program.case.ts'

test('doctor says what works here, and is content with the embedded default', async () => {
  const { code, stdout } = await run(['doctor'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/✓ node +\d+/)
  expect(stdout).toMatch(/✓ adapter memory, simulated +busproof certify memory --site simulated/)
  expect(stdout).toMatch(/[✓–] toxiproxy +(found|Toxiproxy is not here: set BUSPROOF_TOXIPROXY)/)
})

test('doctor --json says the same to programs', async () => {
  const { stdout } = await run(['doctor', '--json'])
  const found = JSON.parse(stdout) as { name: string; works: boolean; needed: boolean; text: string }[]
  expect(found.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'adapter memory, simulated', 'toxiproxy', 'default']),
  )
  expect(found.filter(({ needed }) => needed).every(({ works }) => works)).toBe(true)
})
