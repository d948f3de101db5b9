import type { Range } from '../../text/range.ts'

/** Words with note marks among them, which stand in the canonical text and in no passage. */
export interface MarkedWords {
  readonly words: string
  /** The note marks, as offsets into the words. */
  readonly hidden: readonly Range[]
}

/** Noncharacters of Unicode, which no text may hold, mark raised and lowered stretches. */
const opening = { raised: '\ufdd0', lowered: '\ufdd1' } as const
const closing = '\ufdd2'
const noncharacters = /[\ufdd0-\ufdef]/gu
const maxContextCharacters = 24
/** A longer stretch is text that is merely set high or low. */
const maxMarkCharacters = 12

const raisedForms = formsOf('0123456789+-=()abcdefghijklmnoprstuvwxyz', '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ')
const loweredForms = formsOf('0123456789+-=()aehijklmnoprstuvx', '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ')

function formsOf(plain: string, forms: string): ReadonlyMap<string, string> {
  const shown = [...forms]
  return new Map([...plain].map((character, i) => [character, shown[i]!]))
}

/** The marks around raised or lowered words, which `settleRaised` reads. */
export function marksOf(kind: keyof typeof opening): readonly [open: string, close: string] {
  return [opening[kind], closing]
}

/** A document's own words, without characters that would be taken for these marks. */
export function unmarked(words: string): string {
  return words.replace(noncharacters, '')
}

/** The words in Unicode's raised characters (`10⁶`); null where it lacks some of them. */
export function inRaisedForms(words: string): string | null {
  return inForms(words, raisedForms)
}

/** The words in Unicode's lowered characters (`CO₂`); null where it lacks some of them. */
export function inLoweredForms(words: string): string | null {
  return inForms(words, loweredForms)
}

function inForms(words: string, forms: ReadonlyMap<string, string>): string | null {
  const shown = [...words.replace(/[−–‐]/gu, '-').replaceAll('＋', '+')].map((character) => forms.get(character))
  return shown.includes(undefined) ? null : shown.join('')
}

interface Stretch {
  readonly kind: 'plain' | keyof typeof opening
  words: string
}

/**
 * Tells exponents, powers of units and formulas from note marks. The former become Unicode's raised and lowered
 * characters; note marks are written apart (` [3]`) and listed as hidden. A stretch that could be either is written
 * apart and stays in the passage, since a figure that grows by a digit would be false.
 * @param source words with the marks of `marksOf` in them
 */
export function settleRaised(source: string): MarkedWords {
  const stretches = stretchesOf(source)
  const hidden: Range[] = []
  let words = ''
  // The next stretch is judged by the words before it as a passage shows them.
  let shown = ''
  const write = (more: string) => {
    words += more
    shown = (shown + more).slice(-maxContextCharacters)
  }
  for (const [i, { kind, words: own }] of stretches.entries()) {
    if (kind === 'plain') {
      write(own)
      continue
    }
    const after = stretches
      .slice(i + 1, i + 3)
      .map((stretch) => stretch.words)
      .join('')
      .slice(0, maxContextCharacters)
    const content = own.trim()
    const seen = kind === 'raised' ? raised(content, shown, after) : lowered(content, shown, after)
    if (isNumerator(stretches, i)) write(`${/\p{N}$/u.test(shown) ? ' ' : ''}${inRaisedForms(content)}`)
    else if (seen !== null) write(seen)
    else if (kind === 'raised' && isNote(content, shown, after) && !joins(shown, after)) {
      const mark = noteMark(content)
      const start = words.length
      words += shown.trim() === '' ? `${mark} ` : ` ${mark}`
      hidden.push([start, words.length])
    } else write(` ${noteMark(content)}${/^[\p{L}\p{N}]/u.test(after) ? ' ' : ''}`)
  }
  // A line of note marks alone shows them, as it would be empty otherwise.
  const kept = hidden.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), words)
  return kept.trim() === '' ? { words, hidden: [] } : { words, hidden }
}

/** Divides words into stretches. Neighbours of one kind are joined, as office programs part them at will. */
function stretchesOf(source: string): Stretch[] {
  const found: Stretch[] = []
  for (const [part, mark, own] of source.matchAll(/([\ufdd0\ufdd1])([^\ufdd2]*)\ufdd2?|[^\ufdd0\ufdd1]+/gu)) {
    const kind = mark === undefined ? 'plain' : mark === opening.raised ? 'raised' : 'lowered'
    const words = unmarked(own ?? part)
    const last = found.at(-1)
    if (last?.kind === kind) last.words += words
    else if (words !== '' || kind !== 'plain') found.push({ kind, words })
  }
  return found
}

/** Tells whether a raised stretch is the upper half of a fraction whose lower half is lowered. */
function isNumerator(stretches: readonly Stretch[], at: number): boolean {
  const [upper, line, lower] = stretches.slice(at, at + 3)
  return (
    upper?.kind === 'raised' && lower?.kind === 'lowered' && /^[/⁄]$/u.test(line!.words) && /^\d+$/u.test(upper.words)
  )
}

/** The form in which a raised stretch is written; null when it is a note mark or could be either. */
function raised(content: string, before: string, after: string): string | null {
  if (content === '') return joins(before, after) ? ' ' : ''
  if (/^(?:TM|SM)$/u.test(content)) return content === 'TM' ? '™' : '℠'
  if (/^[™®©℠°′″'"]$/u.test(content)) return content
  if (/^(?:st|nd|rd|th)$/u.test(content) && /\d$/u.test(before)) return content
  if (/^[0oO○º。]$/u.test(content) && /^\s*[CF](?![A-Za-z])/u.test(after)) return '°'
  if (/^[oO○º]$/u.test(content) && /\d$/u.test(before)) return '°'
  const power = inRaisedForms(content)
  if (power !== null && isPower(content, before, after)) return power
  if (isMarkShaped(content)) return null
  return apart(content, before, after)
}

/** The form in which a lowered stretch is written; null when it stands at a figure. */
function lowered(content: string, before: string, after: string): string | null {
  if (content === '') return joins(before, after) ? ' ' : ''
  if (/\p{N}\s*$/u.test(before) && /\p{N}/u.test(content)) return null
  if (/^[\d+\-−–]+$/u.test(content) || [...content].length === 1) {
    const form = inLoweredForms(content)
    if (form !== null) return form
  }
  return apart(content, before, after)
}

/** A stretch as plain words, with blanks between figures. */
function apart(content: string, before: string, after: string): string {
  const start = /[\p{N}.,]$/u.test(before) && /^[\p{N}.,]/u.test(content) ? ' ' : ''
  const end = /[\p{N}.,]$/u.test(content) && /^[\p{N}.,]/u.test(after) ? ' ' : ''
  return start + content + end
}

/** Tells whether raised characters with forms in Unicode are an exponent, a power of a unit or part of a formula. */
function isPower(content: string, before: string, after: string): boolean {
  const base = before.trimEnd()
  // The mass number of an isotope stands in front of its element.
  const isFront = !/[\p{Script=Latin}\p{N}%％]$/u.test(before)
  if (isFront && /^\d{2,3}$/u.test(content) && /^[A-Z][a-z]?(?![A-Za-z])/u.test(after)) return true
  // Note marks are not negative and do not end in a sign.
  if (/^[-−–‐]\d+$|^\d*[+\-−–]$/u.test(content)) return /[\p{L}\p{N})\]]$/u.test(base)
  if (/[₀-₉]$/u.test(base)) return /(?<!\p{Script=Latin})\p{Script=Latin}[₀-₉]+$/u.test(base)
  if (/\p{Nd}$/u.test(base)) return isExponent(content, base, after)
  const letters = /\p{Script=Latin}+$|\p{Script=Greek}$/u.exec(base)?.[0]
  if (letters !== undefined) return isUnitOrSymbol(content, letters, base.slice(0, -letters.length))
  if (/(?:[㎜㎝㎞]|[\d千厘毫分微/每]\s*米|(?<!平方|立方)公里)$/u.test(base)) return /^[23]$/u.test(content)
  if (/[)）]$/u.test(base))
    return /[(（](?=[^()（）]*[A-Za-z+×*^%])[^()（）\p{Script=Han}]*[+\-−*×/·^][^()（）\p{Script=Han}]*[)）]$/u.test(
      base,
    )
  return false
}

/** Tells whether a raised stretch behind the figure that ends `base` is its exponent. */
function isExponent(content: string, base: string, after: string): boolean {
  if (/^[nxymkij]$/u.test(content)) return true
  if (!/^\d{1,3}$/u.test(content)) return false
  if (/(?:[×xX✕╳*·∙⋅]|[(（]|单位[:：])\s*10$/u.test(base)) return true
  // A unit in letters shows an exponent of 10; Chinese words may as well follow a note.
  if (/(?<!\d|\d\.)10$/u.test(base)) return /^\s*(?:[A-Za-zµμ]|\p{Script=Han}{0,2}[/／]|[~～–—至-]\s*10)/u.test(after)
  return /^\s*[=＝]/u.test(after)
}

/** Tells whether a stretch that is raised behind Latin or Greek letters is a power of a unit or of a symbol. */
function isUnitOrSymbol(content: string, letters: string, front: string): boolean {
  if (/^(?:[kcdmnhN]?m|ft|in|yd|mi|s|sec|min)$/u.test(letters)) return /^[2-4]$/u.test(content)
  if (letters.length > 1) return /^(?:CO|SO|NO|PO|NH|HCO|Ca|Mg|Na|Fe|Cu|Zn|Al|Cl)$/u.test(letters)
  // A letter right behind a figure is a unit without powers, such as tonnes or hours, unless it is an unknown.
  return !/\d\s*$/u.test(front) || /^[abnxyzkr]$/u.test(letters)
}

/** Tells whether a stretch has the shape of a note mark. */
export function isMarkShaped(content: string): boolean {
  return (
    content.length <= maxMarkCharacters &&
    (/^[[［(（〔【<〈]\s*(?:注|附注|note)?\s*[\p{L}\p{N}*,，、\-–~]{1,8}\s*[\]］)）〕】>〉]$/iu.test(content) ||
      /^[\u2460-\u24ff\u2776-\u2793*＊†‡§¶#＃※☆★△▲◆●]+$/u.test(content) ||
      /^(?:附?注|note)?\s*\d{1,3}[)）\]］]?$/iu.test(content) ||
      /^\d{1,3}(?:\s*[,，、\-–~]\s*\d{1,3})+$/u.test(content) ||
      /^(?:[a-z]|注|附注)$/iu.test(content) ||
      /^[[［]\d{1,3}[\]］](?:\s*[,，、\-–]?\s*[[［]\d{1,3}[\]］])*$/u.test(content))
  )
}

/** Tells whether a mark is surely one of a note; behind `10` and in a calculation it may be an exponent. */
function isNote(content: string, before: string, after: string): boolean {
  if (!isMarkShaped(content)) return false
  if (!/^\d{1,3}$/u.test(content) || !/\d\s*$/u.test(before)) return true
  return !/(?<!\d|\d\.)10\s*$|[=＝×*+÷^]\s*[\d.]+\s*$/u.test(before) && !/^\s*[=＝×*+÷^]/u.test(after)
}

/** Tells whether two figures would run together if nothing stood between them. */
function joins(before: string, after: string): boolean {
  return /[\p{Script=Latin}\p{N}][.,，:：/\-–~·]?$/u.test(before) && /^[.,，:：/\-–~·×]?\s?\p{N}/u.test(after)
}

/** A note mark as it is written beside words: in brackets, unless it has some or is a sign. */
function noteMark(content: string): string {
  return /^[\p{Nd}\p{Script=Latin}\p{Script=Han},，、\-–~\s]+$/u.test(content) ? `[${content}]` : content
}
