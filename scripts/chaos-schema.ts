/** Writes the JSON Schema of chaos files, for editors: `npm run chaos-schema`. */
import { writeFile } from 'node:fs/promises'
import { renderChaosSchema } from '../harness/chaos/file/json-schema.ts'

await writeFile(new URL('../docs/chaos.schema.json', import.meta.url), renderChaosSchema())
