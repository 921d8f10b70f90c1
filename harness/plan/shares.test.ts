/** How many generated plans hold what buses break at. docs/search.md shows the table; a share that falls to nothing fails. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type ConfigurationCase, caseOf } from '../claims/configuration-cases.ts'
import { NO_FIELDS } from '../claims/envelope-values.ts'
import { type Claims, type ResolvedClaims, resolveClaims } from '../claims.ts'
import { everyClaim } from './claims.case.ts'
import { differInSpelling, namesIn, sizeIn, textIn } from './contents.case.ts'
import { generatePlan } from './generate.ts'
import { LONGEST_KEY, materialise } from './message.ts'
import { mayReject, outcomeOfCopy } from './outcome.ts'
import type { Plan, PlannedMessage } from './plan.ts'

const PAGE = fileURLToPath(new URL('../../docs/search.md', import.meta.url))
const HEAD = ['| a plan with | share of 1,000 |', '|---|---|']
const MAX = 1_000_000
const claims: Claims = { ...everyClaim, messages: { ...everyClaim.messages, maxBytes: MAX } }

type Holds = (plan: Plan, figures: ResolvedClaims) => boolean

const some =
  (holds: (message: PlannedMessage, figures: ResolvedClaims) => boolean): Holds =>
  ({ messages }, figures) =>
    messages.some((message) => holds(message, figures))
const text = (holds: (text: string) => boolean): Holds =>
  some(({ body }) => {
    const found = textIn(body)
    return found !== null && holds(found)
  })
const size = (holds: (bytes: number) => boolean): Holds =>
  some(({ body }) => {
    const found = sizeIn(body)
    return found !== null && holds(found)
  })
const names = (holds: (names: readonly string[]) => boolean): Holds => some(({ headers }) => holds(namesIn(headers)))
const keys =
  (holds: (keys: readonly Buffer[]) => boolean): Holds =>
  (plan, figures) => {
    const used = plan.messages.map((_, index) => materialise(plan, index, figures.messages).key)
    return holds(used.flatMap((key) => (key === null ? [] : [Buffer.from(key)])))
  }
const slowerThan = (bound: (figures: ResolvedClaims) => number): Holds =>
  some(({ outcome }, figures) => outcome.kind === 'slow' && outcome.ms > bound(figures))

const configured =
  (holds: (one: ConfigurationCase) => boolean): Holds =>
  ({ configurations = [] }) =>
    configurations.some(({ first, times }) =>
      Array.from({ length: times }, (_, turn) => caseOf(everyClaim.configuration, first + turn)).some(holds),
    )

function changesWhenPrinted(json: string): boolean {
  try {
    return JSON.stringify(JSON.parse(json)) !== json
  } catch {
    return false
  }
}

/** The least share is far below what is measured: it only tells whether something is generated at all. */
const SHARES: readonly (readonly [what: string, least: number, holds: Holds])[] = [
  ['an empty value', 0.1, some(({ body }) => textIn(body) === '' || sizeIn(body) === 0)],
  ['a null value', 0.1, some(({ body }) => body === 'tombstone')],
  ['a value of one byte', 0.02, size((bytes) => bytes === 1)],
  ['a value in hexadecimal, mostly not UTF-8', 0.1, some(({ body }) => typeof body === 'object' && 'hex' in body)],
  ['JSON that parsing and printing changes', 0.1, text(changesWhenPrinted)],
  ['a value at, or one beside, a power of two from 2⁸ on', 0.1, size((bytes) => bytes > 254)],
  ['a value larger than 64 KiB', 0.05, size((bytes) => bytes > 65_536)],
  ['the largest value, or one byte less', 0.01, size((bytes) => bytes >= MAX - 1)],
  ['a message without a key', 0.2, some(({ key }) => key < 0)],
  ['an empty key', 0.01, keys((used) => used.some(({ length }) => length === 0))],
  ['the longest key', 0.01, keys((used) => used.some(({ length }) => length === LONGEST_KEY))],
  ['keys that differ only in case or composition', 0.05, keys((used) => differInSpelling(used.map(String)))],
  ['header names that do, in one message', 0.02, names(differInSpelling)],
  ['a header name that comes twice in one message', 0.05, names((all) => new Set(all).size < all.length)],
  ['a header name that JavaScript objects have already', 0.02, names((all) => all.some((name) => name in {}))],
  ['twenty headers or more', 0.05, names(({ length }) => length >= 20)],
  ['a handler that outlasts an attempt', 0.05, slowerThan(({ publish }) => publish.timeout)],
  ['a handler that outlasts a session', 0.05, slowerThan(({ consume }) => consume.session)],
  ['a handler that outlasts a close', 0.01, slowerThan(({ close }) => close.deadline)],
  [
    'an attempt that may outlast the reset of the breaker',
    0.1,
    (_, { publish, breaker }) => publish.timeout > (breaker?.reset ?? 0),
  ],
  [
    'a message that fails, and fails again once it was redriven',
    0.05,
    some(({ outcome, redriven = 'ok' }) => mayReject(outcome) && mayReject(outcomeOfCopy({ redriven }))),
  ],
  [
    'a message that one group alone rejects',
    0.05,
    some(({ outcome, rejectedBy = -1 }) => mayReject(outcome) && rejectedBy !== -1),
  ],
  ['a publish that the system refuses for good', 0.05, ({ refusals = [] }) => refusals.length > 0],
  [
    'a redrive while a fault lasts',
    0.02,
    ({ redrives = [], faults }) =>
      redrives.some(({ at }) => faults.some((fault) => fault.at <= at && at < fault.at + fault.lasts)),
  ],
  ['an attempt that may outlast a session', 0.02, (_, { publish, consume }) => publish.timeout > consume.session],
  [
    'a session shorter than the reset of the breaker',
    0.02,
    (_, { consume, breaker }) => consume.session < (breaker?.reset ?? 0),
  ],
  [
    'messages of one id further apart than its window',
    0.02,
    ({ messages }, { deduplication }) => furthestApart(messages) > (deduplication?.window ?? 0),
  ],
  [
    'a health check while a fault lasts',
    0.05,
    ({ healthChecks = [], faults }) =>
      healthChecks.some(({ at }) => faults.some((fault) => fault.at <= at && at < fault.at + fault.lasts)),
  ],
  [
    'a caller that gives fields of the envelope, and a message that is followed by another',
    0.05,
    ({ messages }) =>
      messages.some(({ envelope = NO_FIELDS }) => envelope !== NO_FIELDS) &&
      messages.some(({ followUp }) => followUp === 'publish'),
  ],
  ['a configuration that must be refused', 0.05, configured(({ isRefused }) => isRefused)],
  [
    'a setting that several sources give',
    0.05,
    configured(({ file, environment, arguments: given }) =>
      Object.keys(given).some((name) => Object.hasOwn(environment, name) || Object.hasOwn(file ?? {}, name)),
    ),
  ],
]

function furthestApart(messages: readonly PlannedMessage[]): number {
  const times = new Map<number, number[]>()
  for (const { id = -1, at } of messages) if (id >= 0) times.set(id, [...(times.get(id) ?? []), at])
  return Math.max(0, ...[...times.values()].map((all) => Math.max(...all) - Math.min(...all)))
}

const plans = Array.from({ length: 1_000 }, (_, index) =>
  generatePlan({ claims, site: 'simulated', leans: [] }, 3, index),
)
const measured = SHARES.map(([what, least, holds]) => {
  const held = plans.filter((plan) => holds(plan, resolveClaims(claims, plan.settings))).length
  return { what, least, share: held / plans.length }
})

test.each(measured)('plans are generated with $what', ({ share, least }) => {
  expect(share).toBeGreaterThan(least)
})

test('the table in docs/search.md is what is measured; `npm run shares-page` writes it', async () => {
  const page = readFileSync(PAGE, 'utf8')
  const rows = measured.map(({ what, share }) => `| ${what} | ${(100 * share).toFixed(1)} % |`)
  const [before = '', after = ''] = page.split(/^\| a plan with \|(?:.*\n)+?(?=\n)/m)
  expect(after).not.toBe('')
  await expect([before, [...HEAD, ...rows].join('\n'), '\n', after].join('')).toMatchFileSnapshot(PAGE)
})
