/**
 * The least that shows a defect, written by hand: what shrinking is measured against. Several mutants share one, since what
 * tells them apart is what the bus does, not what is asked of it. All runs end with probes on every node, so that a plan
 * in which nothing happens still publishes and handles a message.
 */
import type { Plan } from '../harness/plan/plan.ts'
import { PLANS_WITH_FAULTS } from './minimal-faults.ts'
import { PLANS_OF_SUBSCRIPTIONS } from './minimal-subscriptions.ts'
import { consumer, fails, fault, message, one, permanent, plan, QUICK, slow, throws } from './plan-parts.ts'

/** So that an outage is known soon. */
const ASKED = { 'health.timeout': 100, 'health.age': 0, 'publish.timeout': 100 }

export const MINIMAL_PLANS = {
  nothing: plan(),
  'nothing-on-two-topics': plan({ topics: [{ partitions: 1 }, { partitions: 1 }] }),
  'one-tombstone': one({ body: 'tombstone' }),
  'one-message-with-binary-headers': one({ headers: [{ name: 'bytes', value: { hex: '00fffe800a' } }] }),
  'one-message-with-every-field': one({ envelope: 0 }),
  'one-message-that-is-followed': one({ followUp: 'publish' }),
  // What is published after it has other fields: not the one with its cause.
  'one-message-with-every-field-that-is-followed': one({ envelope: 2, followUp: 'publish' }),
  'handler-throws-once': one(throws),
  'handler-throws-once-without-retries': one(throws, { settings: { 'handling.retries': 0 } }),
  'handler-throws-twice': one({ outcome: { kind: 'throws', times: 2 } }, { settings: { 'handling.retries': 2 } }),
  'handler-fails': one(fails),
  'handler-fails-with-many-retries': one(fails, { settings: { 'handling.retries': 8 } }),
  'handler-rejects-for-good': one(permanent),
  'handler-rejects-for-good-late': one({ ...permanent, at: 500 }),
  'handler-fails-late': one({ ...fails, at: 500 }),
  'handler-is-slower-than-a-session': one(slow(400), { settings: { 'consume.session': 200 } }),
  'aborted-at-once': one({ abortAfter: 0 }),
  'write-rolled-back': one({ row: 'rollback' }),
  'cannot-be-read': plan({ poisons: [{ at: 0, topic: 0 }] }),
  'opened-and-closed-again-and-again': plan({ cycles: 50 }),
  'used-for-long': plan({ uses: 30, settings: { 'publish.deadline': 1_000 } }),
  'breaker-forced-open': plan({ forces: [{ node: 0, at: 0, isolated: 200, resets: 1 }] }),
  'the-only-member-leaves': plan({ consumers: [consumer({ leaveAt: 100 })] }),
  'member-leaves-behind-a-message': plan({ messages: [message()], consumers: [consumer({ leaveAt: 50 })] }),
  'failures-leave-the-window': plan({
    messages: [0, 10, 20, 500].map((at) => message({ at: at + 120 })),
    faults: [fault('refuse', { at: 100, lasts: 200 }), fault('refuse', { at: 600, lasts: 200 })],
    rests: [{ at: 400 }],
    settings: { 'publish.timeout': 100, 'retry.retries': 0, 'breaker.trip.calls': 4 },
  }),
  'asked-in-an-outage': plan({
    messages: [message()],
    faults: [fault('refuse', { at: 50, lasts: 600 })],
    healthChecks: [{ node: 0, at: 0, every: 100, times: 6 }],
    settings: ASKED,
  }),
  'asked-in-a-black-hole': plan({
    messages: [message()],
    faults: [fault('black-hole', { at: 50, lasts: 600 })],
    healthChecks: [{ node: 0, at: 400, every: 100, times: 1 }],
    settings: { ...ASKED, 'breaker.trip.failures': 20 },
  }),
  'asked-in-an-outage-of-consuming': plan({
    faults: [fault('refuse', { role: 'consume', at: 50, lasts: 600 })],
    healthChecks: [{ node: 0, at: 400, every: 100, times: 1 }],
    settings: ASKED,
  }),
  'asked-in-an-outage-of-everything': plan({
    messages: [message()],
    faults: [
      fault('black-hole', { at: 50, lasts: 1000 }),
      fault('black-hole', { role: 'consume', at: 50, lasts: 1000 }),
      fault('black-hole', { role: 'dead-letter', at: 50, lasts: 1000 }),
    ],
    healthChecks: [{ node: 0, at: 100, every: 100, times: 2 }],
    settings: ASKED,
  }),
  'asked-in-traffic': plan({ messages: [message()], healthChecks: [{ node: 0, at: 100, every: 100, times: 1 }] }),
  'asked-with-a-breaker-forced-open': plan({
    forces: [{ node: 0, at: 0, isolated: 200, resets: 1 }],
    healthChecks: [{ node: 0, at: 100, every: 100, times: 1 }],
  }),
  'metrics-in-an-outage': plan({
    messages: [message()],
    faults: [fault('refuse', { at: 0, lasts: 200 })],
    scrapes: [{ node: 0, at: 100, every: 100, times: 1 }],
  }),
  'metrics-after-a-health-check': plan({
    healthChecks: [{ node: 0, at: 0, every: 100, times: 1 }],
    scrapes: [{ node: 0, at: 100, every: 100, times: 1 }],
  }),
  'metrics-in-an-outage-that-began-late': plan({
    faults: [fault('refuse', { at: 100, lasts: 1_000 })],
    healthChecks: [{ node: 0, at: 0, every: 500, times: 2 }],
    scrapes: [{ node: 0, at: 600, every: 100, times: 1 }],
  }),
  'metrics-in-traffic': plan({
    messages: [message()],
    scrapes: [{ node: 0, at: 100, every: 100, times: 2 }],
  }),
  // One of them shows it.
  configured: plan({ configurations: [{ node: 0, at: 0, first: 0, times: 400 }] }),
  'two-are-rejected-for-good': plan({ messages: [message(permanent), message({ ...permanent, at: 5 })] }),
  'metrics-with-a-breaker-forced-open': plan({ forces: [{ node: 0, at: 0, isolated: 200, resets: 1 }] }),
  'metrics-of-a-queue': plan({
    messages: [message({ at: 100 })],
    forces: [{ node: 0, at: 0, isolated: 200, resets: 1 }],
  }),
  'metrics-of-a-queue-that-fails': plan({
    refusals: [{ node: 0, at: 50 }],
    forces: [{ node: 0, at: 0, isolated: 200, resets: 1 }],
  }),
  'refused-for-good': plan({ refusals: [{ node: 0, at: 0 }] }),
  'two-nodes': plan({ nodes: 2 }),
  'rejected-for-good-twice': one({ ...permanent, redriven: 'permanent' }),
  'fails-again-once-it-was-redriven': one(
    { ...permanent, redriven: 'fails', at: 500 },
    { settings: { 'handling.retries': 1 } },
  ),
  'member-leaves-in-a-handler': plan({
    messages: [message(slow(200))],
    consumers: [consumer({ leaveAt: 100 })],
  }),
  'closed-while-a-member-leaves-in-a-handler': plan({
    messages: [message(slow(400))],
    consumers: [consumer({ leaveAt: 100 })],
    closes: [{ node: 0, at: 150, calls: 1 }],
  }),
  'member-leaves-while-a-handler-retries': plan({
    messages: [message(fails)],
    consumers: [consumer({ leaveAt: 10 })],
    settings: { 'handling.base': 50, 'handling.retries': 3 },
  }),
  'one-message-then-a-group-from-latest': plan({
    messages: [message()],
    consumers: [consumer(), consumer({ group: 1, from: 'latest', joinAt: 200 })],
  }),
  'two-messages': plan({ messages: [message(), message()] }),
  'two-messages-on-two-keys': plan({ messages: [message(), message({ key: 1 })] }),
  'two-messages-on-two-topics': plan({
    messages: [message(fails), message({ ...fails, topic: 1 })],
    topics: [{ partitions: 1 }, { partitions: 1 }],
  }),
  'behind-one-that-throws': plan({ messages: [message(throws), message()] }),
  'same-id-twice-late': plan({
    messages: [message({ id: 0 }), message({ id: 0, at: 800 })],
    settings: { 'deduplication.window': 100 },
  }),
  'queued-while-forced-open-then-closed': plan({
    messages: [message({ at: 10 })],
    closes: [{ node: 0, at: 50, calls: 1 }],
    forces: [{ node: 0, at: 0, isolated: 400, resets: 1 }],
  }),
  'two-queued-while-forced-open': plan({
    messages: [message({ at: 10 }), message({ at: 11 })],
    forces: [{ node: 0, at: 0, isolated: 50, resets: 1 }],
  }),
  'handler-fails-on-two-partitions': one(fails, { topics: [{ partitions: 2 }] }),
  'tombstone-rejected-for-good': one({ ...permanent, body: 'tombstone' }),
  'three-rejected-for-good': plan({ messages: [message(permanent), message(permanent), message(permanent)] }),
  'expires-in-a-while': one({ ttlMs: 100 }),
  'second-member-joins-behind-slow-messages': plan({
    messages: [message(slow(400)), message(slow(400)), message()],
    consumers: [consumer(), consumer({ joinAt: 200 })],
    topics: [{ partitions: 2 }],
  }),
  'same-id-at-once': plan({ messages: [message({ id: 0 }), message({ id: 0 })] }),
  'same-id-behind-one-that-fails': plan({
    messages: [message({ ...permanent, id: 0 }), message({ id: 0, at: 50 })],
  }),
  'closed-at-a-message': plan({ messages: [message()], closes: [{ node: 0, at: 10, calls: 1 }] }),
  'closed-at-a-message-beside-another-node': plan({
    messages: [message(), message({ at: 10, producer: 1 })],
    closes: [{ node: 0, at: 10, calls: 1 }],
    nodes: 2,
    producers: 2,
  }),
  'message-behind-a-forced-opening': plan({
    messages: [message({ at: 200 })],
    forces: [{ node: 0, at: 0, isolated: 200, resets: 1 }],
    settings: QUICK,
    seed: 77,
  }),
  'quick-rejected-in-two-groups': one(permanent, {
    consumers: [consumer(), consumer({ group: 1 })],
    settings: QUICK,
    seed: 116,
  }),
  'quick-two-members-late-message': one(
    { at: 500 },
    { consumers: [consumer(), consumer()], settings: QUICK, seed: 1112834392 },
  ),
  'same-id-on-two-partitions-while-it-is-handled': plan({
    messages: [message({ ...slow(200), key: 2, id: 1 }), message({ id: 1 })],
    topics: [{ partitions: 3 }],
    settings: { ...QUICK, 'deduplication.window': 1_000 },
    seed: 1338674427,
  }),
  'slow-message-while-a-member-joins': plan({
    messages: [message(slow(400)), message({ ...slow(400), key: 1 })],
    consumers: [consumer(), consumer({ joinAt: 50 })],
    topics: [{ partitions: 2 }],
    settings: QUICK,
  }),
  'acknowledged-before-another-node-sends': plan({
    messages: [message(), message({ at: 5, producer: 1 }), message()],
    nodes: 2,
    producers: 2,
    settings: QUICK,
    seed: 931878997,
  }),
  'late-failure-beside-another-key': plan({
    messages: [message({ at: 500 }), message({ ...fails, at: 500, key: 1 })],
    settings: { ...QUICK, 'handling.base': 50, 'handling.retries': 2 },
    seed: 172759517,
  }),
  'failure-just-before-the-end': plan({
    messages: [message({ ...fails, at: 600 })],
    settings: { ...QUICK, 'handling.base': 50, 'handling.retries': 2 },
    seed: 172759517,
  }),
  'failure-just-before-the-end-of-two-topics': plan({
    messages: [message({ ...fails, at: 700 })],
    topics: [{ partitions: 1 }, { partitions: 1 }],
    settings: { ...QUICK, 'handling.base': 50, 'handling.retries': 2 },
    seed: 172759517,
  }),
  ...PLANS_OF_SUBSCRIPTIONS,
  ...PLANS_WITH_FAULTS,
} satisfies Record<string, Plan>

export type MinimalName = keyof typeof MINIMAL_PLANS
