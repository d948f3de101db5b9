import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { errorCode, ReportError } from '../errors.ts'
import type { Metadata } from './types.ts'

/** The sidecar of `a.txt` is `a.txt.meta.json`: what the file is, where its own text does not say so plainly. */
export const sidecarSuffix = '.meta.json'

const line = z.string().trim().min(1).max(200)
const sidecar = z.strictObject({
  title: line.optional(),
  publisher: line.optional(),
  district: line.optional(),
  date: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
    .optional(),
  period: line.optional(),
})

/**
 * What the sidecar beside `path` states, or nothing when there is none.
 * @throws ReportError when it is there but not of the form `{title?, publisher?, district?, date?, period?}`.
 */
export async function readSidecar(path: string): Promise<{ bytes: Buffer; stated: Partial<Metadata> } | null> {
  const file = `${path}${sidecarSuffix}`
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw faulty(file, String(errorCode(error)), error)
  }
  let data: unknown
  try {
    data = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw faulty(file, (cause as Error).message, cause)
  }
  const parsed = sidecar.safeParse(data)
  if (!parsed.success) throw faulty(file, z.prettifyError(parsed.error).replaceAll('\n', ' '), parsed.error)
  const stated = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined))
  return { bytes, stated }
}

function faulty(file: string, found: string, cause: unknown): ReportError {
  return new ReportError(
    {
      zh: `${file}:应为含 title、publisher、district、date(YYYY、YYYY-MM 或 YYYY-MM-DD)、period 的 JSON,实际:${found}。请改正或删除它。`,
      en: `${file}: expected JSON with title, publisher, district, date (YYYY, YYYY-MM or YYYY-MM-DD), period; found: ${found}. Mend or delete it.`,
    },
    { cause },
  )
}
