import type { ClaimDescriptor } from './descriptor.ts'

export const connections = {
  shape: (figure) => figure,
  conditions: { connections: {} },
  docs: {
    connections: 'the most connections that one bus holds once it is calm again, however often it had to connect anew',
  },
} as const satisfies ClaimDescriptor<'connections'>
