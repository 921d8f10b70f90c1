/** Makes one producer for each topic, however many ask for it at once. */
export interface Producers<P> {
  of(topic: string): Promise<P>
  /** How many were made of each topic. */
  totals(): readonly { readonly topic: string; readonly total: number }[]
}

export interface ProducerPolicies {
  /** Whether who asks while a producer is being made waits for that one. */
  readonly sharesMaking: boolean
}

export const standardProducers: ProducerPolicies = { sharesMaking: true }

export function createProducers<P>(make: (topic: string) => Promise<P>, policies = standardProducers): Producers<P> {
  const known = new Map<string, Promise<P>>()
  const totals = new Map<string, number>()

  const begin = async (topic: string): Promise<P> => {
    totals.set(topic, (totals.get(topic) ?? 0) + 1)
    return await make(topic)
  }

  return {
    async of(topic) {
      const found = known.get(topic)
      if (found !== undefined) return await found
      const making = begin(topic)
      if (policies.sharesMaking) known.set(topic, making)
      const made = await making
      known.set(topic, making)
      return made
    },
    totals: () => [...totals].map(([topic, total]) => ({ topic, total })),
  }
}
