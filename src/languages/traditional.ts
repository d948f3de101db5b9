import { commonCharacters } from '../text/commonCharacters.ts'
import { simplifying } from '../text/simplified.ts'

/** One such character in so many tells that somebody writes Traditional; a lone one may be a name's. */
const charactersPerTraditional = 12

/** True for a text that is written in Traditional characters. */
export function isTraditional(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu) ?? []
  const traditional = han.filter((one) => simplifying().character(one) !== undefined && !commonCharacters().has(one))
  return traditional.length * charactersPerTraditional >= Math.max(1, han.length)
}

type Converter = (text: string) => string

let converter: Converter | null = null
let loading: Promise<void> | null = null

/** Loads OpenCC's tables for `inTraditional`, in about a tenth of a second; some 15 MB that nobody else needs. */
export function loadTraditional(): Promise<void> {
  loading ??= load().then((made) => {
    converter = made
  })
  return loading
}

/** A Simplified text of ours as Taiwan writes it, once the tables are loaded. Never for words of a report. */
export function inTraditional(text: string): string {
  return converter?.(text) ?? text
}

async function load(): Promise<Converter> {
  const [characters, phrases, variants] = await Promise.all([
    import('opencc-js/dict/STCharacters'),
    import('opencc-js/dict/STPhrases'),
    import('opencc-js/dict/TWVariants'),
  ])
  const pairs = (entries: string) => entries.split('|').map((entry) => entry.split(' ') as [string, string])
  const words = new Map([...pairs(characters.default), ...pairs(phrases.default)])
  const taiwan = new Map(pairs(variants.default))
  const longest = Math.max(...[...words.keys()].map(({ length }) => length))
  return (text) => {
    let converted = ''
    for (let at = 0; at < text.length; ) {
      let length = Math.min(longest, text.length - at)
      while (length > 1 && !words.has(text.slice(at, at + length))) length--
      const word = text.slice(at, at + length)
      converted += words.get(word) ?? word
      at += length
    }
    return [...converted].map((one) => taiwan.get(one) ?? one).join('')
  }
}
