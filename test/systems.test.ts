/** Every system passes the suite that its author is given; what is special about one stands in a test of its own. */

import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { describeSystem } from '../harness/vitest.ts'
import kafka from '../systems/kafka/index.ts'
import memory from '../systems/memory/index.ts'
import postgres from '../systems/postgres/index.ts'
import { requires } from './require.ts'

for (const [adapter, { name, missing }] of [
  ['memory', memory],
  ['postgres', postgres],
  ['kafkajs', kafka],
] as const) {
  const module = new URL(`adapters/${adapter}/index.ts`, PACKAGE_ROOT)
  requires(name, await missing())(`the suite for systems, on ${name}`, () => describeSystem(module))
}
