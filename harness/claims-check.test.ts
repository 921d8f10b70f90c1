import { describe, expect, test } from 'vitest'
import { exampleConfiguration } from './claims/configuration.case.ts'
import { type Claims, fixed, settable } from './claims.ts'
import { checkAdapter } from './claims-check.ts'
import { beyondSystem, contradictions } from './contradictions.ts'
import { UsageError } from './errors.ts'
import { everyClaim, exampleClaims } from './plan/claims.case.ts'

const open = async (): Promise<never> => {
  throw new Error('not opened here')
}
const good = { name: 'example', system: 'memory', claims: exampleClaims, open }
const { retry, handling, breaker, deadLetter } = exampleClaims
if (retry === undefined || breaker === undefined || deadLetter === undefined)
  throw new Error('the example claims everything')

describe('checkAdapter', () => {
  test('gives back the adapter itself', () => {
    expect(checkAdapter({ default: good }, './bus.ts')).toBe(good)
    expect(checkAdapter({ default: { ...good, client: 'pg', witness: { table: 'x' } } }, './bus.ts').client).toBe('pg')
  })

  test.each([
    [{ other: good }, './bus.ts exports no adapter: add a default export'],
    [null, './bus.ts exports no adapter'],
    [{ default: 7 }, './bus.ts: its default export is not an adapter but 7.'],
    [{ default: () => good }, './bus.ts: its default export is not an adapter but a function.'],
    [{ default: { ...good, name: undefined } }, './bus.ts: name: '],
    [{ default: { ...good, open: 'later' } }, './bus.ts: open: must be a function'],
    [
      { default: { ...good, system: '../x' } },
      './bus.ts: system: must be the name of a system that comes with busproof',
    ],
    [{ default: { ...good, claims: undefined } }, './bus.ts: claims: '],
    [{ default: { ...good, claims: { ...exampleClaims, delivery: 'perhaps' } } }, './bus.ts: claims.delivery: '],
    [
      { default: { ...good, claims: { ...exampleClaims, retry: { ...retry, base: 5 } } } },
      './bus.ts: claims.retry.base: ',
    ],
    [
      {
        default: {
          ...good,
          claims: { ...exampleClaims, messages: { ...exampleClaims.messages, maxBytes: Number.NaN } },
        },
      },
      './bus.ts: claims.messages.maxBytes: expected number, received NaN; give a finite number.',
    ],
    [{ default: { ...good, claims: { ...exampleClaims, brekaer: breaker } } }, './bus.ts: claims: Unrecognized key'],
  ])('refuses what is none, by name: %#', (module, sentence) => {
    expect(() => checkAdapter(module, './bus.ts')).toThrow(UsageError)
    expect(() => checkAdapter(module, './bus.ts')).toThrow(sentence)
  })

  test('refuses one that claims configuration and cannot read any', () => {
    const claims = { ...exampleClaims, configuration: exampleConfiguration }
    const configure = (): unknown => null
    expect(() => checkAdapter({ default: { ...good, claims } }, './bus.ts')).toThrow(
      './bus.ts: it claims configuration, but has no configure(): add the function that reads its settings.',
    )
    expect(() => checkAdapter({ default: { ...good, claims, configure } }, './bus.ts')).not.toThrow()
    expect(() => checkAdapter({ default: { ...good, configure: 5 } }, './bus.ts')).toThrow(
      'configure: must be a function',
    )
  })

  test('refuses claims that contradict each other', () => {
    const claims = { ...exampleClaims, errors: { codes: ['TIMEOUT'] } }
    expect(() => checkAdapter({ default: { ...good, claims } }, './bus.ts')).toThrow(
      './bus.ts: the claims contradict each other: breaker.code (BREAKER_OPEN) is not among errors.codes.',
    )
  })
})

const leastClaims = {
  delivery: 0,
  ordering: 0,
  messages: 0,
  publish: 0,
  consume: 0,
  close: 0,
  recovery: 0,
  errors: 0,
}

/** Every place in the claims, with what stands there. */
function places(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  const inner = Object.entries(value).flatMap(([name, one]) => places(one, [...path, name]))
  return path.length === 0 ? inner : [path, ...inner]
}

/** The same claims with another value at a place; MISSING takes the name away. */
function withAt(value: unknown, [name = '', ...rest]: readonly string[], other: unknown): unknown {
  const { [name]: old, ...kept } = value as Readonly<Record<string, unknown>>
  if (rest.length > 0) return { ...kept, [name]: withAt(old, rest, other) }
  return other === MISSING ? kept : { ...kept, [name]: other }
}
const MISSING = Symbol('missing')

describe('a claim that is no value', () => {
  const isOptional = (path: readonly string[]): boolean =>
    path.length === 1 && !(path[0] !== undefined && path[0] in leastClaims)
  const MAY_BE_MISSING = [
    ...['breaker.manual', 'deadLetter.poison', 'deadLetter.commit', 'write.outbox'],
    ...['configuration.conflicts', 'configuration.environments'],
    ...['envelope.messageId', 'envelope.correlationId', 'envelope.causationId'],
    'dispatch.names',
    ...Object.keys(everyClaim.metrics).map((meaning) => `metrics.${meaning}`),
  ]
  // Settings, fields and domains have names of their own: the tests of these claims, in `claims/`, test them.
  const OWN_NAMES = ['configuration', 'envelope', 'dispatch']
  const named = places(everyClaim).filter(
    ([claim = '', , ...inner]) => !OWN_NAMES.includes(claim) || inner.length === 0,
  )
  const cases = named.flatMap((path) =>
    [Number.NaN, Number.NEGATIVE_INFINITY, 'much', null, MISSING].map((value) => ({ path, value })),
  )
  test.each(cases)('$path: $value', ({ path, value }) => {
    const place = path.join('.')
    const isText =
      typeof path.reduce<unknown>((one, name) => (one as Record<string, unknown>)[name], everyClaim) === 'string'
    const claims = withAt(everyClaim, path, value)
    const check = (): unknown => checkAdapter({ default: { ...good, claims } }, './bus.ts')
    if (value === MISSING && (isOptional(path) || MAY_BE_MISSING.includes(place)))
      return expect(sentence(check)).not.toMatch(/Invalid/)
    if (value === 'much' && isText) return expect(sentence(check)).not.toMatch(/Invalid/)
    const told = sentence(check)
    const figure = /\.(?:fixed|default|min|max)$/.exec(place)
    const named = figure === null ? place : place.slice(0, figure.index)
    expect(told).toContain(`./bus.ts: claims.${named}: `)
    expect(told).not.toMatch(/Invalid input/)
    expect(told).toMatch(/expected|write |must |give /)
    if (figure !== null) expect(told).toMatch(/not a number of at least 0|does not belong/)
  })

  test('a figure names the claim, the value and what to write', () => {
    const claims = { ...exampleClaims, retry: { ...retry, base: fixed(Number.NaN) } }
    expect(() => checkAdapter({ default: { ...good, claims } }, './bus.ts')).toThrow(
      './bus.ts: claims.retry.base: its fixed is NaN, not a number of at least 0: write fixed(20) or settable(20, 5, 1000).',
    )
  })
})

function sentence(check: () => unknown): string {
  try {
    check()
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return (error as Error).message
  }
}

describe('contradictions', () => {
  const { handling: _handling, ...withoutHandling } = exampleClaims
  const { handling: _none, deadLetter: _noLetters, breaker: _noBreaker, retry: _noRetry, ...least } = exampleClaims
  const halves = { low: fixed(0.5), high: fixed(1.5) }
  const degradation = { capacity: fixed(5), code: 'TIMEOUT' }
  const cases: readonly (readonly [string, Claims])[] = [
    [
      'close.deadline has a default of 5, outside its range of 10 to 20.',
      { ...exampleClaims, close: { deadline: settable(5, 10, 20) } },
    ],
    [
      'recovery.deadline has a min of 9, which is above its max of 3.',
      { ...exampleClaims, recovery: { deadline: settable(5, 9, 3) } },
    ],
    [
      'publish.timeout (500) is above publish.deadline (100 by default).',
      { ...exampleClaims, publish: { timeout: fixed(500), deadline: settable(100, 50, 900) } },
    ],
    [
      'retry.base (10) is above retry.cap (5).',
      { ...exampleClaims, retry: { ...retry, base: fixed(10), cap: fixed(5) } },
    ],
    [
      'handling.jitter.low (2) is above handling.jitter.high (1).',
      { ...exampleClaims, handling: { ...retry, jitter: { low: fixed(2), high: fixed(1) } } },
    ],
    [
      'publish.deadline (900) leaves no time for 3 attempts of publish.timeout (300) and up to 45 of waits between them, 945 together.',
      {
        ...exampleClaims,
        publish: { timeout: fixed(300), deadline: fixed(900) },
        retry: { ...retry, base: fixed(10), factor: fixed(2), cap: fixed(500), retries: fixed(2), jitter: halves },
      },
    ],
    ['retry.retries may be 1.5', { ...exampleClaims, retry: { ...retry, retries: fixed(1.5) } }],
    [
      'breaker.halfOpen.permits may be 0, but must be a whole number of at least 1.',
      { ...exampleClaims, breaker: { ...breaker, halfOpen: { ...breaker.halfOpen, permits: settable(1, 0, 5) } } },
    ],
    ['degradation is claimed without a breaker', { ...least, degradation }],
    [
      'degradation is claimed with breaker.retry inside',
      { ...exampleClaims, breaker: { ...breaker, retry: 'inside' }, degradation },
    ],
    [
      'degradation.code (FULL) is not among errors.codes.',
      { ...exampleClaims, degradation: { ...degradation, code: 'FULL' } },
    ],
    [
      'degradation.code equals breaker.code (BREAKER_OPEN)',
      { ...exampleClaims, degradation: { ...degradation, code: breaker.code } },
    ],
    [
      'degradation.capacity may be 0, but must be a whole number of at least 1.',
      { ...exampleClaims, degradation: { ...degradation, capacity: fixed(0) } },
    ],
    [
      'cache may be 9000, but must be a whole number from 0 to 5000.',
      { ...exampleClaims, cache: settable(100, 0, 9_000) },
    ],
    ['cache may be -1, but must be a whole number from 0 to 5000.', { ...exampleClaims, cache: fixed(-1) }],
    ['deadLetter.name is empty', { ...exampleClaims, deadLetter: { naming: 'single', name: '' } }],
    ['deadLetter is claimed without handling', withoutHandling],
    ['redrive is claimed without deadLetter', { ...least, redrive: true }],
    ['redrive is claimed with stats', { ...exampleClaims, redrive: true, stats: true }],
    [
      'redrive is claimed with deduplication',
      {
        ...exampleClaims,
        redrive: true,
        deduplication: { header: 'id', window: fixed(1_000), storeDown: 'refuse' },
      },
    ],
    [
      'write.outbox promises the event of every row, but write.event (optional) does not.',
      { ...exampleClaims, write: { event: 'optional', outbox: true } },
    ],
  ]
  test.each(cases)('%s', (sentence, claims) => {
    expect(contradictions(claims)).toContain(sentence)
  })

  test('none where the attempts and their waits just fit', () => {
    const policy = { ...retry, base: fixed(10), factor: fixed(2), cap: fixed(500), retries: fixed(2), jitter: halves }
    const publish = { timeout: fixed(300), deadline: fixed(945) }
    expect(contradictions({ ...exampleClaims, publish, retry: policy })).toBeNull()
  })

  test('none in claims that agree, however few they are', () => {
    expect(contradictions(exampleClaims)).toBeNull()
    expect(contradictions(least)).toBeNull()
    expect(contradictions({ ...least, ...(handling === undefined ? {} : { handling }) })).toBeNull()
  })
})

describe('what the system lacks', () => {
  const { retry: _retry, breaker: _breaker, ...core } = exampleClaims
  const network = { network: 'it is one process' }

  test.each([
    [exampleClaims, network, /^it claims retry, .* on queue .* the bus crosses no network: it is one process; leave/],
    [{ ...core, breaker }, network, /^it claims breaker, /],
    [{ ...core, connections: fixed(3) }, network, /^it claims connections, /],
    [{ ...core, ordering: 'per-partition' } as const, { partitions: 'none' }, /^it claims ordering per-partition, /],
    [
      core,
      { deadLetterTopics: 'one for all' },
      /^it claims deadLetter, .* no dead-letter topic for each topic: one for/,
    ],
    [{ ...core, redrive: true } as const, { storedLog: 'none' }, /^it claims redrive, /],
  ])('is not to be promised: %#', (claims, lacks, sentence) => {
    expect(beyondSystem(claims, 'queue', lacks)).toMatch(sentence)
    expect(beyondSystem(claims, 'queue', {})).toBeNull()
  })

  test('leaves every other promise as it is', () => {
    expect(beyondSystem({ ...core, ordering: 'total' }, 'queue', { partitions: 'none', storedLog: 'none' })).toBeNull()
    expect(beyondSystem(core, 'queue', network)).toBeNull()
  })
})
