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

/** What the Bot API hands to bots. */
export const maxDownloadBytes = 20 * 1024 * 1024
/** Time for one attempt: the largest file at the pace of a slow line. */
const attemptMs = 120_000
const attempts = 2
const pauseMs = 500

export interface DownloadOptions extends BotSettings {
  /** Ends the download with an AbortError. */
  readonly deadline: AbortSignal
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
  const { deadline, onFault = () => {} } = options
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(api, fileId, options)
    } catch (error) {
      if (deadline.aborted) throw deadline.reason
      if (error instanceof ReportError) throw error
      const reason = reasonOf(error)
      onFault(reason)
      // The cause is left out on purpose: what a transfer throws may hold the address.
      if (attempt === attempts) throw new ReportError(downloadFailedText)
      await sleep(pauseMs, undefined, { signal: deadline })
    }
  }
}

async function attemptOnce(api: Api, fileId: string, options: DownloadOptions): Promise<Uint8Array> {
  const { token, apiRoot, connection, localFileBytes, deadline } = options
  const { file_path: path, file_size: size } = await placeOf(api, fileId)
  if (path === undefined) throw new TransferFault('Telegram names no place of the file')
  // A server in local mode names a place on its disk; on Windows that begins with a drive.
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
 * A file of a Bot API server in local mode, from the disk that it shares with this machine.
 * @throws ReportError that does not repeat the path, as it holds the token
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
  return (callFault(error) ?? faultOf(error))?.message ?? 'the connection broke'
}
