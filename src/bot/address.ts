import { decodeQuote } from '../answer/address.ts'
import type { Range } from '../text/range.ts'

/**
 * What a button or a link points to. Passage ids come from the words themselves, so an address holds after a restart
 * and a re-index, on every replica.
 */
export type Address =
  | { readonly kind: 'quote'; readonly passage: string; readonly highlight: Range | null }
  | { readonly kind: 'paragraph'; readonly passage: string; readonly steps: number }
  | { readonly kind: 'quotes'; readonly passages: readonly string[] }
  | { readonly kind: 'source'; readonly passage: string }
  | { readonly kind: 'share'; readonly passage: string; readonly highlight: Range | null }
  | { readonly kind: 'feedback'; readonly passage: string; readonly verdict: Verdict }
  /** The list of the reports that have all of `tags`, at a page counted from 0. */
  | { readonly kind: 'reports'; readonly page: number; readonly tags: readonly string[] }

/** `bad` asks for the reason, the other ones give it. */
export type Verdict = 'good' | 'bad' | 'wrong' | 'partial' | 'garbled' | 'outdated'

const verdicts: readonly Verdict[] = ['good', 'bad', 'wrong', 'partial', 'garbled', 'outdated']
const idPrefix = 'p-'
/** Passages that fit into one address. */
export const maxPassagesOfAddress = 3
/** What callback data and start parameters take. A list with long tags can need more, and then has no address. */
export const maxAddressCharacters = 64

/**
 * An address in at most 64 characters of `A-Za-z0-9_-`, as callback data and start parameters allow:
 * a letter, `_`, passage ids of 16 characters, and numbers in base 36. Tags, which are Chinese, are written in base64; they
 * alone can take more room than there is.
 */
export function encodeAddress(address: Address): string {
  const id = (passage: string) => passage.slice(idPrefix.length)
  switch (address.kind) {
    case 'quote':
      return `q_${id(address.passage)}${encodeRange(address.highlight)}`
    case 'share':
      return `x_${id(address.passage)}${encodeRange(address.highlight)}`
    case 'paragraph':
      return `c_${id(address.passage)}${address.steps.toString(36)}`
    case 'quotes':
      return `m_${address.passages.slice(0, maxPassagesOfAddress).map(id).join('')}`
    case 'source':
      return `s_${id(address.passage)}`
    case 'feedback':
      return `f_${id(address.passage)}${verdicts.indexOf(address.verdict)}`
    case 'reports':
      return `t_${Buffer.from([address.page, ...address.tags].join(' ')).toString('base64url')}`
  }
}

/** A link that opens the bot in a private chat, at an address or with another start parameter. */
export function startLink(username: string, parameter: string): string {
  return `https://t.me/${username}?start=${parameter}`
}

/** The address that a text states; null when it states none. */
export function decodeAddress(text: string): Address | null {
  const list = /^t_([A-Za-z0-9_-]{1,62})$/u.exec(text)?.[1]
  if (list !== undefined) return decodeList(list)
  const [, letter, ids, rest] = /^([qxcmsf])_([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{0,46})$/u.exec(text) ?? []
  if (letter === undefined || ids === undefined || rest === undefined) return null
  const passage = `${idPrefix}${ids}`
  switch (letter) {
    case 'q': {
      // The pages' addresses have all marks; messages show the first.
      const quote = decodeQuote(text)
      return quote && { kind: 'quote', passage, highlight: quote.highlights[0] ?? null }
    }
    case 'x': {
      const highlight = decodeRange(rest)
      return highlight === undefined ? null : { kind: 'share', passage, highlight }
    }
    case 'c':
      return /^-?[0-9a-z]{1,4}$/u.test(rest) ? { kind: 'paragraph', passage, steps: Number.parseInt(rest, 36) } : null
    case 'm': {
      const all = `${ids}${rest}`.match(/.{16}/gu) ?? []
      return all.join('').length === `${ids}${rest}`.length
        ? { kind: 'quotes', passages: all.map((one) => `${idPrefix}${one}`) }
        : null
    }
    case 's':
      return rest === '' ? { kind: 'source', passage } : null
    default: {
      const verdict = /^[0-5]$/u.test(rest) ? verdicts[Number(rest)] : undefined
      return verdict === undefined ? null : { kind: 'feedback', passage, verdict }
    }
  }
}

function decodeList(text: string): Address | null {
  const [page = '', ...tags] = Buffer.from(text, 'base64url').toString('utf8').split(' ')
  if (!/^\d{1,4}$/u.test(page) || tags.includes('')) return null
  const address: Address = { kind: 'reports', page: Number(page), tags }
  return encodeAddress(address) === `t_${text}` ? address : null
}

function encodeRange(range: Range | null): string {
  if (!range || range[1] >= 36 ** 2) return ''
  return range.map((at) => at.toString(36).padStart(2, '0')).join('')
}

/** null for none, undefined for a fault. */
function decodeRange(text: string): Range | null | undefined {
  if (text === '') return null
  if (!/^[0-9a-z]{4}$/u.test(text)) return undefined
  const [start, end] = [Number.parseInt(text.slice(0, 2), 36), Number.parseInt(text.slice(2), 36)]
  return start < end ? [start, end] : undefined
}
