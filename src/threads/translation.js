import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @type {string | null} the folder that keeps translations for the next start; null where there is none */
let folder

/** Takes over what `typescript.js` found out (a hook of Node's `module.register`). */
export function initialize(data) {
  folder = data.folder
}

/** Loads a module of ours as JavaScript, and any other as it is (a hook of Node's `module.register`). */
export async function load(url, context, next) {
  if (!/^file:.*\.ts(?:[?#]|$)/u.test(url)) return next(url, context)
  return { format: 'module', source: await translate(fileURLToPath(url)), shortCircuit: true }
}

const options = { loader: 'ts', format: 'esm', target: 'node20.19', sourcemap: 'inline', sourcesContent: false }

/** The file as JavaScript. Translations are kept by content and options, so none is ever stale. */
async function translate(path) {
  const source = readFileSync(path, 'utf8')
  if (folder === null) return transform(source, path)
  // The name of a file is a part of its translation, for stacks.
  const kept = `${folder}/${createHash('sha256')
    .update(`${JSON.stringify(options)}\n${basename(path)}\n${source}`)
    .digest('hex')}.js`
  const before = whole(kept)
  if (before !== null) return before
  const code = await transform(source, path)
  keep(kept, code)
  return code
}

/** The translation in a file; null where there is none, or only a part of one, as a power cut leaves behind. */
function whole(path) {
  try {
    const code = readFileSync(path, 'utf8')
    // Each translation ends with its map, also that of a file of types alone.
    return code.includes('//# sourceMappingURL=') ? code : null
  } catch {
    return null
  }
}

async function transform(source, path) {
  // The library takes a while to load, and is needed once after each change of the program.
  const { transform } = await import('esbuild')
  return (await transform(source, { ...options, sourcefile: basename(path) })).code
}

/** Keeps a translation at once or not at all: other processes read it meanwhile, and a disk may be full. */
function keep(path, code) {
  const temporary = `${path}.${randomUUID()}`
  try {
    writeFileSync(temporary, code)
    renameSync(temporary, path)
  } catch {
    // The next start translates the file again.
  }
}
