import { describeSystem } from 'busproof/vitest'
import { requires } from '../../test/require.ts'
import nats, { containers } from './system.ts'

const adapter = new URL('./index.ts', import.meta.url)

requires('nats', await nats.missing())('the suite for systems, on NATS', () => describeSystem(adapter))

requires('containers', await containers.missing())('the suite for systems, on NATS in a container', () =>
  describeSystem(adapter, { site: 'containers' }),
)
