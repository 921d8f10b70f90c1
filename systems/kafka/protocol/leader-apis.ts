/** Requests about which replica leads a partition. */
import { api } from './api.ts'
import { compactArray, compactNullableString, compactString, tags } from './flexible.ts'
import { array, int8, int16, int32, nullableArray, nullableString, string, struct } from './types.ts'

/** Kafka has no older encoding for this one. */
export const alterReassignments = api(
  'AlterPartitionReassignments',
  45,
  0,
  struct({
    header: tags,
    timeout: int32,
    topics: compactArray(
      struct({
        name: compactString,
        partitions: compactArray(struct({ partition: int32, replicas: compactArray(int32), tags })),
        tags,
      }),
    ),
    tags,
  }),
  struct({
    header: tags,
    throttled: int32,
    error: int16,
    message: compactNullableString,
    topics: compactArray(
      struct({
        name: compactString,
        partitions: compactArray(struct({ partition: int32, error: int16, message: compactNullableString, tags })),
        tags,
      }),
    ),
    tags,
  }),
)

export const electLeaders = api(
  'ElectLeaders',
  43,
  1,
  struct({
    type: int8,
    topics: nullableArray(struct({ name: string, partitions: array(int32) })),
    timeout: int32,
  }),
  struct({
    throttled: int32,
    error: int16,
    topics: array(
      struct({
        name: string,
        partitions: array(struct({ partition: int32, error: int16, message: nullableString })),
      }),
    ),
  }),
)
