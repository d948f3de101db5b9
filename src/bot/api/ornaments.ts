import type { Transformer } from 'grammy'
import type { BotDependencies } from '../context.ts'

/** The ornaments of a message: it can be sent without them, as its words say everything. */
type Ornament = 'buttons' | 'entities'

const aboutEntities = /entit(?:y|ies)|parse_?mode/iu
const aboutButtons = /button|keyboard|reply.?markup|web.?app|switch.?inline|callback.?data|copy.?text/iu
/** Links stand in buttons and in entities, and some refusals do not say which they mean. */
const aboutLinks = /url|link|web.?page|preview/iu
/** Refusals for other reasons that use the same words. */
const aboutOthers = /not modified|file|photo|document/iu

/** The ornaments that a refusal may be about, in the order in which they are left out; none for other refusals. */
function suspects(description: string): readonly Ornament[] {
  const words = withoutAddresses(description)
  if (aboutOthers.test(words)) return []
  if (aboutEntities.test(words)) return ['entities']
  if (aboutButtons.test(words)) return ['buttons']
  return aboutLinks.test(words) ? ['buttons', 'entities'] : []
}

/** A refusal's description without the address that it quotes, which may carry somebody's right to read. */
export function withoutAddresses(description: string): string {
  return description.replace(/(?<=\s)'.*'(?=\s|$)/gu, '…')
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf: Readonly<Record<Ornament, readonly string[]>> = {
  buttons: ['reply_markup'],
  entities: ['entities', 'caption_entities'],
}
/** The fields that answers to inline and guest queries have their ornaments in. */
const nested: readonly string[] = ['results', 'result', 'input_message_content']

/** The payload of a call without an ornament; null where it has none. */
function without(ornament: Ornament, payload: Fields): Fields | null {
  let isFound = false
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip)
    if (typeof value !== 'object' || value === null) return value
    const kept = Object.entries(value).filter(([name]) => !fieldsOf[ornament].includes(name))
    isFound ||= kept.length < Object.keys(value).length
    return Object.fromEntries(kept.map(([name, field]) => [name, nested.includes(name) ? strip(field) : field]))
  }
  const stripped = strip(payload) as Fields
  return isFound ? stripped : null
}

/**
 * Sends a message that Telegram refuses for a button, a link or an entity again without it: a plain answer is better
 * than none. Where the refusal does not say which of them is at fault, buttons are left out first, then entities. Each
 * kind of refusal is logged once.
 */
export function ornamentTransformer({ metrics, log }: Pick<BotDependencies, 'metrics' | 'log'>): Transformer {
  const logged = new Set<string>()
  const report = (ornament: Ornament, description: string) => {
    metrics.counted(`sent without ${ornament}`)
    const why = withoutAddresses(description).replace(/^Bad Request: /u, '')
    const kind = why.replace(/\d+/gu, '')
    if (logged.has(kind)) return
    logged.add(kind)
    const advice = /url|web.?app/iu.test(why) ? ' Check PUBLIC_URL.' : ''
    log.warn(`Telegram refused the ${ornament} of a message, which was sent without them: ${why}.${advice}`)
  }
  return async (call, method, payload, signal) => {
    let response = await call(method, payload, signal)
    if (!/^(?:send|editMessageText$|answer(?:Inline|Guest)Query$)/u.test(method)) return response
    let fields: Fields = payload
    while (!response.ok && response.error_code === 400) {
      const { description } = response
      const stripped = suspects(description).map((ornament) => ({ ornament, plain: without(ornament, fields) }))
      const next = stripped.find(({ plain }) => plain !== null)
      if (!next) return response
      report(next.ornament, description)
      fields = next.plain!
      response = await call(method, fields as typeof payload, signal)
    }
    return response
  }
}
