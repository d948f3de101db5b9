import { openJournal } from '../../src/state/journal.ts'

/**
 * A process that sets keys in the given folder until it is killed, several at once, and prints `key value` after each that
 * was reported as kept. Values count up from the given number; the few keys come again and again, so that the journal
 * is also rewritten.
 */
const [folder = '', first = '0'] = process.argv.slice(2)
const keys = 40
const journal = await openJournal(folder)
for (let value = Number(first); ; value += keys) {
  const sets = Array.from({ length: keys }, async (_, index) => {
    await journal.set(`key/${index}`, String(value + index))
    process.stdout.write(`key/${index} ${value + index}\n`)
  })
  await Promise.all(sets)
}
