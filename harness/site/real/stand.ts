/** What a lane needs: its links, and its own system unless it shares one. Both can be replaced. */
import type { Role } from '../../adapter.ts'
import type { ToxiproxyServer } from '../../link/toxiproxy.ts'
import { leave } from '../../process/disposables.ts'
import { passingIn } from '../../run/passing.ts'
import type { Advertise, RunningSystem } from '../../system-contract.ts'
import type { Renewing } from './made-again.ts'
import { createRoleLinks, type RoleLink, type RoleLinks } from './role-links.ts'
import type { FaultCarrier } from './toxiproxy.ts'

export interface RunEnvironment {
  readonly system: RunningSystem
  readonly links: Readonly<Record<Role, RoleLink>>
}

export interface Stand extends AsyncDisposable {
  /** The current state; links are created again if their Toxiproxy was replaced. */
  environment(): Promise<RunEnvironment>
  /** After a run that the site has spoilt. */
  renew(renewing: Renewing): Promise<void>
}

export interface StandOptions {
  readonly carrier: FaultCarrier
  /** The system that all lanes share; null: each starts one of its own. */
  readonly shared: RunningSystem | null
  /** Whether there are links before it; default: there are. */
  readonly linked?: boolean
  readonly start: (advertise: Advertise) => Promise<RunningSystem>
}

interface Built extends RunEnvironment {
  readonly roleLinks: RoleLinks
  readonly toxiproxy: ToxiproxyServer | null
}

/** Rejects with SiteError when the system does not start, a second time where that may help. */
export async function createStand({ carrier, shared, linked, start }: StandOptions): Promise<Stand> {
  const build = async (): Promise<Built> => {
    const toxiproxy = carrier.toxiproxy()
    const roleLinks = createRoleLinks(toxiproxy, linked)
    let system = shared
    try {
      system ??= await start(roleLinks.advertise)
      return { system, roleLinks, toxiproxy, links: await roleLinks.complete(system) }
    } catch (error) {
      await giveUp(roleLinks, system)
      throw error
    }
  }
  const giveUp = async (roleLinks: RoleLinks, system: RunningSystem | null): Promise<void> => {
    await leave(roleLinks, null)
    if (system !== null && system !== shared) await leave(system, null)
  }
  const relink = async (): Promise<void> => {
    const toxiproxy = carrier.toxiproxy()
    await built.roleLinks.again(toxiproxy)
    built = { ...built, toxiproxy, links: await built.roleLinks.complete(built.system) }
  }
  const rebuild = async (): Promise<void> => {
    await giveUp(built.roleLinks, built.system)
    built = await build()
  }

  let built = await twice(build)
  return {
    async environment() {
      if (built.toxiproxy !== carrier.toxiproxy()) await relink()
      return built
    },
    async renew({ passing, ...replacing }) {
      if (passing === 'toxiproxy' && built.toxiproxy !== null) await carrier.replace(built.toxiproxy, replacing)
      if (passing === 'site' && replacing.isLast) return await rebuild()
      try {
        await relink()
      } catch (error) {
        // A system may have advertised addresses of links that cannot be used again: then it is restarted too.
        if (passingIn(error) !== 'site') throw error
        await rebuild()
      }
    },
    async [Symbol.asyncDispose]() {
      try {
        await built.roleLinks[Symbol.asyncDispose]()
      } finally {
        if (built.system !== shared) await built.system[Symbol.asyncDispose]()
      }
    },
  }
}

/** A system that starts slowly, or whose port was taken meanwhile, gets a second chance. */
export async function twice<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (passingIn(error) === undefined) throw error
    return await start()
  }
}
