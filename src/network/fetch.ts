import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { ConfigError } from '../errors.ts'
import { createClient } from './client.ts'
import { type ProxyServer, type ProxySetting, proxyForm, proxySetting, readProxy } from './proxy.ts'

const maxRedirects = 5

/**
 * A `fetch` by the proxies that the environment names, which Node's own ignores.
 * @throws NetworkFault when the server cannot be reached by the proxy, ConfigError when the proxy's address is malformed
 */
export async function fetchByProxy(
  address: string | URL,
  init: Pick<RequestInit, 'method' | 'headers'> = {},
): Promise<Response> {
  let url = new URL(address)
  const headers = new Headers(init.headers)
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const setting = proxySetting(url, process.env)
    if (!setting) return fetch(url, { ...init, headers })
    const response = await createClient(url.protocol === 'https:', proxyOf(setting))(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(headers),
      signal: new AbortController().signal,
    })
    const { statusCode = 500, headers: answered } = response
    if (statusCode < 300 || statusCode >= 400 || answered.location === undefined) {
      const body = Readable.toWeb(response) as ReadableStream<Uint8Array>
      return new Response(body as ConstructorParameters<typeof Response>[0], {
        status: statusCode,
        headers: answered as Record<string, string>,
      })
    }
    response.resume()
    const next = new URL(answered.location, url)
    // Another server must not get the key for this one.
    if (next.origin !== url.origin) headers.delete('authorization')
    url = next
  }
  throw new Error(`more than ${maxRedirects} redirects`)
}

/** The proxy that a setting names. @throws ConfigError where its value is malformed */
export function proxyOf(setting: ProxySetting): ProxyServer {
  const proxy = readProxy(setting)
  if (proxy) return proxy
  const { variable } = setting
  throw new ConfigError({ zh: `${variable}:${proxyForm.zh}`, en: `${variable}: ${proxyForm.en}` })
}
