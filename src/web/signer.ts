import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** A right that a visitor has shown: to read everything, or one report. */
export interface Grant {
  /** The person or the chat whose right it is. */
  readonly who: number
  /** `reportMark` of the only report that it opens; null for all, and for searching. */
  readonly report: string | null
  /** Unix time in seconds. */
  readonly until: number
}

/** The content of a visitor's cookie. */
export interface Session {
  /** A random text, another one for each session. */
  readonly id: string
  readonly grants: readonly Grant[]
}

/** Signs and reads links and sessions. Replicas with the same secret read what another signed, so nothing is stored. */
export interface Signer {
  /** Signs a link that opens one report: 38 characters of `A-Za-z0-9_-`. @param until Unix time in seconds */
  link(who: number, report: string, until: number): string
  /** The grant in a link; null when it was not signed for this report. */
  readLink(link: string, report: string): Grant | null
  session(session: Session): string
  readSession(text: string): Session | null
}

/** The parts of a link, in bytes. */
const whoBytes = 8
const untilBytes = 4
const markBytes = 16
const linkCharacters = 38

/** @param secret the bot's token, from which a key of its own is derived for each purpose */
export function createSigner(secret: string): Signer {
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `wenju reader ${purpose}`, 32))
  const [linkKey, sessionKey] = [keyFor('link'), keyFor('session')]
  const markOf = (head: Buffer, report: string) =>
    createHmac('sha256', linkKey).update(head).update(report).digest().subarray(0, markBytes)
  const sessionMark = (body: string) => createHmac('sha256', sessionKey).update(body).digest()
  return {
    link(who, report, until) {
      const head = Buffer.alloc(whoBytes + untilBytes)
      head.writeBigInt64BE(BigInt(who))
      head.writeUInt32BE(until, whoBytes)
      return Buffer.concat([head, markOf(head, report)]).toString('base64url')
    },
    readLink(link, report) {
      if (link.length !== linkCharacters) return null
      const bytes = Buffer.from(link, 'base64url')
      // A link is the canonical encoding of its bytes; other texts decode to them as well.
      if (bytes.toString('base64url') !== link) return null
      const head = bytes.subarray(0, whoBytes + untilBytes)
      if (!timingSafeEqual(bytes.subarray(head.length), markOf(head, report))) return null
      const who = Number(head.readBigInt64BE())
      return { who, report: reportMark(report), until: head.readUInt32BE(whoBytes) }
    },
    session(session) {
      const body = Buffer.from(JSON.stringify(session)).toString('base64url')
      return `${body}.${sessionMark(body).toString('base64url')}`
    },
    readSession(text) {
      const [body = '', mark = '', ...more] = text.split('.')
      const given = Buffer.from(mark, 'base64url')
      const expected = sessionMark(body)
      if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null
      return JSON.parse(Buffer.from(body, 'base64url').toString()) as Session
    },
  }
}

/** A short hash that stands for a report, whose name may be long. */
export function reportMark(report: string): string {
  return createHash('sha256').update(report).digest('base64url').slice(0, 16)
}
