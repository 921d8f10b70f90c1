import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { because, gets, type Happening, publishes, sealed, stores } from '../testing/story.case.ts'

const traceOf = (digit: string, parent: string) => `00-${digit.repeat(32)}-${parent.repeat(16)}-01`
const CAUSE = sealed(
  gets(5, 'c1', 'm1', { delivery: 'c1#0' }),
  ['id', 'the id'],
  ['correlation', 'the correlation'],
  ['trace', traceOf('1', '2')],
)
const TOLD = { correlation: 'the correlation', cause: 'the id', trace: traceOf('1', '3') }
type Told = Partial<typeof TOLD>
const after = (told: Told, given: Told = {}): readonly Happening[] => [
  sealed(because('c1#0', publishes(6, 'm2')), ...Object.entries(given)),
  sealed(stores(7, 'm2'), ...Object.entries(told)),
  sealed(gets(8, 'c2', 'm2'), ...Object.entries(told)),
]
const judged = (...happened: readonly Happening[]) =>
  examine('envelope/4', [publishes(1, 'm1'), CAUSE, ...happened], { claims: ALL_CLAIMS })

test('a message has the correlation and the trace of its cause, and names it', () => {
  expect(judged(...after(TOLD))).toEqual({ ...fine(2), violations: [] })
})

test.each([
  ['correlation', 'correlation the correlation'],
  ['cause', 'cause the id'],
  ['trace', `trace ${'1'.repeat(32)}`],
] as const)('it does not tell its %s, or another one', (name, expected) => {
  const { [name]: _, ...without } = TOLD
  const other = { ...TOLD, [name]: name === 'trace' ? traceOf('9', '2') : 'another' }
  for (const told of [without, other]) {
    const { messages, violations } = judged(...after(told))
    expect(messages).toEqual([
      'm2 does not tell what caused it, where it was stored',
      'm2 does not tell what caused it, where it was delivered',
    ])
    expect(violations[0]?.expected).toBe(`${expected}, as the message in whose handling it was published`)
  }
})

test('what its caller gives itself, and what its cause lacks', () => {
  expect(judged(...after({ ...TOLD, correlation: 'own' }, { correlation: 'own' }))).toMatchObject(fine(2))
  const bare = gets(5, 'c1', 'm3', { delivery: 'c1#1' })
  const next = [because('c1#1', publishes(6, 'm4')), sealed(stores(7, 'm4'), ['correlation', 'new'])]
  expect(judged(publishes(1, 'm3'), bare, ...next)).toMatchObject(fine(0))
})

test('nothing caused it', () => {
  expect(judged(publishes(6, 'm2'), sealed(stores(7, 'm2'), ['correlation', 'own']))).toMatchObject(fine(0))
})
