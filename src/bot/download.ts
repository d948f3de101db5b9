import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, GrammyError, HttpError } from 'grammy'
import { errorCode, ReportError } from '../errors.ts'
import { downloadFailedText, tooLargeText } from './fileTexts.ts'

/** What the Bot API hands to bots. */
export const maxDownloadBytes = 20 * 1024 * 1024
/** Time for one attempt: the largest file at the pace of a slow line. */
const attemptMs = 120_000
const attempts = 2
const pauseMs = 500

export interface DownloadOptions {
  readonly token: string
  readonly apiRoot: string
  /** Ends the download with an AbortError. */
  readonly cutOff: AbortSignal
  /** Told of every attempt that failed, in words that never hold the address, as that holds the token. */
  readonly onFault?: (reason: string) => void
  /** Of one attempt, in milliseconds. */
  readonly timeoutMs?: number
}

/**
 * A file that somebody sent to the bot. What fails is tried once more, from asking for its place on.
 * @throws ReportError when it is too large or cannot be had
 */
export async function download(api: Api, fileId: string, options: DownloadOptions): Promise<Uint8Array> {
  const { cutOff, onFault = () => {} } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(api, fileId, options)
    } catch (error) {
      if (cutOff.aborted) throw cutOff.reason
      if (error instanceof ReportError) throw error
      const reason = reasonOf(error)
      onFault(reason)
      // The cause is left out on purpose: what fetch throws may hold the address.
      if (attempt === attempts) throw new ReportError(downloadFailedText)
      await sleep(pauseMs, undefined, { signal: cutOff })
    }
  }
}

async function attemptOnce(api: Api, fileId: string, options: DownloadOptions): Promise<Uint8Array> {
  const { token, apiRoot, cutOff, timeoutMs = attemptMs } = options
  const { file_path: path, file_size: size } = await placeOf(api, fileId)
  if (path === undefined) throw new TransferFault('Telegram names no place of the file')
  if (size !== undefined && size > maxDownloadBytes) throw tooLarge()
  const response = await fetch(`${apiRoot}/file/bot${token}/${path}`, {
    signal: AbortSignal.any([cutOff, AbortSignal.timeout(timeoutMs)]),
    redirect: 'error',
  })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    throw new TransferFault(`status ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    // Leaving the loop ends the transfer.
    if (length > maxDownloadBytes) throw tooLarge()
    chunks.push(chunk)
  }
  if (size !== undefined && length !== size) throw new TransferFault(`${length} bytes came instead of ${size}`)
  return Buffer.concat(chunks)
}

async function placeOf(api: Api, fileId: string) {
  try {
    return await api.getFile(fileId)
  } catch (error) {
    if (error instanceof GrammyError && /file is too big/iu.test(error.description)) throw tooLarge()
    throw error
  }
}

/** The fault of a file that is larger than what Telegram gives bots. */
export function tooLarge(): ReportError {
  return new ReportError(tooLargeText(maxDownloadBytes / 1024 / 1024))
}

/** A transfer that failed for a reason of its own; its words are ours. */
class TransferFault extends Error {
  override readonly name = 'TransferFault'
}

function reasonOf(error: unknown): string {
  if (error instanceof TransferFault) return error.message
  if (error instanceof GrammyError) return `${error.error_code} ${error.description}`
  if (error instanceof HttpError) return 'Telegram could not be reached'
  if (error instanceof Error && error.name === 'TimeoutError') return 'it took too long'
  return errorCode(error instanceof Error ? error.cause : undefined) ?? 'the connection broke'
}
