import { mkdir, writeFile } from 'node:fs/promises'
import type { InlineKeyboardMarkup } from 'grammy/types'
import { announcedRow } from '../src/bot/features/announce.ts'
import { answerKeyboard } from '../src/bot/features/ask.ts'
import { renderAnnouncement } from '../src/bot/views/announcement.ts'
import { keyboardOf } from '../src/bot/views/keyboard.ts'
import { type Message, MessageBuilder } from '../src/bot/views/message.ts'
import { renderAnswer } from '../src/bot/views/render.ts'
import { runCommand } from '../src/commandLine.ts'
import { buildAndCompact, openAnswerer, openDependencies } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { wrap } from '../src/terminal/wrap.ts'

const characterPx = 15
const linePx = 22
const bubblePx = 470
const marginPx = 14
/** Lines of a folded quote that a client shows. */
const foldedLines = 3

interface Bubble {
  readonly svg: string
  readonly heightPx: number
}

function plain(text: string): Message {
  return new MessageBuilder().add(text).build()
}

function drawing(bubbles: readonly Bubble[]): string {
  let y = marginPx
  const body = bubbles.map(({ svg, heightPx }) => {
    const placed = `<g transform="translate(0 ${y})">${svg}</g>`
    y += heightPx + 10
    return placed
  })
  const width = bubblePx + 4 * marginPx
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 4}" viewBox="0 0 ${width} ${y + 4}" font-family="-apple-system, 'Segoe UI', 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif" font-size="${characterPx}">
<rect width="100%" height="100%" fill="#d5e3d0"/>
${body.join('\n')}
</svg>
`
}

function bubble({ text, entities }: Message, isMine: boolean): Bubble {
  const columns = Math.floor(((bubblePx - 4 * marginPx) / characterPx) * 2)
  const quotes = entities.filter(({ type }) => type === 'blockquote' || type === 'expandable_blockquote')
  const rows: string[] = []
  let y = marginPx + characterPx
  let shownOfFold = 0
  let lastQuote: (typeof quotes)[number] | undefined
  let inSource = false
  for (const [start, end] of wrap(text, columns)) {
    const quote = quotes.find(({ offset, length }) => start >= offset && start < offset + length)
    shownOfFold = quote && quote === lastQuote ? shownOfFold + 1 : 0
    lastQuote = quote
    const isFolded = quote?.type === 'expandable_blockquote'
    if (isFolded && shownOfFold >= foldedLines) continue
    if (quote) {
      rows.push(
        `<rect x="${marginPx}" y="${y - characterPx - 3}" width="${bubblePx - 2 * marginPx}" height="${linePx}" fill="#3fa14a" opacity=".10"/>`,
      )
      rows.push(`<rect x="${marginPx}" y="${y - characterPx - 3}" width="3" height="${linePx}" fill="#3fa14a"/>`)
      if (isFolded && shownOfFold === foldedLines - 1) {
        rows.push(`<text x="${bubblePx - marginPx - 16}" y="${y}" fill="#3fa14a">⌄</text>`)
      }
    }
    const spans = spansOf(text, start, end, entities)
    inSource = text.startsWith('📄', start) || (inSource && end > start)
    const ink = inSource ? '#4a6b50' : '#111'
    rows.push(`<text x="${marginPx + (quote ? 12 : 0)}" y="${y}" fill="${ink}" xml:space="preserve">${spans}</text>`)
    y += linePx
  }
  const heightPx = y - characterPx + marginPx - 4
  const widthPx = isMine ? Math.min(bubblePx, text.length * characterPx + 2 * marginPx) : bubblePx
  const x = isMine ? bubblePx + 3 * marginPx - widthPx : marginPx
  const box = `<rect width="${widthPx}" height="${heightPx}" rx="12" fill="${isMine ? '#effdde' : '#fff'}"/>`
  return { svg: `<g transform="translate(${x} 0)">${box}${rows.join('')}</g>`, heightPx }
}

function spansOf(text: string, start: number, end: number, entities: Message['entities']): string {
  const styles = entities.filter(({ type }) => type === 'bold' || type === 'underline')
  const cuts = styles.flatMap(({ offset, length }) => [offset, offset + length]).filter((at) => at > start && at < end)
  const edges = [start, ...cuts.sort((a, b) => a - b), end]
  return edges
    .slice(1)
    .map((to, i) => {
      const from = edges[i]!
      const own = styles.filter(({ offset, length }) => offset <= from && to <= offset + length).map(({ type }) => type)
      const bold = own.includes('bold') ? ' font-weight="700"' : ''
      const underline = own.includes('underline') ? ' text-decoration="underline"' : ''
      return `<tspan${bold}${underline}>${escaped(text.slice(from, to))}</tspan>`
    })
    .join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** The buttons under a message, row by row, as wide as it. */
function keyboard({ inline_keyboard: rows }: InlineKeyboardMarkup): Bubble {
  const drawn = rows.flatMap((row, y) => {
    const gapPx = 4
    const widthPx = (bubblePx - gapPx * (row.length - 1)) / row.length
    return row.map(({ text, ...button }, x) => {
      const at = `translate(${marginPx + x * (widthPx + gapPx)} ${y * (buttonPx + gapPx)})`
      const corner = 'url' in button ? `<text x="${widthPx - 12}" y="14" font-size="10" fill="#fff">↗</text>` : ''
      return `<g transform="${at}"><rect width="${widthPx}" height="${buttonPx}" rx="8" fill="#5d7f57" opacity=".75"/><text x="${widthPx / 2}" y="22" text-anchor="middle" font-size="14" fill="#fff">${escaped(text)}</text>${corner}</g>`
    })
  })
  return { svg: drawn.join(''), heightPx: rows.length * (buttonPx + 4) }
}

const buttonPx = 34

/** The scenes of the pictures: an answer in private and in a group, one that may not answer, and one that is none. */
const pictures = [
  { name: 'answer', isPrivate: true, question: '长荡湖湖心的总磷浓度是多少?' },
  { name: 'group', isPrivate: false, question: '/ask 便民驿站里头分了哪些功能区?' },
  { name: 'nothing', isPrivate: true, question: '明天会下雨吗?' },
] as const

/** The standing question of the picture of an announcement. */
const standingQuestion = '西城街道配了多少名网格员?'

/**
 * `npm run pictures`: draws real answers, and an announcement, as Telegram shows them, for the README. Every picture is made from the
 * message that the bot would send; folded quotes show their first lines.
 */
await runCommand(async (environment) => {
  const config = readConfig(environment)
  const parts = await openDependencies(config)
  await buildAndCompact(parts)
  const answerer = await openAnswerer(config, parts)
  await mkdir('docs/pictures', { recursive: true })
  for (const language of ['zh', 'en'] as const) {
    const chat = { language, username: 'wenju_bot', hasInline: true, page: null, photographKindOf: () => null }
    for (const { name, isPrivate, question } of pictures) {
      const asked = question.replace('/ask ', '')
      const answer = await answerer.answer({ text: asked })
      const place = { ...chat, isPrivate }
      const buttons = answerKeyboard(answer, { question: asked, previous: null }, place)
      const bubbles = [bubble(plain(question), true), bubble(renderAnswer(answer, language), false)]
      await writeFile(
        `docs/pictures/${name}.${language}.svg`,
        drawing(buttons ? [...bubbles, keyboard(buttons)] : bubbles),
      )
    }
    const { quotes } = await answerer.answer({ text: standingQuestion })
    const told = { text: standingQuestion, quotes: quotes.slice(0, 1), before: null }
    const { message } = renderAnnouncement({ isDigest: false, questions: [told], reports: [] }, language, null, false)
    const buttons = keyboard(keyboardOf([announcedRow('', quotes[0]!, chat, '')]))
    await writeFile(`docs/pictures/announcement.${language}.svg`, drawing([bubble(message, false), buttons]))
  }
  await parts.embedder.dispose()
  return 0
})
