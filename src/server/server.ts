import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { isForwarded, isNear } from '../peers.ts'
import type { Health } from './health.ts'
import { createIntake, type IntakeSettings } from './intake.ts'

export interface ServerDependencies {
  readonly metrics: Metrics
  readonly log: Log
  health(): Health
  /** The webhook; null where updates do not arrive here. */
  readonly intake: IntakeSettings | null
  /** Answers all other requests; null for no pages. */
  readonly pages: Pages | null
}

/** The reports' pages. */
export interface Pages {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** True where a proxy brings people from outside to the pages. */
  readonly isPublished: boolean
}

/** A server that listens. */
export interface RunningServer {
  /** The port that the server listens on. */
  readonly port: number
  /** Ends the server once it has answered the requests that it has, after two seconds at most. */
  close(): Promise<void>
}

/** The connection of a client that takes longer for its headers, or for a whole request, is cut. */
const headersTimeoutMs = 10_000
const requestTimeoutMs = 20_000
/** A closing server cuts connections after so long. */
const closeDeadlineMs = 2000

/**
 * Serves `/healthz` (200 when updates can be taken in, else 503, with the state as JSON), `/metrics` (Prometheus) and,
 * where they are set, the webhook and the pages on all addresses. Once the pages are published, metrics are given to
 * those nearby only and not through the proxy, which otherwise would publish them along with the pages.
 * @param port 0 for any free one
 * @throws when the port is taken
 */
export async function startServer(port: number, dependencies: ServerDependencies): Promise<RunningServer> {
  const { metrics, log, health, intake, pages } = dependencies
  const takeIn = intake && createIntake(intake, log)
  const options = { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs }
  const server = createServer(options, async (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    try {
      const path = request.url?.split('?')[0]
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      // The pages may have the path of the webhook, as updates are posted and pages are read.
      if (takeIn && path === intake.path && !(isRead && pages)) return await takeIn(request, response)
      if (path === '/metrics' && pages?.isPublished && !isInside(request))
        return void send(404, 'text/plain', 'not found\n')
      if (pages && path !== '/metrics' && path !== '/healthz') return await pages.listener(request, response)
      if (!isRead) return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
      if (path === '/metrics') return void send(200, 'text/plain; version=0.0.4; charset=utf-8', await metrics.text())
      if (path !== '/healthz') return void send(404, 'text/plain', 'not found\n')
      const { isWell, details } = health()
      send(isWell ? 200 : 503, 'application/json', `${JSON.stringify(details)}\n`)
    } catch (error) {
      log.error('a request to the server failed', error)
      response.destroy()
    }
  })
  await listen(server, port)
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

/** Listens on a port for a moment. @throws the system’s error when the port cannot be used */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer()
  await listen(server, port)
  await new Promise((resolve) => server.close(resolve))
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, resolve))
}

/** True for a request that comes from this machine or a private network, and by no proxy. */
function isInside(request: IncomingMessage): boolean {
  return isNear(request.socket.remoteAddress ?? '') && !isForwarded(request)
}
