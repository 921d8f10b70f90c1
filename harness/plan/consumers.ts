import type { PlannedConsumer } from './plan.ts'

/** Whether at least one consumer is there from the first message on. */
export const hasEarlyConsumer = (consumers: readonly PlannedConsumer[]): boolean =>
  consumers.some(({ joinAt, from }) => joinAt === 0 && from === 'earliest')
