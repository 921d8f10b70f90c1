/** The settings of any bus: from a YAML file, the environment and arguments, each value with its origin, each mistake in a sentence. */
export type { Figures } from './claim.ts'
export { type Configurable, createConfiguration, type Resolved } from './configuration.ts'
export type { Conflict, Definition, Environments, Setting, Settings, SettingType, ValuesOf } from './definition.ts'
export { type ConfigurationError, INVALID_CONFIGURATION } from './problems.ts'
