import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { patienceMs } from '../fakes/bot-api/waiters.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome'],
  ...['/Applications/Chromium.app/Contents/MacOS', '/Applications/Google Chrome.app/Contents/MacOS'],
]

/** A Chromium on this machine; null for none. */
export function findChromium(): string | null {
  const all = folders.flatMap((folder) => [...names, 'Chromium', 'Google Chrome'].map((name) => join(folder, name)))
  return all.find((path) => existsSync(path)) ?? null
}

/** Why tests in a browser are left out; in CI they never are. */
export const noBrowser = findChromium() === null && !process.env.CI ? 'there is no Chromium on this machine' : false

export function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('there is no Chromium in PATH: apt-get install chromium')
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
  return chromium.launch({ executablePath, args, timeout: patienceMs })
}

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}
export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 860 } }

export interface Visit {
  readonly page: Page
  /** Addresses asked for, in order. */
  readonly asked: readonly string[]
  /** Checks that nothing was asked of anybody else and the console told of no fault, and closes the page. */
  leave(): Promise<void>
}

/** A visitor with a browser of its own. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = desktop): Promise<Visit> {
  const context = await browser.newContext({ locale: 'zh-CN', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const asked: string[] = []
  const faults: string[] = []
  page.on('request', (request) => void asked.push(request.url()))
  page.on('pageerror', (error) => void faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
  })
  await page.goto(url)
  return {
    page,
    asked,
    async leave() {
      const { origin } = new URL(url)
      assert.deepEqual(faults, [])
      assert.deepEqual(
        asked.filter((address) => new URL(address).origin !== origin),
        [],
      )
      await context.close()
    },
  }
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds serious or worse, each with the elements it is about. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The policy of the page lets no other script in, so axe comes by the debugger.
  const { readFile } = await import('node:fs/promises')
  await page.evaluate(await readFile(axePath, 'utf8'))
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }
    const { violations } = await axe.run(rules ? { runOnly: { type: 'rule', values: rules } } : {})
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  }, rules)
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}
