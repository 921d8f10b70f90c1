import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { renderChaosSchema } from './json-schema.ts'
import { CHAOS_TEMPLATE } from './template.ts'

const written = readFileSync(new URL('../../../docs/chaos.schema.json', import.meta.url), 'utf8')

test('what is written is what `npm run chaos-schema` writes', () => {
  expect(JSON.parse(written)).toEqual(JSON.parse(renderChaosSchema()))
})

test('it takes the template, and refuses unknown keys and wrong shapes at every level', () => {
  const schema = z.fromJSONSchema(JSON.parse(written))
  const template: unknown = parse(CHAOS_TEMPLATE)
  expect(schema.safeParse(template).error).toBeUndefined()
  const changed = (changes: object): boolean => schema.safeParse({ ...(template as object), ...changes }).success
  expect(changed({ guards: [{ http: 'http://127.0.0.1/' }], faults: { lasts: '5s' } })).toBe(true)
  expect(changed({ speed: 1 })).toBe(false)
  expect(changed({ load: { rate: '1/s', speed: 1 } })).toBe(false)
  expect(changed({ load: { rate: 1 } })).toBe(false)
  expect(changed({ guards: [{ ftp: 'x' }] })).toBe(false)
  expect(changed({ faults: { kinds: ['earthquake'] } })).toBe(false)
})
