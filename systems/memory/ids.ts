/** Message ids by group: which are known, and who is working on one. */
interface Asked {
  readonly group: string
  readonly messageId: string
  readonly holder: string
}

export interface Ids {
  /** `busy`: somebody else works on it. The same holder may ask again. */
  claim(asked: Asked & { readonly lease: number }): 'yours' | 'busy' | 'known'
  mark(asked: Asked & { readonly window: number }): void
  unclaim(asked: Asked): void
  /** Drops what is known no longer. */
  forgetExpired(): void
}

/** `now` in ms. */
export function createIds(now: () => number): Ids {
  let known = new Map<string, number>()
  let leases = new Map<string, { readonly holder: string; readonly until: number }>()
  const keyOf = ({ group, messageId }: Asked): string => JSON.stringify([group, messageId])
  return {
    claim(asked) {
      const key = keyOf(asked)
      if ((known.get(key) ?? Number.NEGATIVE_INFINITY) > now()) return 'known'
      const lease = leases.get(key)
      if (lease !== undefined && lease.holder !== asked.holder && lease.until > now()) return 'busy'
      leases.set(key, { holder: asked.holder, until: now() + asked.lease })
      return 'yours'
    },
    mark(asked) {
      known.set(keyOf(asked), now() + asked.window)
      leases.delete(keyOf(asked))
    },
    unclaim(asked) {
      if (leases.get(keyOf(asked))?.holder === asked.holder) leases.delete(keyOf(asked))
    },
    forgetExpired() {
      known = new Map([...known].filter(([, until]) => until > now()))
      leases = new Map([...leases].filter(([, { until }]) => until > now()))
    },
  }
}
