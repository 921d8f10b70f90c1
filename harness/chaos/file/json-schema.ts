/** The JSON Schema of chaos files, for editors. It is wider than the shape: how a text must be written, and what fields say together, is not in it. */
import { chaosShape, jsonSchemaOf } from './config.ts'

export const renderChaosSchema = (): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'busproof chaos file',
      ...jsonSchemaOf(chaosShape),
      required: ['target', 'load'],
    },
    null,
    2,
  )}\n`
