/** The least plans of defects in the breakers of subscriptions. */
import type { Plan } from '../harness/plan/plan.ts'
import { consumer, fails, message, permanent, plan, slow } from './plan-parts.ts'

/** So late that nobody joined shortly before. */
const at = 600
const SETTINGS = {
  'consume.session': 200,
  'publish.timeout': 100,
  'handling.base': 10,
  'handling.retries': 0,
  'subscriberBreaker.failures': 1,
  'subscriberBreaker.reset': 400,
}
const TWICE = { ...SETTINGS, 'subscriberBreaker.failures': 2 }

export const PLANS_OF_SUBSCRIPTIONS = {
  'fails-beside-a-group-of-another-topic': plan({
    messages: [message({ ...permanent, at }), message({ at: at + 50, topic: 1 })],
    consumers: [consumer(), consumer({ topic: 1 })],
    topics: [{ partitions: 1 }, { partitions: 1 }],
    settings: SETTINGS,
  }),
  'fails-beside-a-group-of-its-topic': plan({
    messages: [message({ ...permanent, rejectedBy: 0, at }), message({ at: at + 50 })],
    consumers: [consumer(), consumer({ group: 1 })],
    settings: SETTINGS,
  }),
  'rejected-once-in-an-open-group': plan({
    messages: [message({ ...permanent, at }), message({ at: at + 50 })],
    settings: SETTINGS,
  }),
  'tried-twice-in-a-row': plan({
    messages: [message({ ...fails, at }), message({ at: at + 5 })],
    settings: { ...TWICE, 'handling.retries': 1 },
  }),
  'succeeds-between-two-failures': plan({
    messages: [
      message({ ...permanent, at }),
      message({ at: at + 5 }),
      message({ ...permanent, at: at + 10 }),
      message({ at: at + 15 }),
    ],
    settings: TWICE,
  }),
  'rejected-once-of-two': plan({
    messages: [message({ ...permanent, at }), message({ at: at + 5 })],
    settings: TWICE,
  }),
  'slow-probe-before-another-message': plan({
    messages: [message({ ...permanent, at }), message({ ...slow(100), at: at + 5 }), message({ at: at + 10 })],
    settings: SETTINGS,
  }),
  'probe-succeeds-before-another-message': plan({
    messages: [message({ ...permanent, at }), message({ at: at + 5 }), message({ at: at + 10 })],
    settings: SETTINGS,
  }),
} satisfies Record<string, Plan>
