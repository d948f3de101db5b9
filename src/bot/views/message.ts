import type { InlineKeyboardMarkup, MessageEntity } from 'grammy/types'

/** A message is a text with entities that format it, and no parse mode, which the words of quotes could break. */
export interface Message {
  readonly text: string
  readonly entities: readonly MessageEntity[]
}

/** Content is what a message says, with the buttons under it. */
export interface Content extends Pick<Message, 'text'>, Partial<Pick<Message, 'entities'>> {
  readonly keyboard?: InlineKeyboardMarkup | undefined
}

type PlainEntity = 'bold' | 'underline' | 'blockquote' | 'expandable_blockquote'

/** The longest message that Telegram takes, in UTF-16 code units. */
export const maxMessageCharacters = 4096

/** The longest caption of a photo or file, in UTF-16 code units. */
export const maxCaptionCharacters = 1024

/** Telegram may drop entities after this many. */
export const maxEntities = 100

/** Builds a message piece by piece, so that the offsets of its entities are right by construction. */
export class MessageBuilder {
  #text = ''
  readonly #entities: MessageEntity[] = []

  get length(): number {
    return this.#text.length
  }

  get entityCount(): number {
    return this.#entities.length
  }

  add(text: string, entity?: PlainEntity): this {
    if (entity && text !== '') this.#entities.push({ type: entity, offset: this.#text.length, length: text.length })
    this.#text += text
    return this
  }

  /** Adds a text that links to an address. */
  addLink(text: string, url: string): this {
    if (text !== '') this.#entities.push({ type: 'text_link', offset: this.#text.length, length: text.length, url })
    this.#text += text
    return this
  }

  /** Adds another message with its formatting, and formats all of it as `entity`. */
  addMessage(message: Message, entity?: PlainEntity): this {
    const offset = this.#text.length
    this.add(message.text, entity)
    for (const inner of message.entities) this.#entities.push({ ...inner, offset: inner.offset + offset })
    return this
  }

  build(): Message {
    return { text: this.#text, entities: this.#entities }
  }
}
