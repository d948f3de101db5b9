import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface WebSite {
  readonly port: number
  /** The requests that came, in order. */
  readonly requests: readonly IncomingMessage[]
}

/** A web server on the loopback that answers everything by `answer`. */
export async function startSite(
  context: Pick<TestContext, 'after'>,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<WebSite> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, requests }
}
