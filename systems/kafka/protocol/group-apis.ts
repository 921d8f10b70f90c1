/** Requests about groups. */
import { api } from './api.ts'
import {
  array,
  boolean,
  bytes,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  string,
  struct,
} from './types.ts'

export const findCoordinator = api(
  'FindCoordinator',
  10,
  2,
  struct({ key: string, type: int8 }),
  struct({ throttled: int32, error: int16, message: nullableString, node: int32, host: string, port: int32 }),
)

export const fetchOffsets = api(
  'OffsetFetch',
  9,
  5,
  struct({ group: string, topics: nullableArray(struct({ name: string, partitions: array(int32) })) }),
  struct({
    throttled: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({ partition: int32, offset: int64, epoch: int32, metadata: nullableString, error: int16 }),
        ),
      }),
    ),
    error: int16,
  }),
)

export const listGroups = api(
  'ListGroups',
  16,
  2,
  struct({}),
  struct({ throttled: int32, error: int16, groups: array(struct({ group: string, protocol: string })) }),
)

export const describeGroups = api(
  'DescribeGroups',
  15,
  4,
  struct({ groups: array(string), operations: boolean }),
  struct({
    throttled: int32,
    groups: array(
      struct({
        error: int16,
        group: string,
        state: string,
        protocol: string,
        chosen: string,
        members: array(
          struct({
            member: string,
            instance: nullableString,
            client: string,
            host: string,
            metadata: bytes,
            assignment: bytes,
          }),
        ),
        operations: int32,
      }),
    ),
  }),
)

export const joinGroup = api(
  'JoinGroup',
  11,
  5,
  struct({
    group: string,
    session: int32,
    rebalance: int32,
    member: string,
    instance: nullableString,
    type: string,
    protocols: array(struct({ name: string, metadata: bytes })),
  }),
  struct({
    throttled: int32,
    error: int16,
    generation: int32,
    protocol: string,
    leader: string,
    member: string,
    members: array(struct({ member: string, instance: nullableString, metadata: bytes })),
  }),
)

const leaver = { member: string, instance: nullableString }

export const leaveGroup = api(
  'LeaveGroup',
  13,
  3,
  struct({ group: string, members: array(struct(leaver)) }),
  struct({ throttled: int32, error: int16, members: array(struct({ ...leaver, error: int16 })) }),
)

export const deleteGroups = api(
  'DeleteGroups',
  42,
  1,
  struct({ groups: array(string) }),
  struct({ throttled: int32, groups: array(struct({ group: string, error: int16 })) }),
)
