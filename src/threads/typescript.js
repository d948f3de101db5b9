import { register } from 'node:module'

// A process or a thread imports this module first, so that the files it runs may be TypeScript.
//
// tsx would keep what it translated in a folder for temporary files, and run what it finds there: where others may write
// to that folder, they could plant code.
process.env.TSX_DISABLE_CACHE = '1'
const { register: registerTypeScript } = await import('tsx/esm/api')
registerTypeScript()
// Libraries are not handed to tsx, which would rewrite every module that imports another one dynamically: of
// transformers.js or pdf.js that takes twice as long as to load it.
register('./libraries.js', import.meta.url)
