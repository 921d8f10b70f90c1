import type { ClaimDescriptor } from './descriptor.ts'

export interface ConnectionsPart<F> {
  /** Most connections that one bus holds once it is calm again, however often it had to connect anew. */
  readonly connections?: F
}

export const connections = {
  shape: (figure) => figure,
  conditions: { connections: {} },
  docs: 'the most connections that one bus holds once it is calm again, however often it had to connect anew',
} satisfies ClaimDescriptor<'connections'>
