/** What the author of a system needs: the contract, and what starts programs and containers and holds what they leave. */

export type { Position, Role } from './adapter.ts'
export { ROLES } from './adapter.ts'
export {
  type Container,
  type ContainerOptions,
  startContainer,
} from './site/containers/container.ts'
export { type Image, imageName, missingImage } from './site/containers/image.ts'
export { freePort, LOOPBACK } from './site/loopback.ts'
export { NothingMade, type Program, type ProgramOptions, SiteError, startProgram, UsageError } from './site/program.ts'
export type {
  Advertise,
  CommittedPosition,
  Endpoint,
  PreparedRun,
  RequestedMessage,
  RequestReader,
  RunningSystem,
  StoredMessage,
  System,
  SystemNode,
  TopicSpec,
  Witness,
} from './site/system.ts'
export { SYSTEM_CONTRACT } from './site/system.ts'
