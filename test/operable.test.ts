/** Level operable. */
import { expect, test } from 'vitest'
import onexMemory from '../adapters/onex-memory/index.ts'
import { missingClaims } from '../harness/certificate/verdicts.ts'
import { certify } from '../harness/certify.ts'

test('the bus of ONEX claims all that level operable requires', () => {
  expect(missingClaims(onexMemory.claims, 'operable')).toEqual([])
})

test('no bus that crosses a real network is certified at it, because nothing judges its security', async () => {
  const module = new URL('../adapters/memory/index.ts', import.meta.url)
  await expect(certify(module, { site: 'real', level: 'operable', lanes: 1 })).rejects.toThrow(
    '--level operable: a bus that crosses a network needs security, of which busproof has no clauses yet; use --site simulated, or --level resilient',
  )
})
