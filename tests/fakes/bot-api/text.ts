import type { MessageEntity } from 'grammy/types'
import { badRequest, violation } from './failure.ts'
import type { Entity } from './schema-parts.ts'

/** A text with its entities; offsets and lengths are in UTF-16 code units. */
export type FormattedText = { text: string; entities: Entity[] }

const MAXIMUM_ENTITIES = 100
const BLOCKQUOTES = new Set(['blockquote', 'expandable_blockquote'])
const STYLES = new Set(['bold', 'italic', 'underline', 'strikethrough', 'spoiler'])
const CODE = new Set(['code', 'pre'])
// These carry more than the text they cover, so Telegram keeps them even over white space.
const HIDDEN_DATA = new Set(['text_link', 'text_mention', 'custom_emoji', 'date_time'])
// Only invisible characters make an empty message.
const INVISIBLE = /^[\s\u200b-\u200f\u2800\ufffc]*$/

/**
 * The text and entities as Telegram keeps them: control characters cleaned, white space trimmed at both ends, entities
 * shifted, clipped and sorted. Throws the `ApiFailure` for a text or entity that is refused; `tooLong` are Telegram's
 * words for more than `maximum` units. An empty text passes when `mayBeEmpty`.
 */
export function cleanText(
  raw: string,
  entities: readonly Entity[] = [],
  { maximum = 4096, tooLong = 'message is too long', mayBeEmpty = false } = {},
): FormattedText {
  checkEntities(raw, entities)
  const { text: clean, moved } = removeControlCharacters(raw)
  let kept = entities.map((entity) => {
    const offset = moved[entity.offset]!
    return { ...entity, offset, length: moved[entity.offset + entity.length]! - offset }
  })
  kept = kept.map((entity) => withoutLeadingSpace(clean, entity)).filter(({ length }) => length > 0)

  const end = clean.search(/[ \n]*$/)
  kept = kept
    .filter(({ offset }) => offset < end)
    .map((entity) => ({ ...entity, length: Math.min(entity.length, end - entity.offset) }))
  // Leading white space under an entity stays, as at Telegram.
  const firstEntity = Math.min(end, ...kept.map(({ offset }) => offset))
  const start = Math.min(clean.search(/[^ \n]|$/), firstEntity)
  const text = clean.slice(start, end)
  if (INVISIBLE.test(text) && !mayBeEmpty) throw badRequest('message text is empty')
  if (text.length > maximum) throw badRequest(tooLong)
  return { text, entities: sortEntities(kept.map((entity) => ({ ...entity, offset: entity.offset - start }))) }
}

/** Sorted by offset, the enclosing entity first. */
export function sortEntities<Item extends MessageEntity | Entity>(entities: readonly Item[]): Item[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length)
}

/**
 * The commands and mentions Telegram marks in what a user writes. A letter of any script beside one unmakes it:
 * `/ask你好` is no command and `@wenju_bot你好` no mention.
 */
export function detectEntities(text: string): MessageEntity[] {
  const commands = /(?<![\p{L}\p{N}_/<>])\/\w{1,64}(?:@\w{3,32})?(?![\p{L}\p{N}_/<>@])/gu
  const mentions = /(?<![\p{L}\p{N}_])@\w{2,32}(?![\p{L}\p{N}_])/gu
  const found: MessageEntity[] = [...text.matchAll(commands)].map((match) => ({
    type: 'bot_command',
    offset: match.index,
    length: match[0].length,
  }))
  for (const match of text.matchAll(mentions)) {
    const inCommand = found.some(({ offset, length }) => match.index > offset && match.index < offset + length)
    if (!inCommand) found.push({ type: 'mention', offset: match.index, length: match[0].length })
  }
  return sortEntities(found)
}

function checkEntities(text: string, entities: readonly Entity[]): void {
  if (entities.length > MAXIMUM_ENTITIES) {
    throw violation(`${entities.length} entities, Telegram silently drops those after ${MAXIMUM_ENTITIES}`)
  }
  for (const { type, offset, length } of entities) {
    if (offset < 0) throw badRequest(`receive an entity with incorrect offset ${offset}`)
    if (length < 0) throw badRequest(`receive an entity with incorrect length ${length}`)
    if (length === 0) throw violation(`empty ${type} entity at ${offset}, Telegram silently drops it`)
    const end = offset + length
    if (offset > text.length) throw badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`)
    const beginning = `entity beginning at UTF-16 offset ${offset} ends`
    if (end > text.length) throw badRequest(`${beginning} after the end of the text at UTF-16 offset ${end}`)
    const middle = 'in a middle of a UTF-16 symbol at byte offset'
    if (splitsPair(text, offset))
      throw badRequest(`entity begins ${middle} ${Buffer.byteLength(text.slice(0, offset + 1))}`)
    if (splitsPair(text, end)) throw badRequest(`${beginning} ${middle} ${Buffer.byteLength(text.slice(0, end + 1))}`)
  }
  const sorted = sortEntities(entities)
  for (const [index, first] of sorted.entries()) {
    for (const second of sorted.slice(index + 1)) {
      if (second.offset < first.offset + first.length) checkOverlap(first, second)
    }
  }
}

/** `second` begins inside `first`. Telegram drops or splits what may not be nested; the fake refuses it. */
function checkOverlap(first: Entity, second: Entity): void {
  const pair = `${first.type} at ${first.offset} and ${second.type} at ${second.offset}`
  if (second.offset + second.length > first.offset + first.length) throw violation(`${pair} overlap in part`)
  const kinds = [first.type, second.type]
  if (kinds.every((type) => BLOCKQUOTES.has(type))) throw violation(`${pair} are nested block quotations`)
  if (kinds.every((type) => !BLOCKQUOTES.has(type) && !STYLES.has(type))) throw violation(`${pair} may not nest`)
  if (kinds.some((type) => CODE.has(type)) && kinds.some((type) => STYLES.has(type))) {
    throw violation(`${pair} may not nest`)
  }
}

function splitsPair(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, offset - 1), offset + 1))
}

/** Follows `clean_input_string` of TDLib. `moved` maps every old offset, the end included, to its new one. */
function removeControlCharacters(raw: string): { text: string; moved: number[] } {
  let text = ''
  const moved: number[] = []
  for (let index = 0; index < raw.length; index++) {
    moved.push(text.length)
    const unit = raw[index]!
    if (/[\r\u2028-\u202e]|\u030a|\u0333|\u033f/.test(unit)) continue
    text += unit < ' ' && unit !== '\n' ? ' ' : unit
  }
  moved.push(text.length)
  return { text, moved }
}

function withoutLeadingSpace(text: string, entity: Entity): Entity {
  if (HIDDEN_DATA.has(entity.type)) return entity
  const covered = text.slice(entity.offset, entity.offset + entity.length)
  const space = covered.search(/[^ \n]|$/)
  return { ...entity, offset: entity.offset + space, length: entity.length - space }
}

/** The caption of a photo or file, cleaned, as a message carries it. */
export function captionOf(given: { caption?: string | undefined; caption_entities?: Entity[] | undefined }) {
  const { text: caption, entities } = cleanText(given.caption ?? '', given.caption_entities, {
    maximum: 1024,
    tooLong: 'message caption is too long',
    mayBeEmpty: true,
  })
  return {
    caption: caption === '' ? undefined : caption,
    caption_entities: entities.length > 0 ? entities : undefined,
  }
}
