/** Resources disposed of together, the last one first: what AsyncDisposableStack does, which Node has from 24 on. */
import { messageOf } from '../errors.ts'

export interface Disposables extends AsyncDisposable {
  use<T extends AsyncDisposable>(resource: T): T
}

export function createDisposables(): Disposables {
  const resources: AsyncDisposable[] = []
  return {
    use(resource) {
      resources.push(resource)
      return resource
    },
    /** Goes on after a failure, because one that fails must not keep the others; the first failure is thrown at the end. */
    async [Symbol.asyncDispose]() {
      const failures: unknown[] = []
      for (let resource = resources.pop(); resource !== undefined; resource = resources.pop()) {
        try {
          await resource[Symbol.asyncDispose]()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}

/**
 * Disposes of a resource without hiding earlier findings: a failure becomes a warning that says `what` may be left, or nothing if
 * the resource is known to be broken.
 */
export async function leave(resource: AsyncDisposable, what: string | null): Promise<void> {
  try {
    await resource[Symbol.asyncDispose]()
  } catch (error) {
    if (what !== null) process.emitWarning(`${what} may remain: ${messageOf(error)}`, 'BusproofWarning')
  }
}
