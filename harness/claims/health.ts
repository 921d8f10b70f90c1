import { z } from 'zod'
import { health as answer } from '../events/parts.ts'
import type { BusHealth } from '../vocabulary.ts'
import { type Asked, type ClaimDescriptor, method } from './descriptor.ts'
import { type PlannedPolling, polling } from './polling.ts'

export interface HealthPart<F> {
  /** `Bus.health` says how the bus is. */
  readonly health?: {
    /** Longest time that a look at a component takes, and that `health()` takes to answer. */
    readonly timeout: F
    /** How old the last look at a component may be when `health()` is called. */
    readonly age: F
  }
}

export interface HealthBus {
  /**
   * Required by the claim `health`. Also after `close()`. It never rejects because something is wrong: that is what it answers. To
   * look at the system it must not write to any topic of the application.
   */
  health?(): Promise<BusHealth>
}

export interface HealthLists {
  /** Only if `health` is claimed. */
  readonly healthChecks?: readonly PlannedPolling[]
}

/** The name is unique in the run. Resolves with what the bus answered, or with null where it did not. */
export async function checkHealth({ bus, tell, see, redacted, check }: Asked, name: string): Promise<BusHealth | null> {
  tell({ type: 'health-check', check: name })
  try {
    const given = check(answer, await bus.health?.(), 'health() did not return the health of the bus')
    tell({ type: 'health-checked', check: name, health: redacted(given) })
    return given
  } catch (error) {
    tell({ type: 'health-checked', check: name, health: null, error: see(error) })
    return null
  }
}

export const health = {
  shape: (figure) => z.strictObject({ timeout: figure, age: figure }),
  settings: {
    'health.timeout': { simulated: [500, 200, 1000], real: [500, 400, 1000] },
    'health.age': [200, 0],
  },
  conditions: {
    health: {
      owes: { health: method },
      lists: {
        healthChecks: polling({ seed: 'health', lacks: 'no health claimed', ask: checkHealth }),
      },
    },
  },
  docs: {
    'health.timeout':
      'longest time that [`health()`](adapter.md#health) takes to answer, whatever the network does, and that a look at one component takes',
    'health.age': 'how old the last look at a component may be when `health()` is called',
  },
} satisfies ClaimDescriptor<'health'>
