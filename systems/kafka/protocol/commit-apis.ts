/** What only brokers of ours are asked: commits of a group of the harness. */
import { api } from './api.ts'
import { array, int16, int32, int64, nullableString, string, struct } from './types.ts'

export const commitOffsets = api(
  'OffsetCommit',
  8,
  6,
  struct({
    group: string,
    generation: int32,
    member: string,
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partition: int32, offset: int64, epoch: int32, metadata: nullableString })),
      }),
    ),
  }),
  struct({
    throttled: int32,
    topics: array(struct({ name: string, partitions: array(struct({ partition: int32, error: int16 })) })),
  }),
)
