/** A test for each clause of the level, and tests of the system and its witness: `npx vitest run`. */
import { describeConformance, describeSystem } from 'busproof/vitest'

describeSystem(new URL('./my-bus.mts', import.meta.url))
describeConformance(new URL('./my-bus.mts', import.meta.url), { level: 'core' })
