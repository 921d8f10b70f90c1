import { parseYaml } from '../../load/yaml.ts'
import { type ChaosConfig, chaosShape } from './config.ts'

/** What a chaos file says. Throws a `UsageError`, one sentence with line and column, for a file that says nothing that can be done. */
export const readChaos = (text: string, where: string): ChaosConfig => parseYaml(text, where, chaosShape)
