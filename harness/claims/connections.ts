import type { ClaimDescriptor } from './descriptor.ts'

export interface ConnectionsPart<F> {
  /** The largest number of connections that one bus holds once it is calm again, however often it reconnected. */
  readonly connections?: F
}

export const connections = {
  shape: (figure) => figure,
  needs: () => ['network'],
  settings: { connections: [8, 4, 2] },
  conditions: { connections: {} },
  docs: 'the largest number of connections that one bus holds once it is calm again, however often it reconnected',
} satisfies ClaimDescriptor<'connections'>
