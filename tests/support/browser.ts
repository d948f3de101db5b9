import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { patienceMs } from '../fakes/bot-api/waiters.ts'

/** The headless shell is Chromium without windows, which a test does not look at: its main process takes half of the time. */
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
]
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

/**
 * The browser keeps these ready where nobody sees them: a process for the next page, and two pages below the line of addresses of
 * each window. A third of its processor time went there.
 */
const unseen = ['SpareRendererForSitePerProcess', 'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']

export function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('there is no Chromium in PATH: apt-get install chromium-headless-shell')
  const args = [
    '--disable-gpu',
    `--disable-features=${unseen.join(',')}`,
    // The pages of a visitor's next visit are drawn by the same process, as starting one takes as long as several pages.
    '--renderer-process-limit=1',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]
  return chromium.launch({ executablePath, args, timeout: patienceMs })
}

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}
export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 860 } }

/** The pages that nobody uses, by what they were opened with. */
const unused = new WeakMap<Browser, Map<string, Page[]>>()
const openedWith = new WeakMap<Page, string>()

/**
 * Opens a page, as new as in a browser of its own, for somebody who gives it back with `forget`. A page that another one
 * gave back costs a third of a new one.
 * @param script runs before those of each page
 */
export async function openPage(browser: Browser, options: BrowserContextOptions, script = ''): Promise<Page> {
  const key = JSON.stringify([options, script])
  const page = unused.get(browser)?.get(key)?.pop()
  if (page && !page.isClosed()) return page
  const context = await browser.newContext({ locale: 'zh-CN', ...options })
  if (script) await context.addInitScript(script)
  const opened = await context.newPage()
  opened.setDefaultTimeout(patienceMs)
  openedWith.set(opened, key)
  return opened
}

/** Has a page forget all that was done there, and keeps it for the next one who opens such a page. */
export async function forget(page: Page): Promise<void> {
  for (const event of ['request', 'pageerror', 'console', 'dialog'] as const) page.removeAllListeners(event)
  await page.unrouteAll()
  await page.evaluate('sessionStorage.clear()')
  await page.goto('about:blank')
  const context = page.context()
  await context.clearCookies()
  const debug = await context.newCDPSession(page)
  await debug.send('Network.clearBrowserCache')
  await debug.send('Page.resetNavigationHistory')
  await debug.detach()
  const browser = context.browser()!
  const pages = unused.get(browser) ?? new Map<string, Page[]>()
  const key = openedWith.get(page)!
  unused.set(browser, pages.set(key, [...(pages.get(key) ?? []), page]))
}

export interface Visit {
  readonly page: Page
  /** Addresses asked for, in order. */
  readonly asked: readonly string[]
  /** Checks that nothing was asked of anybody else and the console told of no fault, and gives the page back. */
  leave(): Promise<void>
}

/** A visitor with a browser of its own. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = desktop): Promise<Visit> {
  const page = await openPage(browser, options)
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
      await forget(page)
    },
  }
}

let axe: string | undefined

/** What axe finds serious or worse, each with the elements it is about. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The policy of the page lets no other script in, so axe comes by the debugger, once for all that is asked of a page.
  axe ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }
    // Only what is shown of a finding is made.
    const shown = { resultTypes: ['violations'], selectors: false }
    const { violations } = await axe.run(rules ? { ...shown, runOnly: { type: 'rule', values: rules } } : shown)
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
