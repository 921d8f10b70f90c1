import { expect, test } from 'vitest'
import { onexTopicNames } from '../onex/dispatch.ts'

const { parse, print } = onexTopicNames

test.each(['dev.node.events.v1', 'prod-eu.order-flow.commands.v10', 'local_2.tool.intents.v2'])('%s', (name) => {
  const parts = parse(name)
  expect(Object.keys(parts ?? {})).toEqual(['environment', 'domain', 'category', 'version'])
  expect(print(parts ?? {})).toBe(name)
})

test.each([
  ...['', 'dev.node.events', 'dev.node.events.v1.x', '.dev.node.events.v1', 'dev.node.events.v1.'],
  ...['Dev.node.events.v1', 'dev.node.event.v1', 'dev.node.toString.v1', 'dev.node.events.v0', 'dev..events.v1'],
  ...['dev.node.events.v1 ', 'dev.node.events.v1\n', 'dev/node/events/v1'],
])('%j is no name', (name) => {
  expect(parse(name)).toBeNull()
})

test('what cannot be read is not written', () => {
  expect(() => print({ environment: 'dev', domain: 'a.b', category: 'events', version: 'v1' })).toThrow(
    `the part domain of a topic's name cannot be "a.b"`,
  )
  expect(() => print({ environment: 'dev' })).toThrow('needs the part domain')
})
