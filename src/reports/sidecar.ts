import type * as z from 'zod'
import { type Bilingual, errorCode, ReportError } from '../errors.ts'
import { notAFile, readBytes } from './bytes.ts'
import { jsonPositions, lineAndColumn } from './jsonPositions.ts'
import type { Metadata } from './manuscript.ts'

/** The sidecar of `a.txt` is `a.txt.meta.json`; it states metadata that the file's own text does not state plainly. */
export const sidecarSuffix = '.meta.json'

const maxBytes = 64 * 1024

/** The origin of a fetched file: the address and the time of fetching. */
export interface Origin {
  /** The http(s) address that the file came from, after redirects. */
  readonly url: string
  /** The time of fetching, ISO 8601 in UTC. */
  readonly fetched: string
  /** The encoding that the server stated for the text, in lower case, where it stated one. */
  readonly charset?: string
}

/** The content of a sidecar that states where its file was fetched from. */
export function originSidecar({ url, fetched, charset }: Origin): Buffer {
  const stated = { url, fetched, ...(charset !== undefined && { charset }) }
  return Buffer.from(`${JSON.stringify(stated, null, 2)}\n`)
}

/** The content of a sidecar. */
export interface Sidecar {
  readonly bytes: Uint8Array
  readonly stated: Partial<Metadata>
  /** The encoding of the file, for a text that does not state its own. */
  readonly charset?: string
}

/**
 * Reads the statements of the sidecar beside `path`; null when there is none.
 * @param name the name of the file at `path` in faults
 * @throws ReportError when there is a sidecar, but not of the form
 *   `{title?, publisher?, district?, date?, period?, url?, fetched?, charset?}`; its text names every fault by its line.
 */
export async function readSidecar(path: string, name = path): Promise<Sidecar | null> {
  const file = `${name}${sidecarSuffix}`
  let bytes: Buffer | number
  try {
    bytes = await readBytes(`${path}${sidecarSuffix}`, maxBytes)
  } catch (error) {
    if (error instanceof ReportError) throw error
    const code = errorCode(error)
    // A sidecar whose name is too long for the file system cannot exist.
    if (code === 'ENOENT' || code === 'ENAMETOOLONG') return null
    const found =
      code === notAFile
        ? { zh: '它是管道、设备或套接字', en: 'it is a pipe, a device or a socket' }
        : { zh: `无法读取(${code})`, en: `it cannot be read (${code})` }
    throw faulty(file, [found], error)
  }
  if (typeof bytes === 'number') throw tooLong(file)
  return parseSidecar(bytes, file)
}

/** Reads the content of a sidecar. @param file its name in faults @throws ReportError as `readSidecar` does */
export async function parseSidecar(bytes: Uint8Array, file: string): Promise<Sidecar> {
  if (bytes.length > maxBytes) throw tooLong(file)
  let text: string
  try {
    // The decoder leaves out a byte order mark.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw faulty(file, [{ zh: '不是 UTF-8 编码的文本', en: 'no UTF-8 text' }], cause)
  }
  const { fault, keys } = jsonPositions(text)
  if (fault !== null) throw faulty(file, [brokenAt(text, fault)])
  // The schema's library takes a while to load, and few reports have a sidecar.
  const { sidecarSchema } = await import('./sidecarSchema.ts')
  const known = Object.keys(sidecarSchema.shape)
  const parsed = sidecarSchema.safeParse(JSON.parse(text))
  const twice = keys.filter(({ key }, i) => keys.findIndex((other) => other.key === key) < i)
  if (parsed.success && twice.length === 0) {
    const { charset, ...data } = parsed.data
    const stated = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined))
    return { bytes, stated, ...(charset !== undefined && { charset }) }
  }
  const positionOf = (key: string) => keys.findLast((one) => one.key === key)?.at ?? 0
  const faults = [
    ...twice.map(({ key, at }) => ({ at, text: { zh: `${key} 写了两次`, en: `${key} stands there twice` } })),
    ...(parsed.error?.issues ?? []).flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({ at: positionOf(key), text: unknownKey(key, known) }))
      const key = issue.path[0]
      if (key === undefined) return [{ at: 0, text: noObject }]
      return [{ at: positionOf(String(key)), text: wrongValue(String(key), issue) }]
    }),
  ].sort((a, b) => a.at - b.at)
  throw faulty(
    file,
    faults.map(({ at, text: fault }) => {
      const { line } = lineAndColumn(text, at)
      return { zh: `第 ${line} 行:${fault.zh}`, en: `line ${line}: ${fault.en}` }
    }),
    parsed.error,
  )
}

/** The faults of sidecars whose report is gone, as after it was renamed, by their files: their statements are lost. */
export function orphanedSidecars(files: readonly string[]): Map<string, ReportError> {
  const there = new Set(files)
  const faults = new Map<string, ReportError>()
  for (const file of files) {
    const owner = file.slice(0, -sidecarSuffix.length)
    if (!file.endsWith(sidecarSuffix) || there.has(owner)) continue
    const text = {
      zh: `${file}:没有它所说明的文件 ${owner}。请把它改名为「报告文件名${sidecarSuffix}」,或删除它。`,
      en: `${file}: there is no file ${owner} that it could be about. Rename it after its report's file, or delete it.`,
    }
    faults.set(file, new ReportError(text))
  }
  return faults
}

function brokenAt(text: string, at: number): Bilingual {
  const { line, column } = lineAndColumn(text, at)
  const found = [...text.slice(at, at + 2)][0] ?? ''
  const fault: Bilingual =
    found === ''
      ? { zh: 'JSON 还没写完', en: 'the JSON ends too early' }
      : found === '"'
        ? {
            zh: '这里不该有引号,或引号里的文字不成 JSON',
            en: 'no JSON: a stray quotation mark, or text in it that JSON does not allow',
          }
        : { zh: `不是 JSON,遇到 ${JSON.stringify(found)}`, en: `no JSON at ${JSON.stringify(found)}` }
  return { zh: `第 ${line} 行第 ${column} 列:${fault.zh}`, en: `line ${line}, column ${column}: ${fault.en}` }
}

const noObject: Bilingual = { zh: '不是 JSON 对象 {…}', en: 'no JSON object {…} (an array or a single value)' }

function unknownKey(key: string, known: readonly string[]): Bilingual {
  const shown = JSON.stringify(key.length <= 40 ? key : `${key.slice(0, 39)}…`)
  const nearest = nearestKey(key, known)
  return nearest === null
    ? { zh: `没有 ${shown} 这一项`, en: `there is no key ${shown}` }
    : { zh: `没有 ${shown} 这一项(${nearest}?)`, en: `there is no key ${shown} (${nearest}?)` }
}

function wrongValue(key: string, issue: z.core.$ZodIssue): Bilingual {
  if (key === 'date') return { zh: 'date 不是日历上的日期', en: 'date is no date of the calendar' }
  if (key === 'url') return { zh: 'url 不是 http(s) 网址', en: 'url is no http(s) address' }
  if (key === 'fetched')
    return { zh: 'fetched 不是 2026-12-01T08:00:00Z 这样的时间', en: 'fetched is no time like 2026-12-01T08:00:00Z' }
  if (key === 'charset') return { zh: 'charset 不是编码名', en: 'charset is no name of an encoding' }
  if (issue.code === 'too_small') return { zh: `${key} 是空的`, en: `${key} is empty` }
  if (issue.code === 'too_big')
    return { zh: `${key} 超过 ${issue.maximum} 个字`, en: `${key} has more than ${issue.maximum} characters` }
  return { zh: `${key} 应为文字,要加引号`, en: `${key} must be text in quotation marks` }
}

/** The known key that differs in the fewest characters; null where a third of them or more differ. */
function nearestKey(key: string, known: readonly string[]): string | null {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= Math.max(1, Math.ceil(best.name.length / 3)) ? best.name : null
}

/** The Levenshtein distance: the number of characters put in, left out or replaced. */
function editDistance(a: string, b: string): number {
  if (a.length > 2 * b.length) return a.length
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + Number(a[i - 1] !== b[j - 1])))
    row = next
  }
  return row[b.length]!
}

function tooLong(file: string): ReportError {
  return faulty(file, [{ zh: '文件超过 64 KB', en: 'more than 64 KB' }])
}

function faulty(file: string, faults: readonly Bilingual[], cause?: unknown): ReportError {
  const text = {
    zh: `${file}:应为含 title、publisher、district、date(YYYY、YYYY-MM 或 YYYY-MM-DD)、period、url、fetched、charset 的 JSON,实际:${faults.map(({ zh }) => zh).join(';')}。请改正或删除它。`,
    en: `${file}: expected JSON with title, publisher, district, date (YYYY, YYYY-MM or YYYY-MM-DD), period, url, fetched, charset; found: ${faults.map(({ en }) => en).join('; ')}. Mend or delete it.`,
  }
  return new ReportError(text, { cause })
}
