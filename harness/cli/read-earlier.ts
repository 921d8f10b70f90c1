import { z } from 'zod'
import { LEVELS } from '../../spec/clause.ts'
import type { Comparable } from '../certificate/compare.ts'
import { UsageError } from '../errors.ts'
import { parseJson } from '../plan/parse.ts'
import { sentenceOf } from '../sentence.ts'
import { SITES } from '../site-name.ts'
import { readOption } from './read-option.ts'

const shape = z.object({
  format: z.string().startsWith('busproof.certificate/'),
  adapter: z.string(),
  system: z.string(),
  certified: z.boolean(),
  level: z.enum(LEVELS),
  site: z.enum(SITES),
  effort: z.string().optional(),
  profile: z.string().optional(),
  settings: z.string().optional(),
  verdicts: z.array(
    z.object({
      clause: z.string(),
      verdict: z.enum(['pass', 'fail', 'inconclusive', 'unsupported', 'waived', 'not run', 'error']),
      waived: z.object({ was: z.string() }).optional(),
    }),
  ),
  environment: z.record(z.string(), z.unknown()),
})

/** An earlier certificate in JSON, to be compared with; throws a {@link UsageError} for anything else. */
export function readEarlier(file: string, cwd: string): { readonly file: string; readonly certificate: Comparable } {
  const parsed = shape.safeParse(
    parseJson(readOption('--compare', file, { cwd, mend: 'give a certificate in JSON' }), file),
  )
  if (parsed.success) return { file, certificate: parsed.data }
  throw new UsageError(`--compare ${sentenceOf(parsed.error, file)}`)
}
