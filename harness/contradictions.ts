import { type Claims, type Figure, isFigure, LEAST_MEMORY, type RetryClaim } from './claims.ts'

const usual = (one: Figure): number => ('fixed' in one ? one.fixed : one.default)
const written = (one: Figure): string => `${usual(one)}${'fixed' in one ? '' : ' by default'}`

type Rule = (claims: Claims) => string | null

function rangeOf(path: string, one: Figure): string | null {
  if ('fixed' in one) return null
  if (one.min > one.max) return `${path} has a min of ${one.min}, which is above its max of ${one.max}.`
  if (one.default >= one.min && one.default <= one.max) return null
  return `${path} has a default of ${one.default}, outside its range of ${one.min} to ${one.max}.`
}

function ranges(value: unknown, path: string): string | null {
  if (isFigure(value)) return rangeOf(path, value)
  if (typeof value !== 'object' || value === null) return null
  for (const [name, inner] of Object.entries(value)) {
    const found = ranges(inner, path === '' ? name : `${path}.${name}`)
    if (found !== null) return found
  }
  return null
}

/** `low` must not exceed `high`. */
function atMost(low: readonly [string, Figure], high: readonly [string, Figure]): string | null {
  if (usual(low[1]) <= usual(high[1])) return null
  return `${low[0]} (${written(low[1])}) is above ${high[0]} (${written(high[1])}).`
}

/** Must be a whole number of at least `least`, over its whole range. */
function whole(path: string, one: Figure, least: number): string | null {
  const values = 'fixed' in one ? [one.fixed] : [one.default, one.min, one.max]
  const wrong = values.find((value) => !Number.isInteger(value) || value < least)
  return wrong === undefined ? null : `${path} may be ${wrong}, but must be a whole number of at least ${least}.`
}

const first = (found: readonly (string | null)[]): string | null => found.find((one) => one !== null) ?? null

function retryRules(path: string, one: RetryClaim | undefined): string | null {
  if (one === undefined) return null
  return first([
    atMost([`${path}.base`, one.base], [`${path}.cap`, one.cap]),
    atMost([`${path}.jitter.low`, one.jitter.low], [`${path}.jitter.high`, one.jitter.high]),
    whole(`${path}.retries`, one.retries, 0),
  ])
}

const breakerRules: Rule = ({ breaker: one, errors }) => {
  if (one === undefined) return null
  if (!errors.codes.includes(one.code)) return `breaker.code (${one.code}) is not among errors.codes.`
  return first([
    one.trip.when === 'failure-rate'
      ? whole('breaker.trip.calls', one.trip.calls, 1)
      : whole('breaker.trip.failures', one.trip.failures, 1),
    whole('breaker.halfOpen.permits', one.halfOpen.permits, 1),
    whole('breaker.halfOpen.closeAfter', one.halfOpen.closeAfter, 1),
    whole('breaker.halfOpen.reopenOn', one.halfOpen.reopenOn, 1),
  ])
}

const degradationRules: Rule = ({ degradation: one, breaker, errors }) => {
  if (one === undefined) return null
  if (breaker === undefined)
    return 'degradation is claimed without a breaker, so nothing says when publishes are queued.'
  if (breaker.retry === 'inside')
    return 'degradation is claimed beside breaker.retry inside, but what waits in a queue goes out by single attempts (outside).'
  if (!errors.codes.includes(one.code)) return `degradation.code (${one.code}) is not among errors.codes.`
  if (one.code === breaker.code)
    return `degradation.code is breaker.code too (${one.code}), so nobody can tell a full queue from an open breaker.`
  return whole('degradation.capacity', one.capacity, 1)
}

const deadLetterRules: Rule = ({ deadLetter, handling }) => {
  if (deadLetter === undefined) return null
  if (deadLetter.name === '')
    return `deadLetter.name is empty, so dead letters (${deadLetter.naming}) have no topic of their own.`
  if (handling !== undefined) return null
  return 'deadLetter is claimed without handling, so nothing says after how many attempts a message is dead-lettered.'
}

const recordRules: Rule = ({ record }) =>
  record?.outbox === true && record.event === 'optional'
    ? 'record.outbox promises the event of every row, and record.event (optional) takes that back.'
    : null

/** Every attempt of a publish may last as long as claimed, with the longest waits between them. */
const attemptsRule: Rule = ({ publish, retry }) => {
  if (retry === undefined) return null
  const retries = usual(retry.retries)
  const waits = Array.from({ length: retries }, (_, n) =>
    Math.min(usual(retry.cap), usual(retry.base) * usual(retry.factor) ** n),
  )
  const waiting = waits.reduce((sum, wait) => sum + wait, 0) * usual(retry.jitter.high)
  const needed = (1 + retries) * usual(publish.timeout) + waiting
  if (needed <= usual(publish.within)) return null
  return (
    `publish.within (${written(publish.within)}) leaves no time for ${1 + retries} attempts of publish.timeout ` +
    `(${written(publish.timeout)}) and up to ${waiting} of waits between them, ${needed} together.`
  )
}

const replayRule: Rule = ({ replay, deadLetter, deduplication, stats }) => {
  if (replay === undefined) return null
  if (deadLetter === undefined) return 'replay is claimed without deadLetter, so there is nothing to replay.'
  if (stats !== undefined)
    return 'replay is claimed beside stats: statistics are held against the publishes of callers, and those of a replay are none.'
  if (deduplication === undefined) return null
  return 'replay is claimed beside deduplication: a replayed message bears the id of the one that it copies, and either may be passed over.'
}

const memoryRule: Rule = ({ memory }) => (memory === undefined ? null : whole('memory', memory, LEAST_MEMORY))

const RULES: readonly Rule[] = [
  replayRule,
  (claims) => ranges(claims, ''),
  ({ publish }) => atMost(['publish.timeout', publish.timeout], ['publish.within', publish.within]),
  ({ retry }) => retryRules('retry', retry),
  ({ handling }) => retryRules('handling', handling),
  attemptsRule,
  breakerRules,
  degradationRules,
  deadLetterRules,
  recordRules,
  memoryRule,
]

/** The first contradiction within claims as a sentence that names both sides, or null. */
export const contradictions = (of: Claims): string | null => first(RULES.map((rule) => rule(of)))
