import { brokenMemory, type Defect, sleep } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus retries a failed message in the background, and continues with later ones meanwhile.',
  must: ['ordering/5'],
  // Its position is committed with those that went on.
  may: [
    'delivery/1',
    'delivery/5',
    'delivery/6',
    'dead-letter/1',
    'dead-letter/4',
    'retry/1',
    'retry/2',
    'resources/2',
    'delivery/14',
    'ordering/4',
  ],
  minimal: 'handler-throws-once',
  handle: (handle) => async (delivery) => {
    try {
      await handle(delivery)
    } catch (error) {
      if (error instanceof Error && 'retryable' in error && error.retryable === false) throw error
      void sleep(50)
        .then(() => handle({ ...delivery, attempt: delivery.attempt + 1 }))
        // It is given up after the second failure.
        .catch(() => undefined)
    }
  },
}

export default brokenMemory(defect)
