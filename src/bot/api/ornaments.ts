import type { Transformer } from 'grammy'
import type { BotDependencies } from '../context.ts'

/** The ornaments of a message: it can do without them, as its words say all that it has to say. */
type Ornament = 'buttons' | 'entities'

const aboutEntities = /entit(?:y|ies)|parse_?mode/iu
const aboutButtons = /button|keyboard|reply.?markup|web.?app|switch.?inline|callback.?data|copy.?text/iu
/** Links are in buttons and in entities, and some refusals do not tell which they mean. */
const aboutLinks = /url|link|web.?page|preview/iu
/** Refusals for other reasons that use the same words. */
const aboutOthers = /not modified|file|photo|document/iu

/** Ornaments that a refusal may be about, in the order in which they are left out; none where it is about something else. */
function suspects(description: string): readonly Ornament[] {
  const words = withoutAddresses(description)
  if (aboutOthers.test(words)) return []
  if (aboutEntities.test(words)) return ['entities']
  if (aboutButtons.test(words)) return ['buttons']
  return aboutLinks.test(words) ? ['buttons', 'entities'] : []
}

/** Telegram's words for a refusal without the address they quote, which may carry somebody's right to read. */
export function withoutAddresses(description: string): string {
  return description.replace(/(?<=\s)'.*'(?=\s|$)/gu, '…')
}

type Fields = Readonly<Record<string, unknown>>

const fieldsOf: Readonly<Record<Ornament, readonly string[]>> = {
  buttons: ['reply_markup'],
  entities: ['entities', 'caption_entities'],
}
/** Fields below which answers to inline and guest queries have their ornaments. */
const nested: readonly string[] = ['results', 'result', 'input_message_content']

/** The same call without an ornament; null where it has none of it. */
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
 * Sends what Telegram refuses for a button, a link or an entity once more without it: a plain answer is better than none.
 * Where the refusal does not say which is at fault, buttons are left out first, then entities. The operator is told once
 * of each kind of refusal.
 */
export function ornamentTransformer({ metrics, log }: Pick<BotDependencies, 'metrics' | 'log'>): Transformer {
  const told = new Set<string>()
  const tell = (ornament: Ornament, description: string) => {
    metrics.counted(`sent without ${ornament}`)
    const why = withoutAddresses(description).replace(/^Bad Request: /u, '')
    const kind = why.replace(/\d+/gu, '')
    if (told.has(kind)) return
    told.add(kind)
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
      tell(next.ornament, description)
      fields = next.plain!
      response = await call(method, fields as typeof payload, signal)
    }
    return response
  }
}
