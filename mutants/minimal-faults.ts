/** The least plans that need a fault. */
import type { Plan } from '../harness/plan/plan.ts'
import { consumer, fails, fault, message, permanent, plan, QUICK, TRIPS_AT_ONCE, under } from './plan-parts.ts'

export const PLANS_WITH_FAULTS = {
  'consume-link-reset': plan({ faults: [fault('reset', { role: 'consume' })] }),
  'consume-link-refused': plan({
    messages: [message()],
    faults: [fault('refuse', { role: 'consume', at: 50, lasts: 600 })],
    settings: { 'consume.session': 300 },
  }),
  'consume-link-reset-behind-a-message': plan({
    messages: [message()],
    faults: [fault('reset', { role: 'consume', at: 50 })],
  }),
  'leaves-in-a-black-hole': plan({
    consumers: [consumer({ leaveAt: 100 })],
    faults: [fault('black-hole', { role: 'consume', at: 50, lasts: 2_500 })],
    settings: { 'publish.timeout': 600, 'close.deadline': 1_000 },
  }),
  'fails-again-and-again-while-nothing-answers': plan({
    messages: [message(fails)],
    faults: [fault('black-hole', { role: 'consume', at: 50, lasts: 150 })],
    settings: { ...QUICK, 'handling.base': 100, 'handling.cap': 100, 'handling.retries': 8 },
  }),
  'redriven-while-publish-is-refused': plan({
    messages: [message(permanent)],
    faults: [fault('refuse', { at: 100, lasts: 400 })],
    redrives: [{ node: 0, at: 120, topic: 0 }],
    settings: { 'retry.retries': 0 },
  }),
  'answers-late-again-and-again': plan({
    messages: [message({ at: 80 })],
    faults: [fault('latency', { direction: 'down', at: 40, lasts: 1_200, amount: 500 })],
    settings: { 'publish.timeout': 300, 'publish.deadline': 6_000, 'retry.retries': 5 },
  }),
  'from-latest-over-a-slow-link': plan({
    messages: [message({ at: 150 })],
    faults: [fault('latency', { role: 'consume', direction: 'up', at: 50, lasts: 400, amount: 200 })],
    consumers: [consumer(), consumer({ group: 1, from: 'latest', joinAt: 100 })],
  }),
  'publish-refused': under('refuse'),
  'publish-refused-and-retried': under('refuse', { lasts: 30 }, { settings: { 'retry.base': 100 } }),
  'two-publishes-refused-no-retries': plan({
    messages: [message(), message()],
    faults: [fault('refuse')],
    settings: { 'retry.retries': 0 },
  }),
  'publish-refused-no-retries': under('refuse', {}, { settings: { 'retry.retries': 0 } }),
  'publish-refused-trips-at-two-twice': under(
    'refuse',
    { lasts: 900 },
    { settings: { 'breaker.trip.failures': 2, 'retry.retries': 3 } },
  ),
  'publish-reset': under('reset'),
  'publish-black-holed': under('black-hole', { lasts: 400 }),
  'publish-aborted-in-a-black-hole': plan({
    messages: [message({ abortAfter: 20 })],
    faults: [fault('black-hole', { lasts: 400 })],
  }),
  'publish-aborted-while-it-is-refused': plan({
    messages: [message({ abortAfter: 20 })],
    faults: [fault('refuse', { lasts: 190 })],
  }),
  'closed-while-publish-is-refused': plan({
    messages: [message()],
    faults: [fault('refuse', { lasts: 1_000 })],
    closes: [{ node: 0, at: 10, calls: 1 }],
  }),
  'dead-letters-refused': plan({
    messages: [message(permanent)],
    faults: [fault('refuse', { role: 'dead-letter', lasts: 400 })],
  }),
  'write-while-publish-is-refused': plan({
    messages: [message({ row: 'commit' })],
    faults: [fault('refuse', { lasts: 400 })],
  }),
  'reset-with-a-message-refused': plan({
    messages: [message()],
    faults: [fault('refuse', { lasts: 400 })],
    forces: [{ node: 0, at: 100, isolated: null, resets: 1 }],
    settings: TRIPS_AT_ONCE,
  }),
  'forced-open-in-a-call': plan({
    messages: [message()],
    faults: [fault('refuse', { lasts: 400 })],
    forces: [{ node: 0, at: 5, isolated: 400, resets: 1 }],
    settings: { 'breaker.trip.failures': 5, 'retry.retries': 3 },
  }),
  'publish-refused-on-two-topics': under(
    'refuse',
    { lasts: 50 },
    { topics: [{ partitions: 1 }, { partitions: 1 }], settings: { 'breaker.trip.failures': 2 } },
  ),
  'publish-refused-on-two-topics-two-to-close': under(
    'refuse',
    { lasts: 50 },
    {
      topics: [{ partitions: 1 }, { partitions: 1 }],
      settings: { 'breaker.trip.failures': 2, 'breaker.halfOpen.closeAfter': 2 },
    },
  ),
  'publish-refused-two-to-close': under('refuse', { lasts: 50 }, { settings: { 'breaker.halfOpen.closeAfter': 2 } }),
  // With this seed the environment is production, whose default decides how many probes close the breaker.
  'publish-refused-three-to-close': plan({
    seed: 3,
    messages: [message(), message({ at: 1_500, key: 1 })],
    faults: [fault('refuse', { lasts: 100 })],
    settings: { ...TRIPS_AT_ONCE, 'breaker.reset': 1_000, 'breaker.halfOpen.closeAfter': 3 },
  }),
  'probe-given-up-in-a-black-hole': plan({
    messages: [message(), message({ at: 350, abortAfter: 50 })],
    faults: [fault('black-hole', { lasts: 600 })],
    settings: { ...TRIPS_AT_ONCE, 'publish.timeout': 100, 'breaker.reset': 200 },
  }),
  'probe-hangs-in-a-black-hole': plan({
    messages: [message(), message({ at: 350 })],
    faults: [fault('black-hole', { lasts: 600 })],
    settings: { ...TRIPS_AT_ONCE, 'publish.timeout': 100, 'breaker.reset': 200 },
  }),
  'late-failure-behind-a-long-opening': plan({
    messages: [message(), message({ at: 100, key: 1 })],
    faults: [fault('bandwidth', { lasts: 800 })],
    settings: { 'breaker.trip.failures': 1, 'publish.timeout': 600, 'breaker.reset': 200 },
  }),
  'late-failure-while-half-open': plan({
    messages: [message(), message({ at: 400, key: 1 }), message({ at: 850, key: 2 })],
    faults: [fault('bandwidth', { lasts: 1_300 })],
    settings: { 'breaker.trip.failures': 1, 'publish.timeout': 600, 'breaker.reset': 200 },
  }),
  'late-success-while-half-open': plan({
    messages: [message(), message({ at: 500, key: 1 })],
    faults: [fault('bandwidth', { lasts: 1_000 })],
    settings: { 'breaker.trip.failures': 1, 'publish.timeout': 600, 'breaker.reset': 200 },
  }),
  'late-end-while-half-open': plan({
    messages: [message(), message({ at: 300, key: 1 }), message({ at: 900 })],
    faults: [fault('bandwidth', { lasts: 1_000 })],
    settings: { 'breaker.trip.failures': 1, 'publish.timeout': 600, 'breaker.reset': 200 },
  }),
  'refused-behind-a-failure': plan({
    messages: [message(), message({ at: 30 })],
    faults: [fault('refuse', { lasts: 300 })],
    settings: { 'breaker.trip.failures': 1, 'breaker.reset': 200 },
  }),
  'queued-behind-a-failure': plan({
    messages: [message(), message({ at: 5 })],
    faults: [fault('refuse', { lasts: 300 })],
    settings: { 'breaker.trip.failures': 1, 'breaker.reset': 200 },
  }),
  'two-queued-behind-a-failure': plan({
    messages: [message(), message({ at: 5 }), message({ at: 6 })],
    faults: [fault('refuse', { lasts: 300 })],
    settings: { 'breaker.trip.failures': 1, 'breaker.reset': 200 },
  }),
  'one-queued-with-room-for-one': under(
    'refuse',
    { lasts: 50 },
    { settings: { 'breaker.trip.failures': 1, 'degradation.capacity': 1 } },
  ),
  'queue-with-room-for-two': under(
    'refuse',
    { lasts: 50 },
    { settings: { 'breaker.trip.failures': 1, 'degradation.capacity': 2 } },
  ),
  'queue-without-room-for-a-third': plan({
    messages: [message(), message({ at: 20 }), message({ at: 30 })],
    faults: [fault('refuse', { lasts: 300 })],
    settings: { 'breaker.trip.failures': 1, 'breaker.reset': 200, 'degradation.capacity': 1 },
  }),
  'failures-with-a-success-between': plan({
    messages: [message(), message({ at: 200 })],
    faults: [fault('refuse', { lasts: 5 }), fault('refuse', { at: 200, lasts: 5 })],
    settings: { 'breaker.trip.failures': 2, 'retry.retries': 2 },
  }),
  'publish-refused-with-text-headers': plan({
    messages: [message({ headers: 'text' })],
    faults: [fault('black-hole', { lasts: 400 })],
  }),
  'aborted-in-a-black-hole-trips-at-two': plan({
    messages: [message({ abortAfter: 20 })],
    faults: [fault('black-hole', { lasts: 50 })],
    settings: { ...QUICK, 'breaker.trip.failures': 2 },
    seed: 123,
  }),
  'black-holed-beyond-its-deadline': under(
    'black-hole',
    { lasts: 600 },
    { settings: { ...QUICK, 'publish.deadline': 700, 'retry.retries': 5, 'breaker.trip.failures': 5 }, seed: 131 },
  ),
  'id-while-requests-to-consume-are-lost': plan({
    messages: [message({ id: 0 })],
    faults: [fault('black-hole', { role: 'consume', direction: 'up', lasts: 100 })],
    settings: { ...QUICK, 'deduplication.window': 500 },
    seed: 1989475625,
  }),
  'failure-while-answers-to-consume-are-cut': plan({
    messages: [message(permanent)],
    faults: [fault('cut', { role: 'consume', amount: 100, lasts: 50 })],
    settings: QUICK,
    seed: 79621111,
  }),
  'overtaken-while-it-is-tried-again': plan({
    messages: [message(), message({ at: 6 })],
    faults: [fault('refuse', { lasts: 5 })],
    settings: { ...QUICK, 'retry.base': 50, 'breaker.trip.failures': 5 },
  }),
  'other-key-sent-while-one-is-tried-again': plan({
    messages: [message(), message({ at: 6, key: 1 })],
    faults: [fault('refuse', { lasts: 5 })],
    settings: { ...QUICK, 'retry.base': 50, 'breaker.trip.failures': 5 },
  }),
  'closed-while-the-broker-is-away': plan({
    closes: [{ node: 0, at: 50, calls: 1 }],
    faults: [fault('refuse', { role: 'consume', lasts: 4_000 })],
    settings: { ...QUICK, 'close.deadline': 1_000 },
  }),
  'closed-while-consuming-is-refused': plan({
    messages: [message()],
    closes: [{ node: 0, at: 0, calls: 1 }],
    faults: [fault('refuse', { role: 'consume', lasts: 50 })],
    settings: QUICK,
    seed: 116,
  }),
  'disk-lost-behind-a-message': plan({
    messages: [message()],
    outages: [{ kind: 'lose-disk', server: 0, at: 100, lasts: 50 }],
  }),
  'both-fail-around-a-lost-disk': plan({
    messages: [message(fails), message({ ...permanent, at: 300 })],
    outages: [{ kind: 'lose-disk', server: 0, at: 5, lasts: 50 }],
    settings: { 'handling.base': 100, 'handling.retries': 1 },
  }),
  'tried-again-while-the-clock-is-ahead': under(
    'refuse',
    { lasts: 100 },
    {
      outages: [{ kind: 'clock-step', server: 0, at: 80, lasts: 300 }],
      settings: { ...QUICK, 'retry.base': 50, 'retry.retries': 5, 'breaker.trip.failures': 2 },
    },
  ),
} satisfies Record<string, Plan>
