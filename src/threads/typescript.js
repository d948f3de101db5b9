import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

// A process or a thread imports this module first, so that the files it runs may be TypeScript.
process.setSourceMapsEnabled(true)
register('./translation.js', import.meta.url, { data: { folder: openFolder() } })

/**
 * The folder that keeps translations for the next start; null where it may not be written to. It lies among the packages, as the
 * program runs what it finds there: whoever may write there may change the program as well.
 */
function openFolder() {
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))
  try {
    const { version } = JSON.parse(readFileSync(`${packages}/esbuild/package.json`, 'utf8'))
    const folder = `${packages}/.cache/wenju-esbuild-${version}`
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return null
  }
}
