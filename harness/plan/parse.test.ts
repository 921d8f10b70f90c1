import { describe, expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { exampleClaims } from './claims.case.ts'
import { fitPlan } from './fit.ts'
import { generatePlan } from './generate.ts'
import { parseJson, parsePlan } from './parse.ts'
import type { Plan } from './plan.ts'

const good: Plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['publish-outage'] }, 5, 1)
const [firstMessage] = good.messages
const [firstConsumer] = good.consumers

describe('parsePlan', () => {
  test.each([
    ['plan.json: messages[0].outcome', { ...good, messages: [{ ...firstMessage, outcome: { kind: 'explodes' } }] }],
    ['plan.json: messages[0].at', { ...good, messages: [{ ...firstMessage, at: -1 }] }],
    [
      'plan.json: messages[0].at: expected number, received NaN; give a finite number.',
      { ...good, messages: [{ ...firstMessage, at: Number.NaN }] },
    ],
    [
      'plan.json: settings.publish.timeout: expected number, received Infinity; give a finite number.',
      { ...good, settings: { 'publish.timeout': Number.POSITIVE_INFINITY } },
    ],
    ['plan.json: seed: expected int, received number, found 1.5; give a whole number.', { ...good, seed: 1.5 }],
    ['plan.json: nodes: Too small: expected number to be >=1, found -3.', { ...good, nodes: -3 }],
    ['plan.json: messages[0].body.hex: give pairs', { ...good, messages: [{ ...firstMessage, body: { hex: 'f' } }] }],
    ['plan.json: messages[0].headers', { ...good, messages: [{ ...firstMessage, headers: [{ name: '' }] }] }],
    ['plan.json: keys[0]', { ...good, keys: [{ text: '\ud800' }] }],
    ['plan.json: faults[0].kind', { ...good, faults: [{ ...good.faults[0], kind: 'flood' }] }],
    ['plan.json: topics', { ...good, topics: [] }],
    ['plan.json: version', { ...good, version: 9 }],
    ['plan.json: consumers', { ...good, consumers: [{ ...firstConsumer, from: 'latest' }] }],
    [
      'plan.json: consumers[0]: leaveAt must be later',
      { ...good, consumers: [{ ...firstConsumer, joinAt: 5, leaveAt: 5 }] },
    ],
    ['plan.json: Unrecognized key', { ...good, massages: [] }],
    ['plan.json: expected object', 'nothing'],
  ])('says where it is wrong: %s', (sentence, json) => {
    expect(() => parsePlan(json, 'plan.json')).toThrow(UsageError)
    expect(() => parsePlan(json, 'plan.json')).toThrow(sentence)
  })

  test('takes a plan without settings', () => {
    const { settings: _settings, ...rest } = good
    expect(parsePlan(rest, 'plan.json').settings).toEqual({})
  })

  test('text that is not JSON is named', () => {
    expect(() => parseJson('{', 'plan.json')).toThrow(/^plan\.json: not JSON/)
  })
})

describe('fitPlan', () => {
  test('leaves a plan that fits as it is', () => {
    expect(fitPlan(good, exampleClaims)).toEqual(good)
  })

  test('holds settings in their ranges, adds what is missing, drops what is unknown', () => {
    const fitted = fitPlan({ ...good, settings: { 'publish.timeout': 1, 'no.such': 3 } }, exampleClaims).settings
    expect(fitted['publish.timeout']).toBe(50)
    expect(fitted['breaker.reset']).toBe(300)
    expect(Object.keys(fitted).sort()).toEqual(Object.keys(good.settings).sort())
  })

  test('takes out what is not claimed', () => {
    const { deadLetter: _deadLetter, ...without } = exampleClaims
    const claims = {
      ...without,
      messages: { tombstones: false, repeatedHeaders: false, maxBytes: 10, headerNames: 'token' as const },
    }
    if (firstMessage === undefined) throw new Error('the plan has messages')
    const twice = ['a', 'b', 'a', '\u0000'].map((name) => ({ name, value: { text: name } }))
    const messages = [{ ...firstMessage, body: 'tombstone', headers: twice, outcome: { kind: 'fails' } } as const]
    const faults = [{ kind: 'refuse', role: 'dead-letter', direction: 'up', at: 0, lasts: 10, amount: 0 } as const]
    const fitted = fitPlan({ ...good, messages, faults }, claims)
    expect(fitted.messages[0]).toMatchObject({
      body: { text: '' },
      headers: twice.slice(0, 2),
      outcome: { kind: 'ok' },
    })
    expect(fitted.faults).toEqual([])
  })
})
