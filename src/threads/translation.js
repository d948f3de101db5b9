import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Loads a module of ours as JavaScript, and any other as it is (a hook of Node's `module.register`). */
export async function load(url, context, next) {
  if (!/^file:.*\.ts(?:[?#]|$)/u.test(url)) return next(url, context)
  // The library takes a while to load, and is needed only where no translation of the whole program can be kept.
  const { transform } = await import('esbuild')
  const path = fileURLToPath(url)
  const options = { loader: 'ts', format: 'esm', target: 'node20.19', sourcemap: 'inline', sourcesContent: false }
  const { code } = await transform(readFileSync(path, 'utf8'), { ...options, sourcefile: basename(path) })
  return { format: 'module', source: code, shortCircuit: true }
}
