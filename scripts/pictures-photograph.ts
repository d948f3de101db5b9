import { mkdir } from 'node:fs/promises'
import sharp from 'sharp'
import { encodeQuote, reportPath } from '../src/answer/address.ts'
import { runCommand } from '../src/commandLine.ts'
import { budgetPage } from '../tests/fixtures/budgetPage.ts'
import { newspaper, pictureOf, singleColumn, townReport } from '../tests/fixtures/documents.ts'
import { launch, phone } from '../tests/support/browser.ts'
import { pageStage, serve } from '../tests/support/webPages.ts'

const folder = 'docs/pictures'
/** Pictures in the README are not wider, in pixels. */
const maxWidth = 1000

/** The words that each picture marks, by the file that holds them. */
const quotes = [
  { name: 'column', file: 'report.pdf', words: '安置房交付4124套' },
  { name: 'newspaper', file: 'newspaper.pdf', words: '总磷平均浓度0.054mg/L' },
  { name: 'table', file: 'budget.pdf', words: '12.75' },
  { name: 'scan', file: 'scan.jpg', words: '安置房交付4124套' },
  { name: 'card', file: 'report.txt', words: '安置房交付4124套' },
] as const

/**
 * `npm run pictures:photograph`: takes the photographs of quotes for the README, of generated files: a report, a newspaper, a
 * table, a crooked scan, a card, and the page in the reader on a phone. Card and reader need a Chinese font on the machine.
 */
await runCommand(async () => {
  const cleaning: (() => Promise<void>)[] = []
  const t = { after: (clean: () => Promise<void>) => void cleaning.push(clean) }
  try {
    const report = (await singleColumn()).bytes
    const flat = await pictureOf(report, 1, 96)
    const scan = await sharp(flat).rotate(-1.6, { background: 'white' }).blur(0.7).jpeg({ quality: 45 }).toBuffer()
    const { app, answerer, photographer } = await pageStage(t, {
      'report.pdf': report,
      'newspaper.pdf': (await newspaper()).bytes,
      'budget.pdf': await budgetPage(),
      'scan.jpg': scan,
      'report.txt': `西城街道工作报告\n\n${townReport[5]}\n\n${townReport[6]}\n`,
    })
    await mkdir(folder, { recursive: true })
    if (!(await photographer.findFont())) throw new Error('this machine has no font with Chinese characters')
    const { index } = answerer
    const passages = await index.passages([...Array(index.size).keys()])
    const addressOf = (file: string, words: string) => {
      const own = answerer.reports.find((one) => one.file === file)!
      const passage = passages.find(({ report, text }) => report === own.id && text.includes(words))
      if (!passage) throw new Error(`${words} is not in ${file}`)
      const at = passage.text.indexOf(words)
      return { passage: passage.id, highlights: [[at, at + words.length]] as const, figures: [], report: own.id }
    }
    const save = async (name: string, bytes: Uint8Array) => {
      const image = sharp(bytes).resize({ width: maxWidth, withoutEnlargement: true }).webp({ quality: 72, effort: 6 })
      const { size } = await image.toFile(`${folder}/photograph-${name}.webp`)
      console.log(`${folder}/photograph-${name}.webp ${Math.ceil(size / 1024)} KB`)
    }
    for (const { name, file, words } of quotes) {
      const { passage, ...marks } = addressOf(file, words)
      const placed = await answerer.locate(passage, marks)
      const photograph = placed && (await photographer.photograph(placed, 'zh'))
      if (!photograph) throw new Error(`there is no photograph of ${file}`)
      await save(name, photograph.bytes)
    }
    const { url } = await serve(t, app)
    const browser = await launch()
    t.after(() => browser.close())
    const page = await (await browser.newContext({ ...phone, locale: 'zh-CN' })).newPage()
    const { report: id, ...quote } = addressOf('report.pdf', '安置房交付4124套')
    await page.goto(`${url}${reportPath(id)}?view=page&q=${encodeQuote(quote)}#q`)
    await page.waitForLoadState('networkidle')
    await save('reader', await page.screenshot())
  } finally {
    for (const clean of cleaning.reverse()) await clean()
  }
  return 0
})
