import type { Bilingual } from '../../errors.ts'
import { endsSentence } from '../../text/sentences.ts'
import type { ReadContext } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import type { Box } from './boxes.ts'
import { parsePage } from './html.ts'
import { elementMarkup, wordsOf } from './markup.ts'
import { inReadingOrder } from './shapeOrder.ts'
import { escaped } from './wordXml.ts'
import type { ManuscriptWriter } from './writer.ts'

/** A paragraph or a table of a slide, as HTML; a paragraph without its own tag. */
export interface SlideBlock {
  readonly kind: 'paragraph' | 'table'
  readonly markup: string
}

/** A shape of a slide with its words; a group of shapes is one shape. */
export interface SlideShape {
  /** The place on the slide, in any unit; null where the file does not state its place. */
  readonly box: Box | null
  readonly blocks: readonly SlideBlock[]
  /** The size of its largest words in points; 0 where the file does not state it. */
  readonly size: number
}

export interface Slide {
  readonly isHidden: boolean
  /** True for a slide whose title heads the slides after it. */
  readonly isSectionHead: boolean
  /** The words of the title's shape as HTML; '' where the slide has none. */
  readonly title: string
  readonly shapes: readonly SlideShape[]
  /** The paragraphs that the speaker sees. */
  readonly notes: readonly SlideBlock[]
}

export const emptySlide: Slide = { isHidden: false, isSectionHead: false, title: '', shapes: [], notes: [] }

/** The sign in front of the paragraphs of a slide's notes, which the slide does not show. */
export const notesSign = '［备注］'

/** A cover holds its title and no more characters below it than these. */
const maxCoverCharacters = 160
const maxTitleCharacters = 42
const contentsTitle = /^(?:目\s*[录次]|contents|agenda|outline)$/iu

/**
 * Writes slides, each as a page of its own with the number that the slide has. A hidden slide is a page without words.
 * @returns the number of equations that could not be read
 */
export function writeSlides(
  writer: ManuscriptWriter,
  slides: readonly Slide[],
  { onPage }: Pick<ReadContext, 'onPage'>,
): number {
  const ordered = slides.map((slide) => titled({ ...slide, shapes: inReadingOrder(slide.shapes) }))
  const first = ordered.find(({ isHidden }) => !isHidden)
  const cover = first !== undefined && isCover(first) && ordered.length > 1 ? first : null
  const hasSections = ordered.some(({ isSectionHead, isHidden }) => isSectionHead && !isHidden)
  let unread = 0
  for (const [i, slide] of ordered.entries()) {
    writer.page()
    if (!slide.isHidden) {
      const level = slide === cover || !cover ? 1 : slide.isSectionHead || !hasSections ? 2 : 3
      const isPlain = slide === cover || contentsTitle.test(wordsOf(slide.title))
      const written = writer.lines.length
      unread += writeBlocks(writer, parsePage(slideMarkup(slide, level, isPlain)).body)
      for (let at = written; at < writer.lines.length; at++) {
        const line = writer.lines[at]!
        // Without a cover no title speaks for all slides.
        if (line.level > 0 && !cover) writer.lines[at] = { ...line, opensArticle: true }
        else if (line.level === 0 && !line.isRow && isPlain) writer.lines[at] = { ...line, role: 'alone' }
      }
    }
    onPage?.(i + 1, ordered.length)
  }
  return unread
}

/** The size of the largest words in some shapes; 0 where the file does not state it. */
export function largestSize(shapes: readonly SlideShape[]): number {
  return shapes.reduce((largest, { size }) => Math.max(largest, size), 0)
}

/** The note on hidden slides; none where there are none. */
export function hiddenSlides(slides: readonly Slide[]): Bilingual[] {
  const numbers = slides.flatMap(({ isHidden }, i) => (isHidden ? [i + 1] : []))
  if (numbers.length === 0) return []
  return [
    {
      zh: `略去 ${numbers.length} 张隐藏的幻灯片(第 ${numbers.join('、')} 张)。`,
      en: `${numbers.length} hidden slides are left out (${numbers.join(', ')}).`,
    },
  ]
}

/**
 * A slide without a title's shape has its uppermost shape as its title, where that is one short paragraph in the largest words
 * of the slide.
 */
function titled(slide: Slide): Slide {
  const [first, ...others] = slide.shapes
  if (slide.title !== '' || first === undefined || first.blocks.length !== 1 || others.length === 0) return slide
  const [{ kind, markup }] = first.blocks as readonly [SlideBlock]
  const words = wordsOf(markup)
  const isShort = words.length <= maxTitleCharacters && /\p{L}{2}/u.test(words) && !endsSentence(words)
  const isLargest = others.every(({ size, blocks }) => size < first.size && (size > 0 || blocks[0]?.kind === 'table'))
  return kind === 'paragraph' && isShort && isLargest ? { ...slide, title: markup, shapes: others } : slide
}

function isCover({ title, shapes }: Slide): boolean {
  const blocks = shapes.flatMap((shape) => shape.blocks)
  const words = blocks.map(({ markup }) => wordsOf(markup)).join('')
  const isText = blocks.every(({ kind }) => kind === 'paragraph')
  return title !== '' && isText && words.length <= maxCoverCharacters && !/[。！？；]/u.test(words)
}

function slideMarkup({ title, shapes, notes }: Slide, level: number, isPlain: boolean): string {
  const head = title === '' ? '' : elementMarkup(`h${level}`, title)
  const body = shapes.flatMap(({ blocks }) => blocks.map((block) => blockMarkup(block, isPlain)))
  const below = notes.map((block) => blockMarkup({ ...block, markup: `${escaped(notesSign)}${block.markup}` }, false))
  return [head, ...body, ...below].join('')
}

/**
 * A block as HTML. A paragraph is an item of a list unless it is a sentence, as short lines of a slide are points and no
 * headings.
 * @param isPlain true where lines are no points: on a cover and in a table of contents, which later steps recognise
 */
function blockMarkup({ kind, markup }: SlideBlock, isPlain: boolean): string {
  if (kind === 'table') return markup
  return elementMarkup(isPlain || endsSentence(wordsOf(markup)) ? 'p' : 'li', markup)
}
