/** Prepares the real site for a run: links over sockets, nodes in child processes, and a witness. */

import { randomBytes } from 'node:crypto'
import { ROLES, type Role } from '../../adapter.ts'
import type { Event } from '../../events/kinds.ts'
import { createRedactor } from '../../history/redact.ts'
import { monotonic, since } from '../../host/clock.ts'
import { HANDLER_CANARY } from '../../host/handlers.ts'
import type { Host } from '../../host/host.ts'
import { redactAll } from '../../host/material.ts'
import type { Lacks } from '../../lacks.ts'
import type { AdapterFacts } from '../../load/adapter.ts'
import {
  HEADER_CANARY_NAME,
  headerCanary,
  headerNames,
  PAYLOAD_CANARY_NAME,
  payloadCanary,
} from '../../plan/message.ts'
import { isUsedRow } from '../../plan/rows.ts'
import type { PrepareEnvironment } from '../../run/environment.ts'
import { allTopicsOf } from '../../run/topics.ts'
import { isOfLongUse, storedEvent } from '../../run/witnessing.ts'
import type { RunningSystem, TopicSpec, Witness } from '../../system-contract.ts'
import { sleep } from '../../waiting.ts'
import { createOutages, watchOutages } from '../outages.ts'
import { watchLinks } from '../watched-links.ts'
import { LOOK_EVERY, lookAtPositions } from './look.ts'
import type { RoleLink } from './role-links.ts'
import { secretsAmong } from './secrets.ts'

/** How long the server may take to notice that a session has ended before it counts as left behind, ms. */
const SESSIONS_GONE_WITHIN = 3_000

export interface RealSite {
  readonly adapter: AdapterFacts
  readonly system: RunningSystem
  /** What the system lacks. */
  readonly lacks: Lacks
  readonly links: Readonly<Record<Role, RoleLink>>
  /** Nodes tell what they hold in memory. */
  readonly weighs: boolean
  /** The host of a node, with its events going to `record`. */
  readonly host: (
    node: string,
    record: (event: Event) => void,
    start: { epoch: number; canaries: Readonly<Record<string, string>> },
  ) => Promise<Host>
}

export function realEnvironment(site: RealSite): PrepareEnvironment {
  return async ({ plan, claims, header, record }) => {
    const epoch = monotonic()
    const now = (): number => since(epoch)
    const topics = allTopicsOf(plan, claims, header.prefix)
    const names = headerNames(plan, claims)
    const prepared = await site.system.prepare({ prefix: header.prefix, topics, witness: site.adapter.witness ?? {} })
    const { witness, credentials } = prepared
    const committed = witness?.committed?.bind(witness)
    const first = await leaderOfFirst(site.system, topics)
    const canaries = {
      ...secretsAmong(credentials),
      ...prepared.secrets,
      [PAYLOAD_CANARY_NAME]: payloadCanary(plan.seed),
      [HEADER_CANARY_NAME]: headerCanary(plan.seed),
      [HANDLER_CANARY]: `canary-dsn-${randomBytes(8).toString('hex')}`,
    }
    const redact = createRedactor(canaries)
    const outages = watchOutages(
      createOutages({
        system: site.system,
        first,
        connections: () => ROLES.reduce((sum, role) => sum + site.links[role].connections(), 0),
      }),
      now,
    )
    const positions =
      committed === undefined
        ? null
        : lookAtPositions(
            { committed },
            {
              now,
              moved: (committed) => record({ type: 'position', at: now(), ...committed }),
              slow: (from) => {
                if (outages.quietSince() <= from) record({ type: 'stall', at: now(), owner: 'server', from })
              },
            },
          )
    const watched = watchLinks(site.links, { now, record })
    const recordAndWatch = (event: Event): void => {
      watched.step(event)
      record(event)
    }
    const addresses = Object.fromEntries(ROLES.map((role) => [role, site.links[role].addresses]))

    return {
      links: watched.links,
      config: { prefix: header.prefix, credentials, canaries, addresses, epoch, weighs: site.weighs },
      outage: outages.begin,
      poison: async (topic, value) => (await witness?.poison?.(topic, value)) ?? null,
      keepFlows: watched.keepFlows,
      // Each node's memory is its own process's.
      forget: () => true,
      now,
      host: (node) => site.host(node, recordAndWatch, { epoch, canaries }),
      async census(when) {
        if (witness === null) return
        const counts = when === 'baseline' ? await witness.resources() : await countsOnceQuiet(witness)
        const isHeld = when === 'after' && Object.values(counts).some((count) => count > 0)
        const owners = isHeld ? redactAll((await witness.owners?.()) ?? {}, redact) : {}
        const named = Object.keys(owners).length === 0 ? {} : { owners }
        record({ type: 'resources', at: now(), owner: 'server', when, counts, ...named })
      },
      async readWitness() {
        await positions?.stop()
        const stored = (await witness?.stored?.()) ?? []
        for (const message of stored.filter((one) => !isOfLongUse(one)))
          recordAndWatch(storedEvent(message, { topics, headerNames: names, claims, redact, at: now() }))
        const rows = claims.write === undefined ? null : await witness?.rows?.()
        if (rows != null) record({ type: 'rows', at: now(), rows: rows.filter(({ id }) => !isUsedRow(id)) })
        if (site.lacks.network === undefined) watched.conclude()
      },
      async [Symbol.asyncDispose]() {
        // What the witness could not read was told when the run ended, or does not matter where it failed.
        await positions?.stop().catch(() => undefined)
        await prepared[Symbol.asyncDispose]()
      },
    }
  }
}

/** A restart or a new topic may put leaders anywhere; what a plan does to one of them shall not depend on that. */
const leaderOfFirst = async ({ leader }: RunningSystem, [first]: readonly TopicSpec[]): Promise<number> =>
  first === undefined || leader === undefined ? 0 : await leader(first.name, 0)

/** The server notices the end of a session a little later than the client. */
async function countsOnceQuiet(witness: Witness): Promise<Readonly<Record<string, number>>> {
  const until = monotonic() + SESSIONS_GONE_WITHIN
  for (;;) {
    const counts = await witness.resources()
    if (Object.values(counts).every((count) => count === 0) || monotonic() > until) return counts
    await sleep(LOOK_EVERY)
  }
}
