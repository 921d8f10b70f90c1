/** The caller's side: the calls of the harness to a bus, and their outcomes. The adapter's host adds the time. */
import { z } from 'zod'
import { plural } from '../text.ts'
import { type EventsOf, kind } from './kind.ts'
import {
  configuration,
  content,
  envelope,
  health,
  leaked,
  member,
  node,
  number,
  position,
  redacted,
  row,
  sample,
  seenError,
  settingValues,
  stats,
  text,
  topicParts,
} from './parts.ts'
import { atText, becauseOf, countsText, endText, errorText } from './words.ts'

/**
 * An operation after the call of `close`, or after it has ended (`publish-reset`: and after a reset of the breaker), a publish that is aborted already, or a message that no bus can accept, alone or in
 * a batch: `control-topic` has control characters in its name.
 */
const TRIALS = {
  'publish-closing': 'a publish during its close',
  'subscribe-closing': 'a subscription during its close',
  'write-closing': 'a write during its close',
  'publish-closed': 'a publish after its close',
  'subscribe-closed': 'a subscription after its close',
  'write-closed': 'a write after its close',
  'publish-reset': 'a publish after its close and a reset of its breaker',
  'publish-aborted': 'a publish whose signal had aborted before',
  'empty-topic': 'an empty topic',
  'control-topic': 'a topic with control characters',
  'oversize-value': 'a value that is too large',
  'too-large-in-batch': 'a value that is too large, in a batch',
  'bad-field': 'a field of the envelope that is not as claimed',
} as const
export type TrialKind = keyof typeof TRIALS
const trialKind = z.enum(Object.keys(TRIALS) as TrialKind[])

/** What the application's part of a write that is to be rolled back rejects with: an error of its own, without the contract's fields. */
export const CHANGE_OF_MIND = 'the application changed its mind'

/** An operation on a breaker by hand. */
const FORCED = { reset: 'resets', isolate: 'forces open' } as const
export type Forced = keyof typeof FORCED
const forced = z.enum(Object.keys(FORCED) as Forced[])

const error = seenError.exactOptional()

/** A message to publish. */
const sent = {
  ...node,
  op: text,
  producer: text,
  topic: text,
  content,
  hasKey: z.boolean(),
  /** Its message id, if de-duplication is claimed. */
  id: text.exactOptional(),
  /** Its time to live after it was stored, ms, if that is claimed. */
  ttlMs: number.exactOptional(),
  /** The fields of its envelope that the caller gives, if one is claimed. */
  envelope: envelope.exactOptional(),
}

export const CALLER_KINDS = {
  open: kind({
    fields: node,
    column: 'producer',
    about: 'bus',
    sentence: (event) => `the bus of ${event.node} opens`,
  }),
  opened: kind({
    fields: { ...node, error },
    column: 'producer',
    about: 'bus',
    sentence: ({ node, error }) => endText(error, `the bus of ${node} is open`, `the bus of ${node} could not open`),
  }),
  publish: kind({
    fields: {
      ...sent,
      /** Length of its value, if statistics are claimed. */
      bytes: number.exactOptional(),
      /** The delivery in whose handling it is published. */
      cause: text.exactOptional(),
    },
    column: 'producer',
    about: 'publish',
    sentence: ({ op, topic, cause }) => `publish ${op} to ${topic}${cause === undefined ? '' : ` because of ${cause}`}`,
  }),
  /** The publish settled; a `queued` one settles later. `failed` with effect `none` is certain; any other failed publish may be stored. */
  published: kind({
    fields: {
      ...node,
      op: text,
      status: z.enum(['acknowledged', 'queued', 'failed']),
      position: position.exactOptional(),
      error,
    },
    column: 'producer',
    about: 'publish',
    progress: true,
    sentence: ({ op, status, position, error }) => {
      if (status !== 'failed') return `${op} ${status}${atText(position)}`
      const effect = error?.effect == null ? '' : `, effect ${error.effect}`
      return `${op} failed: ${error === undefined ? 'no error given' : errorText(error)}${effect}`
    },
  }),
  /** One call publishes several messages; each message also has its own events. */
  batch: kind({
    fields: {
      ...node,
      /** Unique in the run. */
      batch: text,
      ops: z.array(text),
    },
    column: 'producer',
    about: 'bus',
    sentence: ({ node, ops }) => `${node} publishes a batch: ${ops.join(', ')}`,
  }),
  /** Follows the outcomes of its messages. With an error, the batch failed as a whole. */
  'batch-ended': kind({
    fields: { ...node, batch: text, error },
    column: 'producer',
    about: 'bus',
    progress: true,
    sentence: ({ node, error }) =>
      endText(error, `a batch of ${node} has settled`, `a batch of ${node} failed as a whole`),
  }),
  /** The harness flushes the bus. */
  flush: kind({
    fields: {
      ...node,
      /** Unique in the run. */
      flush: text,
    },
    column: 'producer',
    about: 'bus',
    sentence: (event) => `${event.node} flushes`,
  }),
  flushed: kind({
    fields: { ...node, flush: text, error },
    column: 'producer',
    about: 'bus',
    progress: true,
    sentence: ({ node, error }) => endText(error, `${node} has flushed`, `${node} failed to flush`),
  }),
  abort: kind({
    fields: { ...node, op: text },
    column: 'producer',
    about: 'message',
    sentence: (event) => `the caller aborts ${event.op}`,
  }),
  /** The harness asks the bus to store a row and to publish its event, the message `op`. */
  write: kind({
    fields: {
      ...sent,
      row,
      /** The application's part rejects, so the bus must roll back everything. */
      rollsBack: z.boolean(),
    },
    column: 'producer',
    about: 'publish',
    sentence: ({ rollsBack, row, op, topic }) =>
      `${rollsBack ? 'write to be rolled back' : 'write'}, row ${row.id}, with ${op} to ${topic}`,
  }),
  /** It settled. If `event` is `failed`, the row is stored anyway, and `error` is that of the publish. */
  written: kind({
    fields: {
      ...node,
      op: text,
      status: z.enum(['stored', 'failed']),
      /** The state of the event of a stored row. */
      event: z.enum(['acknowledged', 'queued', 'failed']).exactOptional(),
      error,
    },
    column: 'producer',
    about: 'publish',
    progress: true,
    sentence: ({ op, status, event = 'not reported', error }) =>
      `the write of ${op} ${status === 'failed' ? 'failed' : `is stored, its event ${event}`}${becauseOf(error)}`,
  }),
  subscribe: kind({
    fields: {
      ...member,
      topics: z.array(text),
      from: z.enum(['earliest', 'latest']),
      types: z.array(text).exactOptional(),
    },
    column: 'consumer',
    about: 'membership',
    sentence: ({ consumer, group, from, types }) =>
      `${consumer} joins ${group} from ${from}${types === undefined ? '' : `, for ${types.length === 0 ? 'no type' : types.join(', ')}`}`,
  }),
  subscribed: kind({
    fields: { ...node, consumer: text, error },
    column: 'consumer',
    about: 'membership',
    progress: true,
    sentence: ({ consumer, error }) => endText(error, `${consumer} is a member`, `${consumer} could not join`),
  }),
  unsubscribe: kind({
    fields: { ...node, consumer: text },
    column: 'consumer',
    about: 'membership',
    sentence: (event) => `${event.consumer} leaves`,
  }),
  unsubscribed: kind({
    fields: { ...node, consumer: text, error },
    column: 'consumer',
    about: 'membership',
    progress: true,
    sentence: ({ consumer, error }) => endText(error, `${consumer} has left`, `${consumer} failed to leave`),
  }),
  /** The handler was called. */
  deliver: kind({
    fields: {
      ...member,
      /** Unique in the run. */
      delivery: text,
      /** Null if the message has none. */
      op: text.nullable(),
      topic: text,
      content,
      position: position.exactOptional(),
      /** The fields of its envelope, if one is claimed. */
      envelope: envelope.exactOptional(),
      attempt: number,
    },
    column: 'consumer',
    about: 'stored message',
    progress: true,
    sentence: ({ consumer, group, op, attempt }) =>
      `${consumer} (${group}) gets ${op ?? 'a message without an id'}${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  }),
  /** The handler settled. `retryable` and `permanent` are rejections. */
  handled: kind({
    fields: { ...member, delivery: text, op: text.nullable(), outcome: z.enum(['ok', 'retryable', 'permanent']) },
    column: 'consumer',
    about: 'stored message',
    progress: true,
    sentence: ({ consumer, op, outcome }) =>
      outcome === 'ok' ? `${consumer} handled ${op ?? 'it'}` : `${consumer} rejects ${op ?? 'it'} (${outcome})`,
  }),
  /** One call of `close()`; a node has several if the plan contains several. */
  close: kind({
    fields: { ...node, call: number },
    column: 'producer',
    about: 'bus',
    sentence: (event) => `${event.node} close(), call ${event.call}`,
  }),
  closed: kind({
    fields: { ...node, call: number, error },
    column: 'producer',
    about: 'bus',
    progress: true,
    sentence: ({ node, call, error }) => endText(error, `${node} closed, call ${call}`, `${node} failed to close`),
  }),
  /** The harness operates the breaker of the bus by hand. */
  force: kind({
    fields: { ...node, to: forced },
    column: 'producer',
    about: 'breaker',
    sentence: (event) => `${event.node} ${FORCED[event.to]} its breaker by hand`,
  }),
  forced: kind({
    fields: { ...node, to: forced, error },
    column: 'producer',
    about: 'breaker',
    sentence: ({ node, to, error }) =>
      endText(error, `the breaker of ${node} was operated by hand: ${to}`, `${to} of the breaker of ${node} failed`),
  }),
  /** The harness asks the bus to publish the dead letters of a topic again. */
  redrive: kind({
    fields: {
      ...node,
      /** Unique in the run. */
      redrive: text,
      topic: text,
    },
    column: 'producer',
    about: 'redrive',
    sentence: (event) => `${event.node} redrives the dead letters of ${event.topic}`,
  }),
  'redrive-ended': kind({
    fields: {
      ...node,
      redrive: text,
      topic: text,
      /** How many the adapter reports as published; absent if it failed. */
      count: number.exactOptional(),
      error,
    },
    column: 'producer',
    about: 'redrive',
    sentence: ({ node, topic, count = 0, error }) => {
      const redrive = `${node}'s redrive of ${topic}`
      return endText(error, `${redrive} reports ${plural(count, 'message')}`, `${redrive} failed`)
    },
  }),
  /** The harness killed the node's process as planned: no further event comes from it. */
  killed: kind({
    fields: node,
    column: 'producer',
    about: 'node killed',
    sentence: (event) => `✖ the process of ${event.node} is killed`,
  }),
  /** The harness makes a call that the bus must refuse. */
  trial: kind({
    fields: {
      ...node,
      /** Unique in the run; a publish carries it as its op. */
      trial: text,
      what: trialKind,
      /** The name of a bad field, and its value in words. */
      field: z.tuple([text, text]).readonly().exactOptional(),
    },
    column: 'producer',
    about: 'trial',
    sentence: ({ node, what, field }) =>
      `${node} is tried with ${TRIALS[what]}${field === undefined ? '' : `: ${field.join(' ')}`}`,
  }),
  'trial-ended': kind({
    fields: { ...node, trial: text, what: trialKind, outcome: z.enum(['refused', 'taken']), error },
    column: 'producer',
    about: 'trial',
    sentence: ({ what, outcome, error }) => `${TRIALS[what]} ${outcome}${becauseOf(error)}`,
  }),
  /** The harness asks the bus how it is. */
  'health-check': kind({
    fields: {
      ...node,
      /** Unique in the run. */
      check: text,
    },
    column: 'producer',
    about: 'health',
    sentence: ({ node }) => `${node} is asked for its health`,
  }),
  'health-checked': kind({
    fields: {
      ...node,
      check: text,
      /** Null if it returned none. */
      health: health.nullable(),
      error,
    },
    column: 'producer',
    about: 'health',
    sentence({ node, health, error }) {
      if (health === null) return `the health of ${node}: ${endText(error, 'none given', 'not given')}`
      const bad = health.components.filter(({ status }) => status !== 'healthy')
      const why = bad.map(({ name, status, message }) => `${name} ${status}: ${message}`).join('; ')
      return `${node} is ${health.status}, ${health.ready ? 'ready' : 'not ready'}${why === '' ? '' : ` (${why})`}`
    },
  }),
  /** The adapter read the name of a topic, and wrote it again if it is right. */
  'name-read': kind({
    fields: {
      ...node,
      name: text,
      /** Its parts; null if it must be refused. */
      expected: topicParts.nullable(),
      /** What the adapter read; null if it refused the name or failed. */
      parsed: topicParts.nullable(),
      /** The name that it made of the parts which it should have read; null if it was not asked for. */
      printed: redacted.nullable(),
      error,
    },
    column: 'producer',
    about: 'topic name',
    sentence: ({ node, name, parsed, error }) =>
      `${node} reads the name ${JSON.stringify(name)} as ${parsed === null ? endText(error, 'none', 'none') : JSON.stringify(parsed)}`,
  }),
  /** The harness gives the adapter settings, as far as each source gives them. */
  configure: kind({
    fields: {
      ...node,
      /** Unique in the run. */
      configuration: text,
      /** Null if there is no file. */
      file: settingValues.nullable(),
      environment: z.record(text, text),
      arguments: settingValues,
    },
    column: 'producer',
    about: 'configuration',
    sentence({ node, file, environment, arguments: given }) {
      const said = [
        ['in a file', file ?? {}],
        ['in the environment', environment],
        ['as arguments', given],
      ] as const
      const parts = said.flatMap(([where, values]) => {
        const texts = Object.entries(values).map(([name, value]) => `${name}=${value}`)
        return texts.length === 0 ? [] : [`${texts.join(', ')} ${where}`]
      })
      return `${node} is given ${parts.length === 0 ? 'no settings' : parts.join('; ')}`
    },
  }),
  configured: kind({
    fields: {
      ...node,
      configuration: text,
      /** Null if it was refused. */
      taken: configuration.nullable(),
      error,
    },
    column: 'producer',
    about: 'configuration',
    sentence({ node, taken, error }) {
      if (taken === null) return `${node} refuses them${becauseOf(error)}`
      const given = Object.entries(taken.settings).filter(([, { from }]) => from !== 'default')
      const texts = given.map(([name, { value, from }]) => `${name}=${value} (${from})`)
      return `${node} takes ${texts.length === 0 ? 'its defaults' : texts.join(', ')}${taken.environment === null ? '' : `, for ${taken.environment}`}`
    },
  }),
  /** A bus was opened with settings that must be refused, at addresses where nothing answers. */
  'open-tried': kind({
    fields: { ...node, configuration: text, connections: number, error },
    column: 'producer',
    about: 'configuration',
    sentence: ({ node, connections, error }) =>
      endText(error, `a bus of ${node} opens with them`, `a bus of ${node} does not open with them`) +
      (connections === 0 ? '' : `, after ${plural(connections, 'connection')}`),
  }),
  /** The harness asks the bus for its metrics. */
  scrape: kind({
    fields: {
      ...node,
      /** Unique in the run. */
      scrape: text,
    },
    column: 'producer',
    about: 'metrics',
    sentence: ({ node }) => `${node} is asked for its metrics`,
  }),
  scraped: kind({
    fields: {
      ...node,
      scrape: text,
      /** Of the metrics that are claimed. */
      samples: z.array(sample),
      /** What is wrong with the text, if anything is. */
      wrong: redacted.exactOptional(),
      leaked,
      error,
    },
    column: 'producer',
    about: 'metrics',
    sentence({ node, samples, wrong, error }) {
      if (error !== undefined) return `the metrics of ${node}: ${endText(error, '', 'not given')}`
      const values = samples.map(({ name, labels, value }) => {
        const chosen = Object.entries(labels).map(([label, own]) => `${label}="${own}"`)
        return `${name}${chosen.length === 0 ? '' : `{${chosen.join(',')}}`} ${value}`
      })
      return `the metrics of ${node}: ${values.join(', ')}${wrong === undefined ? '' : `; ${wrong}`}`
    },
  }),
  /** The statistics that the bus returned, after a publish had settled, or when the run was calm. */
  stats: kind({
    fields: {
      ...node,
      /** As in `resources`. */
      when: z.enum(['traffic', 'calm']),
      /** Null if it returned none. */
      stats: stats.nullable(),
      error,
    },
    column: 'producer',
    about: 'statistics',
    sentence({ node, when, stats, error }) {
      if (stats === null) return `statistics of ${node}, ${when}: ${endText(error, 'none given', 'not given')}`
      const { connections, producers = [], ...publishes } = stats
      const made = producers.map(({ topic, total }) => [`producers of ${topic}`, total] as const)
      const counts = countsText({ ...connections, ...publishes, ...Object.fromEntries(made) })
      return `statistics of ${node}, ${when}: ${counts}`
    },
  }),
}

export type CallerEvent = EventsOf<typeof CALLER_KINDS>
