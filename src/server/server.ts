import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'

export interface ServerParts {
  readonly metrics: Metrics
  readonly log: Log
  /** Whether the bot is up and has room for questions. */
  health(): { readonly isWell: boolean; readonly told: Readonly<Record<string, unknown>> }
}

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves `/healthz` (200 when all is well, else 503, with the state as JSON) and `/metrics` (Prometheus) on all addresses.
 * @param port 0 for any free one
 * @throws when the port is taken
 */
export async function startServer(port: number, { metrics, log, health }: ServerParts): Promise<RunningServer> {
  const server = createServer(async (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    try {
      const path = request.url?.split('?')[0]
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
      if (path === '/metrics') return void send(200, 'text/plain; version=0.0.4; charset=utf-8', await metrics.text())
      if (path !== '/healthz') return void send(404, 'text/plain', 'not found\n')
      const { isWell, told } = health()
      send(isWell ? 200 : 503, 'application/json', `${JSON.stringify(told)}\n`)
    } catch (error) {
      log.error('a request to the server failed', error)
      response.destroy()
    }
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
