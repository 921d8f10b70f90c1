/** Resources disposed of together, the last one first: what AsyncDisposableStack does, which Node has from 24 on. */
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
