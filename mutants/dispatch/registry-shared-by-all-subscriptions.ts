import { type Dispatcher, dispatchingBy, HANDLED, TWO_GROUPS } from '../dispatch-parts.ts'
import { fieldOf } from '../envelope-parts.ts'
import { brokenOnex, type Defect } from '../mutant.ts'

const shared: Dispatcher = (bus, claim) => {
  const registry = new Set<string>()
  const { subscribe, ...rest } = dispatchingBy(({ route, message }) =>
    route.to === 'nowhere' && route.reason === 'unregistered' && registry.has(fieldOf(message, 'event_type') ?? '')
      ? HANDLED
      : route,
  )(bus, claim)
  return {
    ...rest,
    subscribe(subscription, handle) {
      for (const type of subscription.types ?? []) registry.add(type)
      return subscribe(subscription, handle)
    },
  }
}

export const defect: Defect = {
  text: 'All subscriptions of a bus share one registry of types: what one registers, the handlers of the others get.',
  must: ['dispatch/1'],
  minimal: TWO_GROUPS,
  dispatcher: shared,
}

export default brokenOnex(defect)
