import { describeSystem } from 'busproof/vitest'
import { requires } from '../../test/require.ts'
import nats from './system.ts'

requires('nats', await nats.missing())('the suite for systems, on NATS', () =>
  describeSystem(new URL('./index.ts', import.meta.url)),
)
