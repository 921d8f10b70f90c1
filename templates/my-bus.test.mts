/** A test for each clause of the level: `npx vitest run`. */
import { describeConformance } from 'busproof/vitest'

describeConformance(new URL('./my-bus.mts', import.meta.url), { level: 'core' })
