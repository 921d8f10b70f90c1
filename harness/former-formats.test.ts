import { describe, expect, test } from 'vitest'
import { currentEvent, currentFailure, currentHeader, currentPlan } from './former-formats.ts'
import { parsePlan } from './plan/parse.ts'
import * as parts from './plan/parts.case.ts'

describe('a plan of version 2', () => {
  const message = { at: 0, key: 1 }

  test('names bodies and headers, which those of today hold', () => {
    const messages = [
      { ...message, body: 'text', headers: 'text' },
      { ...message, body: 'large', headers: 'none' },
      { ...message, body: 'invalid-utf8', headers: 'binary' },
    ]
    expect(currentPlan({ version: 2, messages })).toEqual({
      version: 3,
      messages: [
        { ...message, body: 'text', headers: 'text' },
        { ...message, body: { bytes: 65_536 }, headers: [] },
        {
          ...message,
          body: { hex: 'ffc080eda080' },
          headers: [
            { name: 'bytes', value: { bytes: 24 } },
            { name: 'not-text', value: { hex: '00fffe800a' } },
            { name: 'nothing', value: { text: '' } },
          ],
        },
      ],
    })
  })

  test('is read in full by what reads plans', () => {
    const bodies = ['text', 'json', 'empty', 'tombstone', 'one-byte', 'invalid-utf8', 'unicode', 'large']
    const headers = ['none', 'text', 'binary', 'repeated', 'many']
    const messages = bodies.map((body, index) => ({ ...parts.message(), body, headers: headers[index] ?? 'none' }))
    const { keys: _, ...former } = parts.plan()
    const read = parsePlan({ ...former, version: 2, messages }, 'plan.json')
    expect(read.messages).toHaveLength(bodies.length)
    expect(read.keys).toEqual([])
  })

  test('may be broken: then what reads it says so', () => {
    const broken = { version: 2, messages: [null, { body: 'huge' }] }
    expect(currentPlan(broken)).toEqual({ ...broken, version: 3 })
    expect(() => parsePlan(broken, 'plan.json')).toThrow('plan.json: ')
  })
})

describe('a plan of version 1', () => {
  const former = {
    version: 1,
    seed: 7,
    faults: [
      { kind: 'refuse', role: 'deadletter', direction: 'up', at: 0, lasts: 600, amount: 0 },
      { kind: 'reset', role: 'publish', direction: 'up', at: 0, lasts: 100, amount: 0 },
    ],
    messages: [{ at: 0, lives: 50 }, { at: 10 }],
    settings: { 'publish.timeout': 100, 'publish.within': 4000, 'close.within': 1000, 'recovery.within': 5000 },
  }

  test('has the words of today', () => {
    expect(currentPlan(former)).toEqual({
      version: 3,
      seed: 7,
      faults: [
        { kind: 'refuse', role: 'dead-letter', direction: 'up', at: 0, lasts: 600, amount: 0 },
        { kind: 'reset', role: 'publish', direction: 'up', at: 0, lasts: 100, amount: 0 },
      ],
      messages: [{ at: 0, ttlMs: 50 }, { at: 10 }],
      settings: { 'publish.timeout': 100, 'publish.deadline': 4000, 'close.deadline': 1000, 'recovery.deadline': 5000 },
    })
  })

  test('may lack settings, and be broken otherwise: then what reads it says so', () => {
    expect(currentPlan({ version: 1, faults: 'none', messages: [null] })).toEqual({
      version: 3,
      faults: 'none',
      messages: [null],
    })
  })

  test.each([null, 'text', [1], { version: 3, faults: [{ role: 'deadletter' }] }])('%j is none', (json) => {
    expect(currentPlan(json)).toBe(json)
  })
})

test('a failure or a regression of format 1 has servers, and one of today stays as it is', () => {
  expect(currentFailure({ format: 'busproof.failure/1', nodes: 3, plan: 1 })).toEqual({
    format: 'busproof.failure/2',
    servers: 3,
    plan: 1,
  })
  expect(currentFailure({ id: 'of a certificate', nodes: 1 })).toEqual({ id: 'of a certificate', servers: 1 })
  const current = { format: 'busproof.failure/2', servers: 3 }
  expect(currentFailure(current)).toBe(current)
})

describe('a history of format 1', () => {
  test('claims deadlines in its header', () => {
    const claims = {
      publish: { timeout: 1, within: 2 },
      close: { within: 3 },
      recovery: { within: 4 },
      retry: { within: 5 },
      replay: true,
      record: { event: 'required' },
    }
    expect(currentHeader({ type: 'run', plan: { version: 1 }, claims })).toMatchObject({
      plan: { version: 3 },
      claims: {
        publish: { timeout: 1, deadline: 2 },
        close: { deadline: 3 },
        recovery: { deadline: 4 },
        retry: { within: 5 },
        redrive: true,
        write: { event: 'required' },
      },
    })
  })

  test.each([
    [
      { type: 'passed-over', at: 1, why: 'expired' },
      { type: 'skipped', at: 1, why: 'expired' },
    ],
    [
      { type: 'publish', at: 1, lives: 40 },
      { type: 'publish', at: 1, ttlMs: 40 },
    ],
    [
      { type: 'replay-ended', at: 1, replay: 'replay-0', count: 2 },
      { type: 'redrive-ended', at: 1, redrive: 'replay-0', count: 2 },
    ],
    [
      { type: 'recorded', at: 1, op: 'm1', status: 'stored' },
      { type: 'written', at: 1, op: 'm1', status: 'stored' },
    ],
    [
      { type: 'stored', at: 1, op: 'm1~replayed' },
      { type: 'stored', at: 1, op: 'm1~redriven' },
    ],
    [
      { type: 'fault', role: 'deadletter' },
      { type: 'fault', role: 'dead-letter' },
    ],
    [
      { type: 'end', at: 9 },
      { type: 'end', at: 9 },
    ],
  ])('%j is %j', (former, current) => {
    expect(currentEvent(former)).toEqual(current)
  })
})
