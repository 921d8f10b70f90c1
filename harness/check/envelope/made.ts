import { givenFor } from '../../claims/configuration-cases.ts'
import type { GivenSettings } from '../../claims/configuration-claim.ts'
import { effectiveIn } from '../../claims/configuration-rules.ts'
import type { EnvelopeClaim, EnvelopeField } from '../../claims/envelope.ts'
import { isOf, traceIn } from '../../claims/envelope-values.ts'
import type { RunHeader } from '../../history/header.ts'
import type { Check } from '../check.ts'
import { type Copy, type Enveloped, toldOf, valueIn } from '../tracker/envelopes.ts'
import type { Ledger } from '../tracker/ledger.ts'

/** envelope/2: a field that the caller leaves out is made once, as claimed. */
export const made: Check = {
  clause: 'envelope/2',
  file: import.meta.url,
  detect(ledger, report) {
    const { run } = ledger
    const claim = run.claims.envelope
    if (claim === undefined) return {}
    const settings = createSettings(run)
    return {
      end() {
        /** The message that each id or trace was made for. */
        const owners = new Map<string, string>()
        for (const message of ledger.envelopes.all()) {
          const fields = leftOut(claim, message)
          const [first] = message.copies
          if (fields.length === 0 || first === undefined) continue
          for (const copy of message.copies) {
            report.occasion()
            if (copy.how === 'dead-lettered') report.kind('a dead letter')
            for (const [name, field] of fields) {
              const owner = ownerOf(owners, name, field, copy, message.op)
              const shared = owner === message.op ? null : `a ${name} of its own, not that of ${owner}`
              const wrong =
                wrongIn(name, field, copy, { first, fixed: fixedIn(settings, field, message.node) }) ??
                shared ??
                untimely(ledger, name, field, message)
              if (wrong === null) continue
              const { op, node } = message
              const what = { expected: wrong, actual: toldOf(copy.envelope, name), others: [owner] }
              report.violation({
                ...what,
                message: `${op} has a wrong ${name} where it was ${copy.how}`,
                op,
                node,
                at: copy.at,
              })
              break
            }
          }
        }
      },
    }
  },
}

/** Of a message that was caused by another one, the fields that tell of that are left to another clause. */
function leftOut({ fields, correlationId, causationId }: EnvelopeClaim, { given, cause }: Enveloped) {
  const isInherited = (name: string, { type }: EnvelopeField): boolean =>
    cause !== null && (name === correlationId || name === causationId || type === 'traceparent')
  return Object.entries(fields).filter(([name, field]) => !given.has(name) && !isInherited(name, field))
}

/** What it should be, if it is something else. */
function wrongIn(
  name: string,
  field: EnvelopeField,
  { envelope }: Copy,
  { first, fixed }: { readonly first: Copy; readonly fixed: Fixed | null },
): string | null {
  if (field.absent === undefined)
    return envelope.some(([one]) => one === name) ? `no ${name}, as nobody gave one` : null
  const value = valueIn(envelope, name)
  if (fixed !== null)
    return value === fixed.value ? null : `${name} ${JSON.stringify(fixed.value)}${fixed.from}, as nobody gave one`
  if (value === null || value === '' || !isOf(field, value)) return `one ${name}, a ${field.type}`
  const before = valueIn(first.envelope, name)
  if (before === null || sameIn(field, before) === sameIn(field, value)) return null
  return `${name} ${JSON.stringify(before)}, as where it was ${first.how}`
}

/** The value that a setting had on a node. */
type Settings = (node: string, setting: string) => string

function createSettings({ claims, plan }: RunHeader): Settings {
  const byNode = new Map<string, GivenSettings>()
  return (node, setting) => {
    const { configuration } = claims
    const given = byNode.get(node) ?? givenFor(claims, `${plan.seed}/${node}`, plan.environment)
    if (configuration === undefined || given === undefined) return ''
    byNode.set(node, given)
    return `${effectiveIn(configuration, given, setting)}`
  }
}

/** A value that the field has in all messages of a node, and where that is from, in words. */
interface Fixed {
  readonly value: string
  readonly from: string
}

function fixedIn(settings: Settings, { absent }: EnvelopeField, node: string): Fixed | null {
  if (typeof absent !== 'object') return null
  if ('value' in absent) return { value: absent.value, from: '' }
  return { value: settings(node, absent.setting), from: `, the setting ${absent.setting} of ${node}` }
}

/** Between what times it must be, if it is another time. */
function untimely(
  { run, faults }: Ledger,
  name: string,
  { type, absent }: EnvelopeField,
  { began, copies: [first] }: Enveloped,
): string | null {
  const { startedAt, slack } = run
  if (type !== 'time' || absent !== 'generated' || first === undefined) return null
  if (startedAt === undefined || faults.clockStepped()) return null
  const time = Date.parse(valueIn(first.envelope, name) ?? '') - startedAt
  if (time >= began - slack && time <= first.at + slack) return null
  return `${name} from when it was published, ${inWords(startedAt + began)}, to when it was ${first.how}, ${inWords(startedAt + first.at)}`
}

const inWords = (time: number): string => new Date(time).toISOString()

/** The message that the id or the trace was made for first. */
function ownerOf(
  owners: Map<string, string>,
  name: string,
  field: EnvelopeField,
  { envelope }: Copy,
  op: string,
): string {
  const value = valueIn(envelope, name)
  if (value === null || field.absent !== 'generated' || field.type === 'time') return op
  const key = `${name}\n${sameIn(field, value)}`
  const owner = owners.get(key) ?? op
  owners.set(key, owner)
  return owner
}

const sameIn = ({ type }: EnvelopeField, value: string): string => (type === 'traceparent' ? traceIn(value) : value)
