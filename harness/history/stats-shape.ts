/** The shape of what a bus tells of itself. */
import { z } from 'zod'
import type { BusStats } from '../adapter.ts'

const whole = z.int().min(0)

export const statsShape: z.ZodType<BusStats> = z.object({
  connections: z.object({ total: whole, active: whole, idle: whole, waiting: whole }),
  sent: whole,
  failed: whole,
  bytes: whole,
  producers: z.array(z.object({ topic: z.string(), total: whole })).exactOptional(),
})
