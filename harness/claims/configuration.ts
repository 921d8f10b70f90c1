import { z } from 'zod'
import { configuration as told } from '../events/parts.ts'
import { caseOf, sourcesOf } from './configuration-cases.ts'
import type { ConfigurationClaim, SettingClaim } from './configuration-claim.ts'
import { configurationContradiction } from './configuration-contradictions.ts'
import { type Ask, type Asked, type ClaimDescriptor, count, ms } from './descriptor.ts'

export interface ConfigurationPart {
  /** The adapter reads its settings from a YAML file, the environment and arguments. */
  readonly configuration?: ConfigurationClaim
}

/** Configurations that the adapter is given, one after another. */
export interface PlannedConfiguration {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Number of the first one: see `caseOf`. */
  readonly first: number
  readonly times: number
}

export interface ConfigurationLists {
  /** Only if `configuration` is claimed. */
  readonly configurations?: readonly PlannedConfiguration[]
}

/** Settings are read without a network: what takes longer hangs, ms. */
export const READ_WITHIN = 2_000

const value = z.union([z.string(), z.number(), z.boolean()], {
  error: 'must be text, a number, true or false',
})
const name = z.string().min(1)
const texts = z.array(z.string())
const setting: z.ZodType<SettingClaim> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('number'),
    default: z.number().nullable(),
    least: z.number(),
    most: z.number(),
    whole: z.literal(true).exactOptional(),
    figure: z.strictObject({ path: name, times: z.number().positive() }).exactOptional(),
  }),
  z.strictObject({ type: z.literal('boolean'), default: z.boolean().nullable() }),
  z.strictObject({ type: z.literal('choice'), default: z.string().nullable(), values: texts.min(1) }),
  z.strictObject({
    type: z.literal('text'),
    default: z.string().nullable(),
    right: texts.min(1),
    wrong: texts,
    secret: z.literal(true).exactOptional(),
  }),
])

/** Gives the adapter the configuration of this number, and records what it made of it; the name is unique in the run. */
async function configure({ claims, tell, see, redacted, check, adapter }: Asked, name: string, number: number) {
  const { configuration: claim } = claims
  if (claim === undefined || adapter.hangs()) return
  const { isRefused, ...given } = caseOf(claim, number)
  const about = { configuration: name }
  tell({ type: 'configure', ...about, ...given })
  const sources = sourcesOf(given)
  const end = await adapter.configure(sources)
  if (end === null) return
  if ('error' in end) tell({ type: 'configured', ...about, taken: null, error: see(end.error) })
  else {
    const taken = check(told, end.value, 'configure() did not return a configuration')
    if (taken === null) return
    tell({ type: 'configured', ...about, taken: redacted(taken) })
  }
  if (!isRefused) return
  const { connections, ...opening } = await adapter.tryOpen(sources)
  tell({ type: 'open-tried', ...about, connections, ...('error' in opening ? { error: see(opening.error) } : {}) })
}

/** So many configurations differ in plans; more of them show nothing new. */
const MOST = 10_000

export const configuration = {
  shape: () =>
    z.strictObject({
      settings: z.record(name, setting).refine((settings) => Object.keys(settings).length > 0, 'must hold a setting'),
      conflicts: z
        .array(
          z.record(
            name,
            z.union([z.array(value), z.strictObject({ above: z.number() })], {
              error: 'must be values, such as [true], or { above: 5 }',
            }),
          ),
        )
        .exactOptional(),
      environments: z
        .strictObject({
          variables: texts.min(1),
          names: z.record(name, texts.min(1)),
          otherwise: name,
          defaults: z.record(name, z.record(name, value)),
        })
        .exactOptional(),
    }),
  contradiction: configurationContradiction,
  conditions: {
    configuration: {
      lists: {
        configurations: {
          shape: z.strictObject({
            node: count,
            at: ms,
            first: z.int().min(0).max(MOST),
            times: z.int().min(1).max(1_000),
          }),
          fields: ({ nodes, messageAt }) => ({
            node: { values: nodes },
            at: { values: messageAt },
            first: { values: Array.from({ length: MOST / 10 }, (_, index) => index * 10) },
            times: { values: [1, 10, 100], weight: (times) => (times === 100 ? 1 : 5) },
          }),
          seed: 'configurations',
          share: 0.25,
          size: [1, 2],
          leans: { calm: [1, 3] },
          lacks: 'no configuration claimed',
          asks: ({ node, at, first, times }, index) =>
            Array.from(
              { length: times },
              (_, turn): Ask => ({
                node,
                at,
                carryOut: (asked) => configure(asked, `configuration-${index}-${turn}`, first + turn),
              }),
            ),
        },
      },
    },
    'configuration.conflicts': { when: ({ conflicts = [] }) => conflicts.length > 0 },
    'configuration.environments': { when: ({ environments }) => environments !== undefined },
  },
  docs: 'the adapter reads [its settings](adapter.md#configuration) from a YAML file, the environment and arguments, each with its default and range, and refuses what is outside before it connects',
} satisfies ClaimDescriptor<'configuration'>
