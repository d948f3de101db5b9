import { readFile, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { win32 } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, GrammyError } from 'grammy'
import { errorCode, ReportError } from '../../errors.ts'
import { faultOf } from '../../network/fault.ts'
import type { BotSettings } from '../context.ts'
import { downloadFailedText, notSharedText, tooLargeHereText, tooLargeText } from '../views/fileTexts.ts'
import { callFault } from './reachability.ts'

/** The largest file that Telegram hands to bots. */
export const maxDownloadBytes = 20 * 1024 * 1024
/** An attempt has time for the largest file over a slow line. */
const attemptMs = 120_000
const maxAttempts = 2
const pauseMs = 500

export interface DownloadOptions extends BotSettings {
  /** Ends the download with an AbortError. */
  readonly deadline: AbortSignal
  /** Called for every attempt that failed. The reason never holds the address, as the address holds the token. */
  readonly onFault?: (reason: string) => void
  /** The time for one attempt. */
  readonly timeoutMs?: number
}

/**
 * Downloads a file that somebody sent to the bot. A failed attempt is repeated once, from asking for the file's path
 * on.
 * @throws ReportError when the file is too large or cannot be downloaded
 */
export async function download(api: Api, fileId: string, options: DownloadOptions): Promise<Uint8Array> {
  const { deadline, onFault = () => {} } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(api, fileId, options)
    } catch (error) {
      if (deadline.aborted) throw deadline.reason
      if (error instanceof ReportError) throw error
      const reason = describe(error)
      onFault(reason)
      // The cause is left out on purpose: errors of a transfer may hold the address.
      if (attempt === maxAttempts) throw new ReportError(downloadFailedText)
      await sleep(pauseMs, undefined, { signal: deadline })
    }
  }
}

async function attemptOnce(api: Api, fileId: string, options: DownloadOptions): Promise<Uint8Array> {
  const { token, apiRoot, connection, localFileBytes, deadline } = options
  const { file_path: path, file_size: size } = await fileOf(api, fileId)
  if (path === undefined) throw new TransferFault('Telegram states no path of the file')
  // A server in local mode states a path on its disk; on Windows it begins with a drive.
  if (localFileBytes !== null && win32.isAbsolute(path)) return readLocal(path, localFileBytes, deadline)
  if (size !== undefined && size > maxDownloadBytes) throw tooLarge()
  const time = AbortSignal.timeout(options.timeoutMs ?? attemptMs)
  const url = `${apiRoot}/file/bot${token}/${path}`
  try {
    const bytes = await transfer(await connection.download(url, AbortSignal.any([deadline, time])))
    if (size === undefined || bytes.length === size) return bytes
    throw new TransferFault(`${bytes.length} bytes came instead of ${size}`)
  } catch (error) {
    throw time.aborted ? new TransferFault('it took too long') : error
  }
}

async function transfer(response: IncomingMessage): Promise<Uint8Array> {
  if (response.statusCode !== 200) {
    response.destroy()
    throw new TransferFault(`status ${response.statusCode}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length
    // Leaving the loop ends the transfer.
    if (length > maxDownloadBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * Reads a file of a Bot API server in local mode from the disk that the server shares with this machine.
 * @throws ReportError which does not repeat the path, as the path holds the token
 */
async function readLocal(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > maxBytes) throw new ReportError(tooLargeHereText(maxBytes / 1024 / 1024))
    return await readFile(path, { signal })
  } catch (error) {
    if (errorCode(error) === undefined || signal.aborted) throw error
    throw new ReportError(notSharedText(errorCode(error)!))
  }
}

async function fileOf(api: Api, fileId: string) {
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

/** The fault of a transfer in our own words, which hold no address. */
class TransferFault extends Error {
  override readonly name = 'TransferFault'
}

function describe(error: unknown): string {
  if (error instanceof TransferFault) return error.message
  if (error instanceof GrammyError) return `${error.error_code} ${error.description}`
  return (callFault(error) ?? faultOf(error))?.message ?? 'the connection broke'
}
