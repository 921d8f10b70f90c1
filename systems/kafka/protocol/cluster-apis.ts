/** Requests about brokers and topics. */
import { api } from './api.ts'
import { array, boolean, int16, int32, nullableArray, nullableString, string, struct } from './types.ts'

export const apiVersions = api(
  'ApiVersions',
  18,
  2,
  struct({}),
  struct({ error: int16, apis: array(struct({ key: int16, oldest: int16, newest: int16 })), throttled: int32 }),
)

export const metadata = api(
  'Metadata',
  3,
  7,
  struct({ topics: nullableArray(string), create: boolean }),
  struct({
    throttled: int32,
    brokers: array(struct({ id: int32, host: string, port: int32, rack: nullableString })),
    cluster: nullableString,
    controller: int32,
    topics: array(
      struct({
        error: int16,
        name: string,
        internal: boolean,
        partitions: array(
          struct({
            error: int16,
            partition: int32,
            leader: int32,
            epoch: int32,
            replicas: array(int32),
            inSync: array(int32),
            offline: array(int32),
          }),
        ),
      }),
    ),
  }),
)

export const createTopics = api(
  'CreateTopics',
  19,
  4,
  struct({
    topics: array(
      struct({
        name: string,
        partitions: int32,
        replicas: int16,
        assignments: array(struct({ partition: int32, brokers: array(int32) })),
        settings: array(struct({ name: string, value: nullableString })),
      }),
    ),
    timeout: int32,
    validateOnly: boolean,
  }),
  struct({ throttled: int32, topics: array(struct({ name: string, error: int16, message: nullableString })) }),
)

export const deleteTopics = api(
  'DeleteTopics',
  20,
  3,
  struct({ names: array(string), timeout: int32 }),
  struct({ throttled: int32, topics: array(struct({ name: string, error: int16 })) }),
)
