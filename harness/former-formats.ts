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

/** Plans of versions 1 and 2. */
export const currentPlan = (json: unknown): unknown => planOfVersion3(planOfVersion2(json))

function planOfVersion2(json: unknown): unknown {
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

/** Bodies and headers had names only, before they were drawn. */
function planOfVersion3(json: unknown): unknown {
  if (!isFields(json) || json['version'] !== 2) return json
  const inFull = (message: unknown): unknown =>
    isFields(message)
      ? { ...message, ...renamedContent(message, 'body', BODIES), ...renamedContent(message, 'headers', HEADERS) }
      : message
  return { ...json, version: 3, messages: each(json['messages'], inFull) }
}

function renamedContent(message: Fields, field: string, names: Readonly<Record<string, unknown>>): Fields {
  const name = message[field]
  return typeof name === 'string' && Object.hasOwn(names, name) ? { [field]: names[name] } : {}
}

const BODIES: Readonly<Record<string, unknown>> = {
  empty: { text: '' },
  'one-byte': { bytes: 1 },
  'invalid-utf8': { hex: 'ffc080eda080' },
  unicode: { text: 'na\u00efve e\u0301 \u65e5\u672c\u8a9e \u{1f469}\u200d\u{1f680} \u202eabc\u202c \u0000 end' },
  large: { bytes: 65_536 },
}

const header = (name: string, value: unknown) => ({ name, value })

const HEADERS: Readonly<Record<string, unknown>> = {
  none: [],
  binary: [header('bytes', { bytes: 24 }), header('not-text', { hex: '00fffe800a' }), header('nothing', { text: '' })],
  repeated: [
    header('hop', { text: 'first' }),
    header('other', { text: 'between' }),
    header('hop', { text: 'second' }),
    header('hop', { text: 'second' }),
  ],
  many: Array.from({ length: 20 }, (_, index) => header(`header-${index}`, { text: `${index}` })),
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
