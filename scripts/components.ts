/**
 * Brings the real programs that the tests use into `.components/`. What is there already is left alone. Without arguments
 * Toxiproxy, Kafka, NATS and two Nodes; the others only where they are named: `npm run components -- docker compose chromium prometheus`
 */
import { fileURLToPath } from 'node:url'
import { CannotInstall, type Component } from './components/component.ts'
import { compose } from './components/compose.ts'
import { docker } from './components/docker.ts'
import { kafka } from './components/kafka.ts'
import { node } from './components/node.ts'
import { packaged } from './components/package.ts'
import { toxiproxy } from './components/toxiproxy.ts'
import { refuseUnknown } from './names.ts'

const folder = fileURLToPath(new URL('../.components', import.meta.url))
const known: Readonly<Record<string, Component>> = {
  toxiproxy: toxiproxy(folder),
  kafka: kafka(folder),
  'node-20': node(folder, '20.19.0'),
  'node-24': node(folder, '24.21.0'),
  docker: docker(folder),
  compose,
  postgresql: packaged({
    name: 'PostgreSQL',
    package: 'postgresql-15',
    program: '/usr/lib/postgresql/15/bin/postgres',
  }),
  nats: packaged({ name: 'NATS', package: 'nats-server', program: 'nats-server' }),
  redis: packaged({ name: 'Redis', package: 'redis-server', program: 'redis-server' }),
  prometheus: packaged({ name: 'Prometheus', package: 'prometheus', program: 'prometheus' }),
  chromium: packaged({ name: 'Chromium', package: 'chromium', program: 'chromium' }),
}
const DEFAULT = ['toxiproxy', 'kafka', 'nats', 'node-20', 'node-24']

const say = (line: string): void => console.log(line)

/** True when the component is there in the end. */
async function bring(component: Component): Promise<boolean> {
  const found = await component.present()
  if (found !== null) {
    say(`${component.name}: already here, ${found}`)
    return true
  }
  try {
    await component.install((line) => say(`${component.name}: ${line}`))
  } catch (error) {
    if (!(error instanceof CannotInstall)) throw error
    console.error(`${component.name}: ${error.message}`)
    return false
  }
  const installed = await component.present()
  if (installed === null) console.error(`${component.name}: was installed, but does not answer with its version.`)
  else say(`${component.name}: installed, ${installed}`)
  return installed !== null
}

const names = process.argv.slice(2)
refuseUnknown(names, {
  isKnown: (name) => Object.hasOwn(known, name),
  sentence: (name) => `there is no component ${name}: name ${Object.keys(known).join(', ')}`,
})
let complete = true
for (const name of names.length > 0 ? names : DEFAULT) {
  const component = known[name]
  complete = component !== undefined && (await bring(component)) && complete
}
process.exitCode = complete ? 0 : 1
