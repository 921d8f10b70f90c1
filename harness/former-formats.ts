/** Translates files of earlier versions of busproof into the current format. Unknown formats stay unchanged. */

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const each = (list: unknown, change: (one: unknown) => unknown): unknown =>
  Array.isArray(list) ? list.map(change) : list

/** With fields under other names, in the same order. */
const renamed = (value: unknown, names: Readonly<Record<string, string>>): unknown =>
  isFields(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, one]) => [Object.hasOwn(names, name) ? names[name] : name, one]),
      )
    : value

const inRole = (value: unknown): unknown =>
  isFields(value) && value['role'] === 'deadletter' ? { ...value, role: 'dead-letter' } : value

/** Plans of version 1. */
export function currentPlan(json: unknown): unknown {
  if (!isFields(json) || json['version'] !== 1) return json
  const { faults, messages, settings } = json
  const deadlines = ['publish', 'close', 'recovery'].map((claim) => [`${claim}.within`, `${claim}.deadline`])
  return {
    ...json,
    version: 2,
    faults: each(faults, inRole),
    messages: each(messages, (message) => renamed(message, { lives: 'ttlMs' })),
    ...(settings === undefined ? {} : { settings: renamed(settings, Object.fromEntries(deadlines)) }),
  }
}

/** Failures and regressions of format 1, and the failures of certificates up to format 2. */
export function currentFailure(json: unknown): unknown {
  if (!isFields(json) || !('nodes' in json)) return json
  const { format } = json
  const current = renamed(json, { nodes: 'servers' }) as Fields
  return typeof format === 'string' ? { ...current, format: format.replace(/\/1$/, '/2') } : current
}

export const FORMER_HISTORY = 'busproof.history/1'

/** Headers of histories of format 1, but for the format itself; their plan is no part of what is judged. */
export function currentHeader(header: Fields): Fields {
  const { claims } = header
  if (!isFields(claims)) return header
  const deadline = (claim: unknown): unknown => renamed(claim, { within: 'deadline' })
  const { publish, close, recovery } = claims
  return {
    ...header,
    plan: currentPlan(header['plan']),
    claims: {
      ...(renamed(claims, { replay: 'redrive', record: 'write' }) as Fields),
      publish: deadline(publish),
      close: deadline(close),
      recovery: deadline(recovery),
    },
  }
}

/** Events of histories of format 1. */
export function currentEvent(event: Fields): Fields {
  const current = renamed(inRole(event), { lives: 'ttlMs', replay: 'redrive' }) as Fields
  const { type, op } = current
  return {
    ...current,
    ...(typeof type === 'string' && Object.hasOwn(TYPES, type) ? { type: TYPES[type] } : {}),
    ...(typeof op === 'string' ? { op: op.replace(/~replayed$/, '~redriven') } : {}),
  }
}

const TYPES: Readonly<Record<string, string>> = {
  'passed-over': 'skipped',
  record: 'write',
  recorded: 'written',
  replay: 'redrive',
  'replay-ended': 'redrive-ended',
}
