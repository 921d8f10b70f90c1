/** Says which handler a message has: by its type, its category and what its topic carries. */
import type { Message } from '../../harness/adapter.ts'
import type { DispatchClaim } from '../../harness/claims.ts'

/** A message has a handler, or the reason why it has none, in words too. */
export type Route =
  | { readonly to: 'handler' }
  | {
      readonly to: 'nowhere'
      readonly reason: 'unregistered' | 'foreignDomain' | 'wrongCategory'
      readonly words: string
    }

export interface Registry {
  /** Of a message in a subscription that registered these types. */
  route(message: Message, types: ReadonlySet<string>): Route
}

/**
 * By the claim's domains and topics. It reads types as they are stored: an envelope has turned every spelling into the one name.
 * Throws if a type belongs to two domains.
 */
export function createRegistry({ type, category, domains, topics }: DispatchClaim): Registry {
  const domainOf = new Map<string, string>()
  for (const [domain, types] of Object.entries(domains))
    for (const one of types) {
      if (domainOf.has(one))
        throw new Error(`the type ${one} belongs to ${domainOf.get(one)} and to ${domain}: leave one out`)
      domainOf.set(one, domain)
    }
  const nowhere = (reason: Extract<Route, { to: 'nowhere' }>['reason'], words: string): Route => ({
    to: 'nowhere',
    reason,
    words,
  })
  return {
    route(message, registered) {
      const found = textIn(message, type)
      const carried = topics.find(({ ends }) => message.topic.endsWith(ends))
      const domain = found === undefined ? undefined : domainOf.get(found)
      if (carried !== undefined && domain !== undefined && domain !== carried.domain)
        return nowhere(
          'foreignDomain',
          `its type belongs to the domain ${domain}, and its topic carries ${carried.domain}`,
        )
      if (carried !== undefined && !carried.categories.includes(textIn(message, category) ?? ''))
        return nowhere('wrongCategory', `its topic carries ${carried.categories.join(' and ')} alone`)
      if (found === undefined || !registered.has(found))
        return nowhere('unregistered', found === undefined ? 'it has no type' : 'no handler is registered for its type')
      return { to: 'handler' }
    },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined if it is absent, there twice, or no text: the message may come from another system. */
function textIn({ headers }: Message, name: string): string | undefined {
  const values = headers.filter(([one]) => one === name)
  const [first] = values
  if (first === undefined || values.length > 1) return undefined
  try {
    return utf8.decode(first[1])
  } catch {
    return undefined
  }
}
