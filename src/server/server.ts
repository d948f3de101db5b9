import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { createIntake, type IntakeSettings } from './intake.ts'

export interface ServerParts {
  readonly metrics: Metrics
  readonly log: Log
  /** Whether the bot is up and has room for questions. */
  health(): { readonly isWell: boolean; readonly told: Readonly<Record<string, unknown>> }
  /** Where updates arrive; null for nowhere. */
  readonly intake: IntakeSettings | null
}

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** A client that takes longer for its headers, or for a whole request, is cut off. */
const headersTimeoutMs = 10_000
const requestTimeoutMs = 20_000
/** How long a closing server waits for answers under way, before connections are cut. */
const closeDeadlineMs = 2000

/**
 * Serves `/healthz` (200 when all is well, else 503, with the state as JSON), `/metrics` (Prometheus) and, where it is
 * set, the webhook on all addresses.
 * @param port 0 for any free one
 * @throws when the port is taken
 */
export async function startServer(port: number, { metrics, log, health, intake }: ServerParts): Promise<RunningServer> {
  const takeIn = intake && createIntake(intake, log)
  const options = { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs }
  const server = createServer(options, async (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    try {
      const path = request.url?.split('?')[0]
      if (takeIn && path === intake.path) return await takeIn(request, response)
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
        const deadline = setTimeout(() => server.closeAllConnections(), closeDeadlineMs)
        server.close(() => {
          clearTimeout(deadline)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
