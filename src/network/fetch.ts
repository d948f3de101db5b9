import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createClient, maxRedirects } from './client.ts'
import { proxyFor } from './proxy.ts'

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
    const proxy = proxyFor(url, process.env)
    if (!proxy) return fetch(url, { ...init, headers })
    const response = await createClient(url.protocol === 'https:', proxy)(url, {
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
