/** What broken dispatchers share. */
import { createRegistry, type Route } from '../adapters/dispatch/index.ts'
import { ResilienceError } from '../adapters/resilience/index.ts'
import type { Bus, Message } from '../harness/adapter.ts'
import type { DispatchClaim } from '../harness/claims.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { fieldOf } from './envelope-parts.ts'
import { consumer, message, plan } from './plan-parts.ts'

export interface Call {
  /** What a correct dispatcher does. */
  readonly route: Route
  readonly message: Message
  readonly types: readonly string[]
}

/** What a broken one does: `dropped` counts as handled, `never` never ends. */
type Answer = Route | 'dropped' | 'never'

export type Dispatcher = (bus: Bus, claim: DispatchClaim) => Bus

/** A dispatcher that does what `decide` says. */
export const dispatchingBy =
  (decide: (call: Call, claim: DispatchClaim) => Answer, codeOf = codeIn): Dispatcher =>
  (bus, claim) => {
    const registry = createRegistry(claim)
    return {
      ...bus,
      subscribe({ types, ...subscription }, handle) {
        if (types === undefined) return bus.subscribe(subscription, handle)
        return bus.subscribe(subscription, async (delivery) => {
          const { message } = delivery
          const route = registry.route(message, new Set(types))
          const answer = decide({ route, message, types }, claim)
          if (answer === 'dropped') return
          if (answer === 'never') return await new Promise<never>(() => undefined)
          if (answer.to === 'handler') return await handle(delivery)
          throw new ResilienceError(codeOf(claim, answer), answer.words, { effect: 'none', retryable: false })
        })
      },
    }
  }

const codeIn = ({ reason }: DispatchClaim, route: Extract<Route, { to: 'nowhere' }>): string => reason[route.reason]

export const HANDLED: Route = { to: 'handler' }

/** One that passes a handler what it must not get for this reason, if the handler's types are those of the message. */
export const passingOver = (reason: keyof DispatchClaim['reason']): Dispatcher =>
  dispatchingBy(({ route, message, types }) =>
    route.to === 'nowhere' && route.reason === reason && types.includes(fieldOf(message, 'event_type') ?? '')
      ? HANDLED
      : route,
  )

/** In the order of the bus of ONEX: the types in their spellings, and one that no bus knows. */
const TYPES = { registered: 0, REGISTERED: 1, retired: 2, invoked: 4, unknown: 7 } as const

/** One message on a topic of events of nodes, and a group that registers some types. */
const published = (type: keyof typeof TYPES, registered: number, more = {}) =>
  plan({
    seed: 0,
    messages: [message({ messageType: TYPES[type], ...more })],
    registrations: [{ group: 0, types: registered }],
  })

const [REGISTERED, RETIRED, INVOKED] = [1, 2, 4]

export const DISPATCHED = published('registered', REGISTERED)
export const SPELLED = published('REGISTERED', REGISTERED)
export const UNREGISTERED = published('retired', REGISTERED)
/** When no change of the group's members can explain anything any more. */
export const UNREGISTERED_LATE: Plan = {
  ...published('retired', REGISTERED, { at: 3_000 }),
  settings: { 'consume.session': 500 },
}
export const UNKNOWN = published('unknown', REGISTERED)
export const SECOND_OF_TWO = published('retired', REGISTERED + RETIRED)
export const FOREIGN = published('invoked', REGISTERED + RETIRED + INVOKED)
/** A command on a topic of events. */
export const WRONG_CATEGORY = published('registered', REGISTERED, { category: 2 })
/** Two groups of one bus, each with a type of its own. */
export const TWO_GROUPS = plan({
  seed: 0,
  messages: [message({ messageType: TYPES.registered })],
  consumers: [consumer(), consumer({ group: 1 })],
  registrations: [
    { group: 0, types: REGISTERED },
    { group: 1, types: RETIRED },
  ],
})

/** Names of topics, the first of them. */
export const NAMES = plan({ topicNames: [{ node: 0, at: 0, first: 0, times: 200 }] })
