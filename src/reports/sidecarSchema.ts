import * as z from 'zod'
import { isCalendarDate } from './dates.ts'

const line = z.string().trim().min(1).max(200)

/** What a sidecar may state. */
export const sidecarSchema = z.strictObject({
  title: line.optional(),
  publisher: line.optional(),
  district: line.optional(),
  date: z.string().refine(isCalendarDate).optional(),
  period: line.optional(),
  url: z
    .url({ protocol: /^https?$/u })
    .max(4000)
    .optional(),
  fetched: z.iso.datetime().optional(),
  charset: z
    .string()
    .regex(/^[\w.:+-]{1,40}$/u)
    .optional(),
})
