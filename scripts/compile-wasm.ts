import { readFile, writeFile } from 'node:fs/promises'
import wabt from 'wabt'

/** `npm run compile-wasm`: assembles the kernels; tests compare them with their sources. */
export async function assemble(path: URL): Promise<Uint8Array> {
  const { parseWat } = await wabt()
  const module = parseWat(path.pathname, await readFile(path, 'utf8'), { simd: true })
  return module.toBinary({}).buffer
}

if (import.meta.url === `file://${process.argv[1]}`) {
  for (const name of ['search/ranking/dots', 'embeddings/tokens']) {
    const source = new URL(`../src/${name}.wat`, import.meta.url)
    await writeFile(new URL(`../src/${name}.wasm`, import.meta.url), await assemble(source))
  }
}
