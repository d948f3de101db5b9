import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { type Answered, type ServedSettings, serve, token, twoReports } from './webServer.ts'

/** A server over two reports, and those. */
export async function serveTwoReports(context: TestContext, settings: Partial<ServedSettings> = {}) {
  const reports = await twoReports()
  return { ...reports, ...(await serve(context, { ...reports, ...settings })) }
}

/** Nothing of the machine stands in an answer. */
export function assertTellsNothing({ body, headers }: Answered, reportsFolder: string): void {
  const all = `${body}\n${JSON.stringify(headers)}`
  assert.ok(!/\n\s+at |node:|node_modules|\.ts:|Error:/u.test(all), `a stack: ${all}`)
  for (const secret of [token, reportsFolder, process.cwd()]) assert.ok(!all.includes(secret), `${secret} in ${all}`)
  assert.equal(headers['x-powered-by'], undefined)
}

/** Sends bytes and returns the server's answer. @param endsAfter true where nothing follows them; else the server is to end the connection */
export async function sendRaw(port: number, bytes: string, endsAfter = true): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  socket.on('error', () => {})
  let all = ''
  socket.on('data', (data) => (all += data))
  socket.write(Buffer.from(bytes, 'latin1'))
  if (endsAfter) socket.end()
  await once(socket, 'close')
  return all
}
