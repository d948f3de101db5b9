import { styleText } from 'node:util'
import { excerpt, markedWords } from '../answer/excerpt.ts'
import { glossLine } from '../answer/gloss.ts'
import { type Locale, localized } from '../answer/locale.ts'
import { shownQuotes } from '../answer/shownQuotes.ts'
import { furtherSourcesLine, sourceLine } from '../answer/sourceLine.ts'
import { answerTexts } from '../answer/texts.ts'
import { type Answer, maxQuotes, type Quote } from '../answer/types.ts'
import type { Range } from '../text/range.ts'
import { wrap } from './wrap.ts'

export interface Look {
  /** The columns of the terminal. */
  readonly columns: number
  readonly colours: boolean
  readonly language: Locale
}

const texts = localized({
  zh: {
    ...answerTexts.zh,
    nearest: '最接近的段落:',
    narrow: (tags: string) => `再问一次并加上一个标签,就只查带这个标签的报告:${tags}`,
    withheld: (files: string) => `${files} 在建立索引之后被改动或移走,暂不引用。请运行 npm run index。`,
  },
  en: {
    ...answerTexts.en,
    nearest: 'The nearest passages:',
    narrow: (tags: string) => `Ask again with one of these tags to search only the reports that have it: ${tags}`,
    withheld: (files: string) => `Not quoted for now, as changed or gone since indexing: ${files}. Run npm run index.`,
  },
})

/** The mark in front of the lines of a quote, and of those lines that hold answering words. */
const bar = '│ '
const markedBar = '▌ '

/** Renders an answer for a terminal: the visible parts of quotes, best first, with the answering words marked, each over its source. */
export function renderAnswer(answer: Answer, look: Look): string {
  const say = texts[look.language]
  const lines: string[] = []
  if (answer.withheld.length > 0) lines.push(...paint(say.withheld(answer.withheld.join(', ')), look, 'yellow'), '')
  if (answer.band === 'none' || answer.quotes.length === 0) {
    lines.push(...paint(say.nothing, look, 'yellow'))
    if (answer.missing.length > 0) lines.push(...paint(say.missing(answer.missing), look, 'yellow'))
    lines.push('')
    if (answer.quotes.length === 0) return lines.join('\n')
    lines.push(say.nearest, '')
  }
  if (answer.band === 'unsure') lines.push(...paint(say.unsure, look, 'yellow'), '')
  for (const [i, quote] of shownQuotes(answer, maxQuotes).entries())
    lines.push(...renderQuote({ ...quote, ...excerpt(quote) }, i + 1, look), '')
  for (const { year, quote } of answer.otherValues)
    lines.push(...paint(`${say.otherYear(year)}${markedWords(quote)}`, look, 'cyan'), '')
  const [alternative] = answer.alternatives
  if (alternative && answer.band !== 'none') {
    const tags = answer.alternatives.map(({ tag }) => `#${tag}`).join(' ')
    lines.push(...paint(`${say.whichOne[alternative.kind]}${say.narrow(tags)}`, look, 'cyan'), '')
  }
  return lines.join('\n')
}

const maxGlossCharacters = 600

function renderQuote(quote: Quote, number: number, look: Look): string[] {
  const label = `${number}  `
  const lines = wrap(quote.text, Math.max(20, look.columns - label.length - bar.length)).map((line, i) => {
    const pieces = piecesOf(line, quote)
    const marked = pieces.some((piece) => piece.marked)
    const text = pieces
      .map(({ range, marked, figure }) => {
        const words = quote.text.slice(...range)
        const shown = figure ? style('underline', words, look) : words
        return marked ? style('bold', shown, look) : shown
      })
      .join('')
    const margin = i === 0 ? label : ' '.repeat(label.length)
    return margin + (marked ? style('green', markedBar, look) : style('gray', bar, look)) + text
  })
  const indent = ' '.repeat(label.length)
  const source = `— ${sourceLine(quote.source, look.language)} (${quote.source.file})`
  const also = furtherSourcesLine(quote.sources, look.language)
  const gloss = glossLine(quote.gloss ?? [], look.language, maxGlossCharacters)
  const below = { ...look, columns: look.columns - label.length }
  return [
    ...lines,
    ...(gloss === '' ? [] : paint(gloss, below, 'cyan').map((line) => indent + line)),
    ...paint(source, below, 'gray').map((line) => indent + line),
    ...(also === '' ? [] : paint(also, below, 'gray').map((line) => indent + line)),
  ]
}

/** The pieces of a line, cut where highlights and the figures in them begin and end. */
function piecesOf(
  line: Range,
  { highlights, figures }: Quote,
): readonly { range: Range; marked: boolean; figure: boolean }[] {
  const cuts = [...highlights, ...figures].flat().filter((at) => at > line[0] && at < line[1])
  const edges = [line[0], ...new Set(cuts.sort((a, b) => a - b)), line[1]]
  const within = (start: number, end: number) => (range: Range) => range[0] <= start && end <= range[1]
  return edges.slice(1).map((end, i) => {
    const start = edges[i]!
    const holds = within(start, end)
    return { range: [start, end], marked: highlights.some(holds), figure: figures.some(holds) }
  })
}

type Style = 'bold' | 'underline' | 'gray' | 'green' | 'yellow' | 'cyan'

/** Wraps a text, and shows all of it in one style. */
export function paint(text: string, look: Look, name: Style): string[] {
  return wrap(text, Math.max(20, look.columns)).map((range) => style(name, text.slice(...range), look))
}

function style(name: Style, text: string, look: Look): string {
  return look.colours ? styleText(name, text, { validateStream: false }) : text
}
