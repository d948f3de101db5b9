import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch } from '../../support/browser.ts'
import { filesOfFiveReports, type PageStage, pageStage } from '../../support/webPages.ts'

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

let staged: Promise<PageStage> | undefined
const forAll = setUp()

/** The pages of the five reports for all suites of this process, with the bot that they name. */
export function fiveReportsStage(): Promise<PageStage> {
  staged ??= filesOfFiveReports().then((files) => pageStage(forAll, files, { botUsername: () => 'wenju_bot' }))
  return staged
}

/** The browser of all suites of this process. */
export function sharedBrowser(): Promise<Browser> {
  launched ??= launch()
  return launched
}
