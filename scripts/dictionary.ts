import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompress, gunzipSync } from 'node:zlib'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { cedictFile, entryOf } from '../src/languages/cedict.ts'

/**
 * `npm run dictionary -- FILE`: takes over another release of CC-CEDICT, as https://www.mdbg.net/chinese/dictionary?page=cc-cedict
 * offers it (`.txt.gz` or unpacked), once each of its lines was understood.
 */
await runCommand(async () => {
  const { positionals } = readCommandLine({})
  if (positionals.length !== 1) {
    console.error('expected one file, cedict_1_0_ts_utf-8_mdbg.txt.gz or .txt')
    return 1
  }
  const given = await readFile(positionals[0]!)
  const text = given.readUInt16BE(0) === 0x1f8b ? gunzipSync(given) : given
  let entries = 0
  for (const line of text.toString('utf8').split('\n')) if (entryOf(line)) entries++
  const packed = await promisify(brotliCompress)(text)
  await writeFile(cedictFile, packed)
  console.log(`${entries} entries, ${packed.length} bytes`)
  return 0
})
