/** What a chaos run would do, in lines for a person. Nothing is connected to, and nothing is made. */
import type { Shard } from '../certificate/soak.ts'
import { faultName, OUTAGE_KINDS } from '../faults.ts'
import type { AdapterFacts } from '../load/adapter.ts'
import { lacksOf } from '../load/system-check.ts'
import { duration, grouped, plural, time } from '../text.ts'
import { epochPlan, possible, type Target } from './epoch.ts'
import type { ChaosConfig } from './file/config.ts'
import { guardName } from './guards.ts'
import { dealt } from './shard.ts'
import { type Resolving, resolveTarget } from './target.ts'

/** As many epochs are shown fault by fault. */
const SHOWN = 3

export async function showDryRun(
  whole: ChaosConfig,
  { shard, ...resolving }: Resolving & { readonly shard?: Shard },
): Promise<string[]> {
  const config = shard === undefined ? whole : dealt(whole, shard)
  const { facts, system } = await resolveTarget(config, resolving)
  const target = unconnected(facts, lacksOf(system, facts.witness), config.target)
  const { load, guards, thresholds, stop, histories, serve, traces } = config
  const kinds = possible(config.faults, target)
  const left = config.faults.kinds.filter((kind) => !kinds.includes(kind))
  return [
    `target     ${facts.name} on ${system.name}, ${config.target.site} site${config.target.allow.length === 0 ? '' : `, hosts ${config.target.allow.join(', ')}`}`,
    `pin        ${pinOf(config)}`,
    ...(shard === undefined ? [] : [`shard      ${shard.index} of ${shard.of}`]),
    `load       ${grouped(load.rate)}/s for ${lengthOf(config)}, in epochs of ${duration(config.epoch)}`,
    `           ${plural(load.nodes, 'node')}, ${plural(load.producers, 'producer')}, ${plural(load.groups, 'group')} of ${plural(load.members, 'member')} on ${plural(load.topics, 'topic')} of ${plural(load.partitions, 'partition')}`,
    `objects    each epoch: ${plural(load.topics + 1, 'topic')}, their dead-letter topics and ${plural(load.groups + 2, 'group')}, all named bp…_; removed with it`,
    `links      publish, consume and dead-letter: one to each address of the system, on this machine`,
    `faults     ${kinds.length === 0 ? 'none: only watched' : kinds.join(', ')}`,
    ...(left.length === 0 ? [] : [`           not possible here: ${left.join(', ')}`]),
    ...faultLines(config, target),
    `thresholds ${thresholds.length === 0 ? 'none' : thresholds.map(({ text }) => text).join('; ')}`,
    `guards     ${guards.length === 0 ? 'none' : guards.map((guard) => `${guardName(guard).replace('the guard ', '')} every ${duration(guard.every)}`).join('; ')}`,
    `stop       ${stop === undefined ? 'Ctrl-C' : `Ctrl-C, or the file ${stop.file}`}${serve === undefined ? '' : ', or POST /stop'}`,
    ...(histories === undefined
      ? []
      : [`histories  of the last ${plural(histories.keep, 'epoch')} in ${histories.folder}`]),
    ...(serve === undefined ? [] : [`serve      http://${serve.host}:${serve.port}/metrics`]),
    ...(traces === undefined ? [] : [`traces     to ${traces.otlp}`]),
  ]
}

function pinOf({ target: { site, expect } }: ChaosConfig): string {
  if (site !== 'remote') return 'not needed: the system is started for the run'
  return expect?.cluster ?? 'none: a system that calls itself something is refused without one'
}

function lengthOf({ duration: lasts, messages }: ChaosConfig): string {
  const parts = [
    ...(lasts === undefined ? [] : [duration(lasts)]),
    ...(messages === undefined ? [] : [plural(messages, 'message')]),
  ]
  return parts.join(' or ')
}

/** The first epochs: the seed gives the same ones again. */
function faultLines(config: ChaosConfig, target: Target): string[] {
  const count = Math.min(SHOWN, Math.ceil((config.duration ?? Number.POSITIVE_INFINITY) / config.epoch))
  return Array.from({ length: count }, (_, index) => index + 1).flatMap((number) => {
    const plan = epochPlan(config, target, {
      number,
      lasts: Math.min(config.epoch, (config.duration ?? Number.POSITIVE_INFINITY) - (number - 1) * config.epoch),
      before: (number - 1) * config.epoch,
      messages: 0,
    })
    const all = [
      ...plan.faults.map(({ kind, role, direction, at, lasts }) => ({
        at,
        text: `${role}: ${faultName(kind, direction)} for ${duration(lasts)}`,
      })),
      ...plan.outages.map(({ kind, server, at, lasts }) => ({
        at,
        text: `server ${server}: ${kind} for ${duration(lasts)}`,
      })),
      ...plan.kills.map(({ node, at }) => ({ at, text: `node ${node}: killed` })),
    ].sort((one, other) => one.at - other.at)
    return all.map(({ at, text }) => `           epoch ${number}, ${time(at)} ms: ${text}`)
  })
}

/** As much of the target as is known without connecting to it; only a running system says what can happen to its servers. */
const unconnected = (
  { claims }: AdapterFacts,
  lacks: Target['lacks'],
  { site, servers = 1 }: ChaosConfig['target'],
): Target => ({
  claims,
  lacks,
  outages: site === 'remote' ? [] : OUTAGE_KINDS,
  servers,
})
