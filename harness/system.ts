/** For authors of systems: the contract, and helpers that start programs and containers and clean up after them. */

export type { Next, Position, Role } from './adapter.ts'
export { ROLES } from './adapter.ts'
export { PrefixInUseError, SiteError, UsageError } from './errors.ts'
export { inProcess } from './in-process.ts'
export {
  type Container,
  type ContainerOptions,
  startContainer,
} from './process/containers/container.ts'
export { type Image, imageName, missingImage } from './process/containers/image.ts'
export { freePort, LOOPBACK } from './process/loopback.ts'
export { type Program, type ProgramOptions, startProgram } from './process/program.ts'
export type {
  Advertise,
  CommittedPosition,
  Endpoint,
  Lacks,
  PreparedRun,
  RequestedMessage,
  RequestReader,
  RunningSystem,
  StoredMessage,
  System,
  SystemServer,
  TopicSpec,
  Witness,
} from './system-contract.ts'
export { SYSTEM_CONTRACT } from './system-contract.ts'
