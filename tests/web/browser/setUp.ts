import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch } from '../../support/browser.ts'

/** Undoes, when the tests of a suite are over, what was set up for all of them, the last first. */
export function setUp(): { after(clean: () => Promise<void>): void } {
  const cleaning: (() => Promise<void>)[] = []
  after(async () => {
    for (const clean of cleaning.reverse()) await clean()
  })
  return { after: (clean) => void cleaning.push(clean) }
}

let launched: Promise<Browser> | undefined
after(async () => (await launched)?.close())

/** The browser of all suites of this process. */
export function sharedBrowser(): Promise<Browser> {
  launched ??= launch()
  return launched
}
