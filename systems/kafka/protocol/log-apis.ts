/** Requests about what partitions hold. */
import { api } from './api.ts'
import { array, int8, int16, int32, int64, nullableArray, nullableBytes, string, struct } from './types.ts'

export const listOffsets = api(
  'ListOffsets',
  2,
  4,
  struct({
    replica: int32,
    isolation: int8,
    topics: array(
      struct({ name: string, partitions: array(struct({ partition: int32, epoch: int32, timestamp: int64 })) }),
    ),
  }),
  struct({
    throttled: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partition: int32, error: int16, timestamp: int64, offset: int64, epoch: int32 })),
      }),
    ),
  }),
)

export const fetchRecords = api(
  'Fetch',
  1,
  11,
  struct({
    replica: int32,
    maxWait: int32,
    minBytes: int32,
    maxBytes: int32,
    isolation: int8,
    session: int32,
    sessionEpoch: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partition: int32, epoch: int32, offset: int64, logStart: int64, maxBytes: int32 })),
      }),
    ),
    forgotten: array(struct({ name: string, partitions: array(int32) })),
    rack: string,
  }),
  struct({
    throttled: int32,
    error: int16,
    session: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partition: int32,
            error: int16,
            highWatermark: int64,
            lastStable: int64,
            logStart: int64,
            aborted: nullableArray(struct({ producer: int64, first: int64 })),
            preferredReplica: int32,
            records: nullableBytes,
          }),
        ),
      }),
    ),
  }),
)
