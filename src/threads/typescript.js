import { accessSync, constants, mkdirSync } from 'node:fs'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

// A process or a thread imports this module first, so that the files it runs may be TypeScript.
//
// tsx keeps its translations for the next start in the system's folder for temporary files, and runs what it finds there:
// where others may write to that folder, they could plant code. So it is given a folder among the packages, which only those
// may write to who may change the program as well. Without such a folder it keeps nothing.
const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))
const variable = process.platform === 'win32' ? 'TEMP' : 'TMPDIR'
const temporary = process.env[variable]
try {
  accessSync(packages, constants.W_OK)
  mkdirSync(`${packages}/.cache`, { recursive: true })
  process.env[variable] = `${packages}/.cache`
} catch {
  process.env.TSX_DISABLE_CACHE = '1'
}
const { register: registerTypeScript } = await import('tsx/esm/api')
registerTypeScript()
if (temporary === undefined) delete process.env[variable]
else process.env[variable] = temporary
// Libraries are not handed to tsx, which would rewrite every module that imports another one dynamically: of
// transformers.js or pdf.js that takes twice as long as to load it.
register('./libraries.js', import.meta.url)
