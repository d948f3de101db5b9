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

/** The file as JavaScript. Translations are kept by content, so none is ever stale. */
async function translate(path) {
  const source = readFileSync(path, 'utf8')
  if (folder === null) return transform(source, path)
  // The name of a file is a part of its translation, for stacks.
  const kept = `${folder}/${createHash('sha256')
    .update(`${basename(path)}\n${source}`)
    .digest('hex')}.js`
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    const code = await transform(source, path)
    keep(kept, code)
    return code
  }
}

async function transform(source, path) {
  // The library takes a while to load, and is needed once after each change of the program.
  const { transform } = await import('esbuild')
  const options = { loader: 'ts', format: 'esm', target: 'node20.19', sourcefile: basename(path) }
  return (await transform(source, { ...options, sourcemap: 'inline', sourcesContent: false })).code
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
