import { decodeQuote, encodeQuote, type QuoteAddress } from '../../answer/address.ts'
import type { Language } from '../../errors.ts'

/** The fields of each kind of address. A passage's id is `p-` and 16 of `A-Za-z0-9_-`; other ids are those alone. */
interface Fields extends Record<FileAction, { readonly id: string }> {
  readonly quote: QuoteAddress
  /** The paragraph that stands `steps` after that of the passage, or before it where they are negative. */
  readonly paragraph: { readonly passage: string; readonly steps: number }
  readonly quotes: { readonly passages: readonly string[] }
  readonly source: { readonly passage: string }
  readonly share: QuoteAddress
  readonly photograph: QuoteAddress
  readonly feedback: { readonly passage: string; readonly verdict: (typeof verdicts)[number] }
  /** The list of the reports that have all of `tags`, which hold no space, at a page counted from 0. */
  readonly reports: { readonly page: number; readonly tags: readonly string[] }
  readonly language: { readonly language: Language }
  readonly watch: WatchAddress
  /** Acts on a standing question of the chat, by its id of 12 characters. */
  readonly standing: { readonly id: string; readonly action: (typeof standingActions)[number] }
}

/** A step on the way to a standing question. */
export interface WatchAddress {
  /** `offer` shows how often it would have told something, `narrow` shows it again, `keep` sets the question, `drop` does not. */
  readonly step: (typeof watchSteps)[number]
  readonly isExact: boolean
  /** The passage that answered, where only another value is to be told; null where the reports held no answer. */
  readonly answered: string | null
  /** A tag that is added to the question; null for none. */
  readonly tag: string | null
}

/** A file button acts on a file of the reports folder, or on all files of an album, whose id is that of the upload. */
export type FileAction = 'ask' | 'keep' | 'takeOut' | 'putBack' | 'takeOutAlbum' | 'putBackAlbum'

/** `bad` asks for the reason, and the verdicts after it are reasons. */
const verdicts = ['good', 'bad', 'wrong', 'partial', 'garbled', 'outdated'] as const

const watchSteps = ['offer', 'narrow', 'keep', 'drop'] as const
const standingActions = ['pause', 'resume', 'end'] as const

export type AddressKind = keyof Fields

/**
 * An address is what a button or a link points to. Ids come from the words of a passage or the content of a file, so it
 * holds after a restart and a re-index, on every replica.
 */
export type Address<Kind extends AddressKind = AddressKind> = {
  readonly [Each in Kind]: { readonly kind: Each } & Fields[Each]
}[Kind]

/** The kinds that links have, too, as parameter of `/start`. Members of an allowed group may open them in private. */
const linkKinds = ['quote', 'paragraph', 'quotes', 'source', 'photograph', 'feedback', 'reports'] as const
export type LinkKind = (typeof linkKinds)[number]

/** Handlers have a function for each of some kinds of address. */
export type Handlers<Kind extends AddressKind, Context, Result = void> = {
  readonly [Each in Kind]: (context: Context, address: Address<Each>) => Promise<Result>
}

interface Codec<Fields> {
  /** The first character of an address. Each kind has its own. */
  readonly letter: string
  /** Writes the part behind the letter and `_`. */
  readonly encode: (fields: Fields) => string
  /** Reads that part, perhaps more than `encode` writes, as `decodeAddress` compares. Null for any other text. */
  readonly decode: (text: string) => Fields | null
}

const passagePrefix = 'p-'
/** An address has room for this many passages. */
export const maxPassagesOfAddress = 3
/** The limit of callback data and start parameters. A list with long tags can need more, and then has no address. */
export const maxAddressCharacters = 64

const idOf = (passage: string) => passage.slice(passagePrefix.length)
const passageOf = (text: string) => `${passagePrefix}${text.slice(0, 16)}`
const quotePrefix = 'q_'
const quoteCodec = (letter: string): Codec<QuoteAddress> => ({
  letter,
  encode: (address) => encodeQuote(address).slice(quotePrefix.length),
  decode: (text) => decodeQuote(`${quotePrefix}${text}`),
})
const fileCodec = (letter: string): Codec<{ readonly id: string }> => ({
  letter,
  encode: ({ id }) => id,
  decode: (text) => (text.length === 16 ? { id: text } : null),
})

const codecs: { readonly [Kind in AddressKind]: Codec<Fields[Kind]> } = {
  quote: quoteCodec('q'),
  share: quoteCodec('x'),
  photograph: quoteCodec('p'),
  paragraph: {
    letter: 'c',
    encode: ({ passage, steps }) => `${idOf(passage)}${steps.toString(36)}`,
    decode: (text) =>
      /^.{16}-?[0-9a-z]{1,4}$/u.test(text)
        ? { passage: passageOf(text), steps: Number.parseInt(text.slice(16), 36) }
        : null,
  },
  quotes: {
    letter: 'm',
    encode: ({ passages }) => passages.slice(0, maxPassagesOfAddress).map(idOf).join(''),
    decode: (text) => ({ passages: (text.match(/.{16}/gu) ?? []).map(passageOf) }),
  },
  source: {
    letter: 's',
    encode: ({ passage }) => idOf(passage),
    decode: (text) => (text.length === 16 ? { passage: passageOf(text) } : null),
  },
  feedback: {
    letter: 'f',
    encode: ({ passage, verdict }) => `${idOf(passage)}${verdicts.indexOf(verdict)}`,
    decode: (text) => {
      const verdict = verdicts[Number(text.slice(16))]
      return verdict === undefined ? null : { passage: passageOf(text), verdict }
    },
  },
  reports: {
    letter: 't',
    encode: ({ page, tags }) => Buffer.from([page, ...tags].join(' ')).toString('base64url'),
    decode: (text) => {
      const [page = '', ...tags] = Buffer.from(text, 'base64url').toString('utf8').split(' ')
      return /^\d{1,4}$/u.test(page) && !tags.includes('') ? { page: Number(page), tags } : null
    },
  },
  language: {
    letter: 'l',
    encode: ({ language }) => language,
    decode: (text) => (text === 'zh' || text === 'en' ? { language: text } : null),
  },
  watch: {
    letter: 'w',
    encode: ({ step, isExact, answered, tag }) => {
      const passage = answered === null ? '' : `p${idOf(answered)}`
      return `${watchSteps.indexOf(step)}${Number(isExact)}${passage}${tag === null ? '' : `t${Buffer.from(tag).toString('base64url')}`}`
    },
    decode: (text) => {
      const [, step, exact, id, tag] = /^([0-3])([01])(?:p(.{16}))?(?:t(.+))?$/u.exec(text) ?? []
      return step === undefined
        ? null
        : {
            step: watchSteps[Number(step)]!,
            isExact: exact === '1',
            answered: id === undefined ? null : passageOf(id),
            tag: tag === undefined ? null : Buffer.from(tag, 'base64url').toString('utf8'),
          }
    },
  },
  standing: {
    letter: 'n',
    encode: ({ id, action }) => `${standingActions.indexOf(action)}${id}`,
    decode: (text) => {
      const [, action, id] = /^([0-2])(.{12})$/u.exec(text) ?? []
      return id === undefined ? null : { id, action: standingActions[Number(action)]! }
    },
  },
  ask: fileCodec('d'),
  keep: fileCodec('k'),
  // The letter was once `t`, which lists of reports have too: an old button with `t` may be of either, so it is read as
  // a list or as nothing, and never removes a file.
  takeOut: fileCodec('r'),
  putBack: fileCodec('b'),
  takeOutAlbum: fileCodec('T'),
  putBackAlbum: fileCodec('B'),
}
const kinds = Object.keys(codecs) as AddressKind[]

/**
 * Encodes an address in at most 64 characters of `A-Za-z0-9_-`, as callback data and start parameters allow: the letter
 * of its kind, `_`, ids of 16 characters, and numbers in base 36. Tags, which are Chinese, are written in base64; only
 * they can need more room than there is. Marks of a quote that do not fit are left out, as are passages after the
 * third.
 */
export function encodeAddress<Kind extends AddressKind>(address: Address<Kind>): string {
  const { letter, encode } = codecs[address.kind]
  return `${letter}_${encode(address)}`
}

/** Decodes an address; null when the text is none, or not as `encodeAddress` writes it. */
export function decodeAddress(text: string): Address | null {
  const [, letter, rest] = /^([A-Za-z])_([A-Za-z0-9_-]{1,62})$/u.exec(text) ?? []
  const kind = kinds.find((one) => codecs[one].letter === letter)
  const address = kind !== undefined && rest !== undefined ? decodeAs(kind, rest) : null
  return address && encodeAddress(address) === text ? address : null
}

/** Decodes an address of a kind that links have; null when the text is none. */
export function decodeLink(text: string): Address<LinkKind> | null {
  const address = decodeAddress(text)
  return linkKinds.some((kind) => kind === address?.kind) ? (address as Address<LinkKind>) : null
}

/** Calls the handler of the address's kind. */
export function handleAddress<Kind extends AddressKind, Context, Result>(
  handlers: Handlers<Kind, Context, Result>,
  context: Context,
  address: Address<Kind>,
): Promise<Result> {
  return handlers[address.kind](context, address)
}

/** A link that opens the bot in a private chat, at an address. */
export function startLink<Kind extends LinkKind>(username: string, address: Address<Kind>): string {
  return `https://t.me/${username}?start=${encodeAddress(address)}`
}

function decodeAs<Kind extends AddressKind>(kind: Kind, text: string): Address<Kind> | null {
  const fields = codecs[kind].decode(text)
  return fields && { kind, ...fields }
}
