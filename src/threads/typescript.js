import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { register } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle, hashOf, optionsKey, writeBundle } from './bundle.js'

/**
 * Imports a TypeScript program into this process or thread. Its translation is kept for the next start; where none can be
 * kept, hooks of Node translate each module when it is loaded.
 *
 * @param program the path of the program's file
 */
export async function importTypeScript(program) {
  process.setSourceMapsEnabled(true)
  const translation = await translationOf(program)
  if (translation === null) register('./translation.js', import.meta.url)
  return import(pathToFileURL(translation ?? program).href)
}

/** The path of the program's translation, made anew when a source has changed; null where none can be kept. */
export async function translationOf(program) {
  const cache = cacheFolder()
  if (cache === null) return null
  const name = hashOf(`${optionsKey}\n${program}`)
  const kept = keptTranslation(cache, name)
  if (kept && isCurrent(kept)) return kept.entry
  if (!isWritable(cache)) return null
  const folder = join(cache, `${name}-${randomUUID()}`)
  const translation = await bundle([program], folder)
  if (!keep(cache, name, folder, translation)) return null
  removeReplaced(cache, name, folder, kept?.folder)
  return translation.entries[0]
}

/**
 * The folder of translations with the packages at hand, which npm's list of them tells from others; null where they lie elsewhere.
 * It lies among the packages, which a translation finds from there, and whoever may write there may change the program anyway.
 */
function cacheFolder() {
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))
  try {
    const hash = hashOf(fs.readFileSync(`${packages}/.package-lock.json`))
    return `${packages}/.cache/wenju-${hash.slice(0, 16)}`
  } catch {
    return null
  }
}

function keptTranslation(cache, name) {
  try {
    return JSON.parse(fs.readFileSync(join(cache, `${name}.json`), 'utf8'))
  } catch {
    return null
  }
}

/**
 * True when no source was changed, and no file of the translation lost its content, as by a power cut. Every change of a file sets
 * its time of change, which takes less to look up than to read all sources.
 */
function isCurrent({ sources, files }) {
  const holds = ({ path, hash }) => hashOf(fs.readFileSync(path)) === hash
  try {
    return (
      sources.every((source) => fs.statSync(source.path).ctimeMs === source.ctimeMs || holds(source)) &&
      files.every(holds)
    )
  } catch {
    return false
  }
}

function isWritable(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true })
    fs.accessSync(folder, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Keeps a translation at once or not at all, as other processes read it meanwhile and a disk may be full. */
function keep(cache, name, folder, translation) {
  const { sources, entries } = translation
  const files = translation.files.map(({ path, contents }) => ({ path, hash: hashOf(contents) }))
  try {
    writeBundle(translation)
    fs.writeFileSync(`${folder}/record.json`, JSON.stringify({ folder, entry: entries[0], sources, files }))
    fs.renameSync(`${folder}/record.json`, join(cache, `${name}.json`))
    return true
  } catch {
    // The next start translates the program again.
    fs.rmSync(folder, { recursive: true, force: true })
    return false
  }
}

/** A translation that was replaced stays for this time, in milliseconds: a process that began with it may load more of it. */
const replacedMs = 24 * 3600 * 1000

function removeReplaced(cache, name, current, replaced) {
  const now = new Date()
  try {
    for (const entry of fs.readdirSync(cache)) {
      const folder = join(cache, entry)
      if (!entry.startsWith(`${name}-`) || folder === current) continue
      if (folder === replaced) fs.utimesSync(folder, now, now)
      else if (now - fs.statSync(folder).mtime > replacedMs) fs.rmSync(folder, { recursive: true, force: true })
    }
  } catch {
    // Another process removes them, too; the next translation removes what is left.
  }
}
