import { createInterface } from 'node:readline'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'

/**
 * A process that claims keys in the given folder, one round after another, and prints `round key name` for each claim that it
 * won, and `round over`. As long as its input is open, a round begins with a line of it. Each key is claimed for one second of a clock that counts rounds, so that from the second
 * round on every claim is one of a key whose time is over. Between the claims it sets and appends.
 */
const [folder = '', name = '', rounds = '1', from = '0'] = process.argv.slice(2)
const keys = 20
/** So far apart that all processes see the keys of the round before as over. */
let round = Number(from)
const store = await openSharedFolder(folder, () => round * 10)
const starts = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
for (let count = 0; count < Number(rounds); count++, round++) {
  await starts.next()
  await Promise.all(
    Array.from({ length: keys }, async (_, index) => {
      // Each round has keys of its own and some that were claimed in the round before.
      const key = index % 2 === 0 ? `old/${index}` : `new/${round}-${index}`
      if (await store.claim(key, `${round} ${name}`, 5)) process.stdout.write(`${round} ${key} ${name}\n`)
      await store.set(`set/${index}`, `${name} ${'x'.repeat(2000)}`)
    }),
  )
  await store.append('list', { name, round })
  process.stdout.write(`${round} over\n`)
}
await store.close()
