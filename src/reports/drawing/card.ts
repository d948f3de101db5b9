import sharp from 'sharp'
import { fontFamilies } from '../formats/fontNames.ts'
import { encoded, type Picture } from './composition.ts'

/** A quote typeset anew, for reports whose pages cannot be shown. */
export interface Card {
  /** The name of the report, with the place and the year that its title leaves open. */
  readonly title: string
  /** The rest of the source line. */
  readonly source: string
  /** The paragraph, in order. */
  readonly spans: readonly CardSpan[]
  /** The lines below, which say that the card is no picture of the file. */
  readonly footer: string
}

export interface CardSpan {
  readonly text: string
  readonly isQuoted: boolean
  readonly isHighlighted: boolean
  readonly isDoubtful: boolean
}

/** All lengths are in pixels. */
const look = { width: 1080, margin: 72, gap: 30, bar: 8 } as const
const colours = { paper: '#fdfbf5', ink: '#1c1b19', pale: '#8d887c', accent: '#a33b2a', marker: '#ffe58a' } as const
const { serif, sans } = fontFamilies

/** Draws a card, as wide as a phone's screen and as high as its words need. */
export async function drawCard({ title, source, spans, footer }: Card): Promise<Picture> {
  const parts = await Promise.all([
    typeset(`<b>${escaped(title)}</b>`, `${sans} 42`, 8),
    typeset(`<span foreground="${colours.pale}">${escaped(source)}</span>`, `${sans} 28`, 8),
    typeset(spans.map(spanMarkup).join(''), `${serif} 40`, 14),
    typeset(`<span foreground="${colours.pale}">${escaped(footer)}</span>`, `${sans} 24`, 8),
  ])
  const gaps = [look.gap / 2, look.gap * 1.6, look.gap * 1.6, 0]
  let y: number = look.margin
  const placed = parts.map(({ data, info }, i) => {
    const top = Math.round(y)
    y += info.height + gaps[i]!
    return { input: data, left: look.margin, top }
  })
  const size = { width: look.width, height: Math.round(y) + look.margin }
  const bodyTop = placed[2]!.top
  const bar = {
    input: { create: { width: look.bar, height: parts[2]!.info.height, channels: 3, background: colours.accent } },
    left: look.margin - 32,
    top: bodyTop,
  } as const
  const paper = sharp({ create: { ...size, channels: 3, background: colours.paper } })
  return encoded(paper.composite([...placed, bar]), size)
}

function spanMarkup({ text, isQuoted, isHighlighted, isDoubtful }: CardSpan): string {
  const background = isHighlighted ? ` background="${colours.marker}"` : ''
  const underline = isDoubtful ? ` underline="error" underline_color="${colours.accent}"` : ''
  return `<span foreground="${isQuoted ? colours.ink : colours.pale}"${background}${underline}>${escaped(text)}</span>`
}

function typeset(markup: string, font: string, spacing: number) {
  // The reports are in Simplified characters, whose forms the language chooses among those of a font for all of East Asia.
  const text = {
    text: `<span lang="zh-cn">${markup}</span>`,
    font,
    width: look.width - 2 * look.margin,
    spacing,
    dpi: 72,
    rgba: true,
    wrap: 'word-char',
  } as const
  return sharp({ text }).png().toBuffer({ resolveWithObject: true })
}

/** Escapes text for Pango's markup, which takes no control characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}|\p{Surrogate}/gu, (character) => (character === '\n' ? '\n' : ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/**
 * Tells whether a font of this machine has Chinese characters. Where none has, Pango draws a frame that is inked all around, which
 * the character asked for is not.
 */
export async function hasChineseFont(): Promise<boolean> {
  const { data, info } = await sharp({ text: { text: '永', font: `${serif} 60`, dpi: 72 } })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const isInked = (x: number, y: number) => data[(y * width + x) * channels]! > 60
  const share = (count: number, isOn: (i: number) => boolean) =>
    Array.from({ length: count }, (_, i) => isOn(i)).filter(Boolean).length / count
  // The frame may begin a pixel inside.
  const isFramed = (at: (i: number, depth: number) => boolean, count: number) =>
    [0, 1, 2].some((depth) => share(count, (i) => at(i, depth)) > 0.8)
  return !(
    isFramed((x, depth) => isInked(x, depth), width) &&
    isFramed((x, depth) => isInked(x, height - 1 - depth), width) &&
    isFramed((y, depth) => isInked(depth, y), height)
  )
}
