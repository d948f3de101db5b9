import { promises as dns, type LookupAddress } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { beforeAbort } from '../beforeAbort.ts'
import { errorCode } from '../errors.ts'
import { createClient, maxRedirects } from './client.ts'
import { faultOf, NetworkFault } from './fault.ts'
import { hostOf, proxyFor } from './proxy.ts'
import { isPublicAddress } from './publicAddress.ts'

/**
 * The reason why a download was refused or came to nothing, though the network works:
 * - `address`: no http(s) address, or one that is too long
 * - `login`: the address holds a user or a password
 * - `port`: a port on which other services than the web listen
 * - `private`: the address leads to the machine itself, its network or another place that is not public
 * - `redirects`: more redirects than are followed; `detail` is their number
 * - `status`: an answer other than the file; `detail` is the status
 * - `type`: a file of a type that was not asked for; `detail` is the type
 * - `size`: more than the allowed bytes, as they come or unpacked
 * - `encoding`: the content's compression is unknown or broken; `detail` names it
 */
export type DownloadFaultKind =
  | 'address'
  | 'login'
  | 'port'
  | 'private'
  | 'redirects'
  | 'status'
  | 'type'
  | 'size'
  | 'encoding'

/** The fault of a download, whose kind decides what people are told. */
export class DownloadFault extends Error {
  override readonly name = 'DownloadFault'
  readonly kind: DownloadFaultKind
  readonly detail: string

  constructor(kind: DownloadFaultKind, detail = '', options?: ErrorOptions) {
    super(detail === '' ? kind : `${kind} (${detail})`, options)
    this.kind = kind
    this.detail = detail
  }
}

export interface WebDownloadOptions {
  /** The largest size of the file, in bytes, as it comes and unpacked. */
  readonly maxBytes: number
  /** Gives the download up, with its reason. */
  readonly signal: AbortSignal
  /** The environment that names proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** True for a MIME type, in lower case, that is worth reading. */
  readonly isWanted: (type: string) => boolean
  /** The time for the whole download, redirects and all. */
  readonly timeoutMs?: number
  /** True for an IP address that may be asked. */
  readonly isAllowed?: (address: string) => boolean
  /** The IP addresses of a name. */
  readonly resolve?: (name: string) => Promise<LookupAddress[]>
}

export interface WebDownload {
  /** The address that the file came from after all redirects, without a fragment. */
  readonly url: URL
  readonly bytes: Uint8Array
  /** The MIME type in lower case; empty where the server states none. */
  readonly type: string
  /** The encoding that the server states for a text, in lower case; null for none. */
  readonly charset: string | null
  /** The header `Content-Disposition`, each byte as a character; null for none. */
  readonly disposition: string | null
}

const maxAddressCharacters = 4000
const downloadMs = 120_000
const maxEncodings = 3
const headers = {
  'user-agent': 'Wenju',
  accept: '*/*',
  'accept-encoding': 'gzip, br, deflate',
  // The client would keep the connection for a next request.
  connection: 'close',
}

/**
 * Downloads a file from a public server, by way of the environment's proxy where there is one. No cookie is sent or kept. Every
 * address, also that of a redirect, must lead to a public server: without a proxy that is judged by the IP addresses that the
 * connection then uses.
 *
 * @throws DownloadFault, NetworkFault, ConfigError for a malformed proxy, or the reason of the signal
 */
export async function downloadFromWeb(address: string, options: WebDownloadOptions): Promise<WebDownload> {
  const time = AbortSignal.timeout(options.timeoutMs ?? downloadMs)
  const signal = AbortSignal.any([options.signal, time])
  try {
    let url = parsed(address)
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await request(url, { ...options, signal })
      const next = redirectOf(response, url)
      if (next === null) return await downloadOf(response, url, options)
      response.destroy()
      url = next
    }
    throw new DownloadFault('redirects', String(maxRedirects))
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason
    throw time.aborted ? new NetworkFault('timeout', 'ETIMEDOUT') : (faultOf(error) ?? error)
  }
}

function parsed(address: string, base?: string): URL {
  if (!URL.canParse(address, base)) throw new DownloadFault('address')
  const url = new URL(address, base)
  url.hash = ''
  // `localhost.` is `localhost`, and a certificate names a host without the dot.
  url.hostname = url.hostname.replace(/\.+$/u, '')
  return url
}

async function request(url: URL, options: WebDownloadOptions): Promise<IncomingMessage> {
  const { environment, signal, isAllowed = isPublicAddress, resolve = addressesOf } = options
  const host = hostOf(url)
  requirePublic(url, host, isAllowed)
  const proxy = proxyFor(url, environment)
  // The proxy looks the name up itself, so what it finds cannot be checked here. A name that leads to a private address here is
  // refused all the same; where the name is not known here, as on a machine without DNS, the proxy decides.
  if (proxy && isIP(host) === 0) {
    const found = await beforeAbort(resolve(host), signal).catch((error) => {
      if (signal.aborted) throw error
      return []
    })
    requireAllowed(found, isAllowed)
  }
  const lookup = guardedLookup(resolve, isAllowed)
  return createClient(url.protocol === 'https:', proxy, lookup)(url, { method: 'GET', headers, signal })
}

/** Names that the system, or a network's own server, looks up and the public internet does not have. */
const closedNames = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$|^[^.]*$/u

/** @throws DownloadFault when an address cannot be that of a file on a public web server */
function requirePublic(url: URL, host: string, isAllowed: (address: string) => boolean): void {
  if (!/^https?:$/u.test(url.protocol) || url.href.length > maxAddressCharacters) throw new DownloadFault('address')
  if (url.username !== '' || url.password !== '') throw new DownloadFault('login')
  // URL has normalized the forms of an IP address (`127.1`, `0x7f000001`, `[::ffff:127.0.0.1]`). Node asks no lookup for a literal.
  const isClosed = isIP(host) === 0 ? closedNames.test(host) : !isAllowed(host)
  if (isClosed) throw new DownloadFault('private')
  if (!isPortOfWeb(url.port === '' ? null : Number(url.port))) throw new DownloadFault('port', url.port)
}

/**
 * Public offices serve pages on 80 to 90 and on high ports beside the usual ones. The other ports below 1024 belong to mail, shells
 * and the like, which a request could be made to disturb.
 */
function isPortOfWeb(port: number | null): boolean {
  return port === null || port === 443 || (port >= 80 && port <= 90) || port >= 1024
}

function addressesOf(name: string): Promise<LookupAddress[]> {
  return dns.lookup(name, { all: true })
}

/** @throws DownloadFault when one of a name's addresses is not allowed, as a name with both kinds tries to pass the check */
function requireAllowed(found: readonly LookupAddress[], isAllowed: (address: string) => boolean): void {
  if (!found.every(({ address }) => isAllowed(address))) throw new DownloadFault('private')
}

/** A lookup for sockets, which connect to the addresses that it checked: a name that changes meanwhile changes nothing. */
function guardedLookup(
  resolve: (name: string) => Promise<LookupAddress[]>,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  return (name, { all }, callback) => {
    const look = async () => {
      const found = await resolve(name)
      requireAllowed(found, isAllowed)
      const [first] = found
      if (!first) throw new NetworkFault('name', 'ENODATA')
      return { found, first }
    }
    look().then(
      ({ found, first }) => (all ? callback(null, found) : callback(null, first.address, first.family)),
      (error) => callback(error, []),
    )
  }
}

/** The address that an answer leads on to; null for any other answer. @throws DownloadFault for a malformed address */
function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return null
  // Many servers write Chinese letters as they are, in UTF-8, where a header has one character a byte.
  const written = Buffer.from(location, 'latin1').toString('utf8')
  return parsed(written.includes('\ufffd') ? location : written, url.href)
}

async function downloadOf(
  response: IncomingMessage,
  url: URL,
  { maxBytes, isWanted }: WebDownloadOptions,
): Promise<WebDownload> {
  try {
    const { statusCode, headers: stated } = response
    if (statusCode !== 200) throw new DownloadFault('status', String(statusCode))
    const [type = '', ...parameters] = (stated['content-type'] ?? '').toLowerCase().split(';')
    if (!isWanted(type.trim())) throw new DownloadFault('type', type.trim())
    if (Number(stated['content-length'] ?? 0) > maxBytes) throw new DownloadFault('size')
    const bytes = await unpacked(await bodyOf(response, maxBytes), stated['content-encoding'] ?? '', maxBytes)
    const charset = parameters.map((one) => /^\s*charset\s*=\s*["']?\s*([\w.:+-]{1,40})/u.exec(one)?.[1]).find(Boolean)
    const disposition = stated['content-disposition'] ?? null
    return { url, bytes, type: type.trim(), charset: charset ?? null, disposition }
  } finally {
    response.destroy()
  }
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length
    // Leaving the loop ends the transfer.
    if (length > maxBytes) throw new DownloadFault('size')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

type Unpack = (bytes: Uint8Array, limit: { maxOutputLength: number }) => Promise<Buffer>

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  // Some servers leave out the head that the standard asks for, whose low four bits are 8.
  deflate: (bytes, limit) => promisify(((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(bytes, limit),
}

/** Undoes the encodings of a content, the last one first. The result stays within the limit while it is unpacked. */
async function unpacked(bytes: Uint8Array, encodings: string, maxBytes: number): Promise<Uint8Array> {
  const names = encodings.toLowerCase().split(/\s*,\s*/u)
  const applied = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  if (applied.length > maxEncodings) throw new DownloadFault('encoding', encodings)
  let content = bytes
  for (const name of applied.reverse()) {
    const unpack = unpackers[name]
    if (!unpack) throw new DownloadFault('encoding', name)
    try {
      content = await unpack(content, { maxOutputLength: maxBytes })
    } catch (cause) {
      const isTooLarge = errorCode(cause) === 'ERR_BUFFER_TOO_LARGE'
      throw isTooLarge ? new DownloadFault('size') : new DownloadFault('encoding', name, { cause })
    }
  }
  return content
}
