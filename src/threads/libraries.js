import { readFile } from 'node:fs/promises'

/** Loads a library's module as it is (a hook of Node's `module.register`). */
export async function load(url, context, next) {
  if (context.format !== 'module' || !/^file:.*\/node_modules\/.*\.m?js$/u.test(url)) return next(url, context)
  return { format: 'module', source: await readFile(new URL(url)), shortCircuit: true }
}
