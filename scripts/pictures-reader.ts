import { mkdir } from 'node:fs/promises'
import sharp from 'sharp'
import { quotePath, reportPath } from '../src/answer/address.ts'
import { runCommand } from '../src/commandLine.ts'
import { desktop, phone } from '../tests/support/browser.ts'
import { openReaderStage } from './readerPages.ts'

const folder = 'docs/pictures'
const question = '长荡湖湖心的总磷浓度是多少'
const asked = `?q=${encodeURIComponent(question)}`
const inEnglish = `?q=${encodeURIComponent('How many resettlement flats were delivered in Xicheng?')}&lang=en`

/**
 * `npm run pictures:reader`: takes pictures of the reader page in each of its states for the README, over the five reports,
 * in a real browser. They are kept small: WebP, twice as sharp on a phone.
 */
await runCommand(async (environment) => {
  const { url, answerer, browser, close } = await openReaderStage(environment)
  try {
    await mkdir(folder, { recursive: true })
    const { quotes } = await answerer.answer({ text: question })
    const quote = quotePath(quotes[0]!)
    const torn = answerer.reports.find(({ id }) => id.startsWith('000'))!
    const states = [
      { name: 'quote-phone', path: quote, size: phone, scheme: 'light' },
      { name: 'search-phone', path: asked, size: phone, scheme: 'dark' },
      { name: 'quote-desktop', path: quote, size: desktop, scheme: 'light' },
      { name: 'original-desktop', path: `${reportPath(torn.id)}?view=original#L27`, size: desktop, scheme: 'dark' },
      { name: 'search-desktop', path: asked, size: desktop, scheme: 'light' },
      { name: 'search-desktop.en', path: inEnglish, size: desktop, scheme: 'light' },
    ] as const
    for (const { name, path, size, scheme } of states) {
      const context = await browser.newContext({ ...size, locale: 'zh-CN', colorScheme: scheme })
      const page = await context.newPage()
      await page.goto(url + path)
      await page.waitForLoadState('networkidle')
      const { size: bytes } = await sharp(await page.screenshot())
        .webp({ quality: 68, effort: 6 })
        .toFile(`${folder}/reader-${name}.webp`)
      console.log(`${folder}/reader-${name}.webp ${Math.ceil(bytes / 1024)} KB`)
      await context.close()
    }
  } finally {
    await close()
  }
  return 0
})
