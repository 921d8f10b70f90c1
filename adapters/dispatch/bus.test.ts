import { expect, test } from 'vitest'
import type { Bus, Delivery, Handler, Subscription } from '../../harness/adapter.ts'
import type { DispatchClaim } from '../../harness/claims.ts'
import { createRegistry, withDispatch } from './index.ts'

const claim: DispatchClaim = {
  type: 'type',
  category: 'category',
  domains: { orders: ['paid', 'sent'], people: ['joined'] },
  topics: [{ ends: '-orders', domain: 'orders', categories: ['EVENT'] }],
  reason: { field: 'error_type', unregistered: 'NO_HANDLER', foreignDomain: 'FOREIGN', wrongCategory: 'CATEGORY' },
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const delivery = (headers: readonly (readonly [string, string])[], topic = 'a-orders'): Delivery => ({
  message: { topic, key: null, value: null, headers: headers.map(([name, value]) => [name, bytes(value)] as const) },
  attempt: 1,
})
const event = (type: string, topic?: string): Delivery =>
  delivery(
    [
      ['type', type],
      ['category', 'EVENT'],
    ],
    topic,
  )

/** What the bus inside is asked for, and the handler that it gets. */
async function subscribed(types: readonly string[] | undefined) {
  const asked: Subscription[] = []
  const handlers: Handler[] = []
  const handled: Delivery[] = []
  const inner: Bus = {
    publish: () => Promise.reject(new Error('nothing is published here')),
    async subscribe(subscription, handle) {
      asked.push(subscription)
      handlers.push(handle)
      return { close: () => Promise.resolve() }
    },
    close: () => Promise.resolve(),
  }
  const bus = withDispatch(inner, claim)
  const what = { consumer: 'c', group: 'g', topics: ['a-orders'], from: 'earliest', ...(types && { types }) } as const
  await bus.subscribe(what, async (one) => void handled.push(one))
  const [handle = () => Promise.reject(new Error('no handler'))] = handlers
  return { asked, handled, handle }
}

test('a handler gets the types that it registered, and the bus inside knows of no types', async () => {
  const { asked, handled, handle } = await subscribed(['paid'])
  await handle(event('paid'))
  await handle(event('paid', 'of-nobody'))
  expect(handled).toHaveLength(2)
  expect(asked).toEqual([{ consumer: 'c', group: 'g', topics: ['a-orders'], from: 'earliest' }])
})

test.each([
  ['another type', event('sent'), 'NO_HANDLER'],
  ['another spelling than the stored one', event('PAID'), 'NO_HANDLER'],
  ['no type', delivery([['category', 'EVENT']]), 'NO_HANDLER'],
  ['two types', delivery([...Array(2).fill(['type', 'paid']), ['category', 'EVENT']]), 'NO_HANDLER'],
  ['a type of another domain', event('joined'), 'FOREIGN'],
  [
    'another category',
    delivery([
      ['type', 'paid'],
      ['category', 'COMMAND'],
    ]),
    'CATEGORY',
  ],
  ['no category', delivery([['type', 'paid']]), 'CATEGORY'],
])('a message with %s is rejected for good, with the reason', async (_, given, code) => {
  const { handled, handle } = await subscribed(['paid', 'joined'])
  await expect(handle(given)).rejects.toMatchObject({ code, retryable: false, effect: 'none' })
  expect(handled).toEqual([])
})

test('a subscription without types gets everything', async () => {
  const { handled, handle } = await subscribed(undefined)
  await handle(delivery([]))
  expect(handled).toHaveLength(1)
})

test('a type of two domains is refused', () => {
  expect(() => createRegistry({ ...claim, domains: { a: ['paid'], b: ['paid'] } })).toThrow(
    'the type paid belongs to a and to b: leave one out',
  )
})
