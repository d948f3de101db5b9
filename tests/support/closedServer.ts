import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Quote } from '../../src/answer/types.ts'
import { type Answered, everybody, json, type ServedSettings, serve, twoReports } from './webServer.ts'

export const lin = 7
export const stranger = 8
export const group = -1001234567890
export const publicUrl = 'https://reports.example.org/wenju/'
export const onlyLin = { ...everybody, allowedUsers: [lin] }

/** Everything that shows something of reports. */
export const paths = ['/', '/?q=公园', '/r/spring', '/r/autumn', '/r/spring/file', '/api/search?q=公园', '/r/none'].map(
  encodeURI,
)

/** A server that answers Lin only, and how its people come in. */
export async function serveLin(context: TestContext, settings: Partial<ServedSettings> = {}) {
  const reports = await twoReports()
  const served = await serve(context, { ...reports, publicUrl, access: onlyLin, ...settings })
  let visitors = 0
  // Each from another address, so that nobody tries too often.
  const open = (initData: unknown) =>
    served.ask('/api/session', json({ initData }, { 'x-forwarded-for': `203.0.113.${++visitors}` }))
  const [quote] = (await reports.answerer.answer({ text: '公园建了几座' })).quotes as [Quote]
  assert.equal(quote.source.report, 'spring')
  const linkOf = (who: number) =>
    new URL(served.webPages.links!.quote(quote, who)).pathname.slice('/wenju'.length) +
    new URL(served.webPages.links!.quote(quote, who)).search
  const get = (path: string, cookie: string | null = null) =>
    served.ask(path, cookie === null ? {} : { headers: { cookie } })
  return { ...reports, ...served, open, get, linkOf, quote }
}

export const statuses = (all: readonly Answered[]) => all.map(({ status }) => status)
