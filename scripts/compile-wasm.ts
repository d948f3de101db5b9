import { readFile, writeFile } from 'node:fs/promises'
import wabt from 'wabt'

/** `npm run compile-wasm`: assembles src/search/dots.wat; a test compares the two. */
export async function assemble(path: URL): Promise<Uint8Array> {
  const { parseWat } = await wabt()
  const module = parseWat(path.pathname, await readFile(path, 'utf8'), { simd: true })
  return module.toBinary({}).buffer
}

const source = new URL('../src/search/dots.wat', import.meta.url)
if (import.meta.url === `file://${process.argv[1]}`) {
  await writeFile(new URL('../src/search/dots.wasm', import.meta.url), await assemble(source))
}
