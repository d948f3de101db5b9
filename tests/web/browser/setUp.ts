import { after } from 'node:test'

/** Undoes, when the tests of a suite are over, what was set up for all of them, the last first. */
export function setUp(): { after(clean: () => Promise<void>): void } {
  const cleaning: (() => Promise<void>)[] = []
  after(async () => {
    for (const clean of cleaning.reverse()) await clean()
  })
  return { after: (clean) => void cleaning.push(clean) }
}
