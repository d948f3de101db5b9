import { register } from 'node:module'
import { register as registerTypeScript } from 'tsx/esm/api'

// What a thread or a process of its own imports first, so that the files it runs may be TypeScript. Libraries are not
// handed to tsx, which would rewrite every module that imports another one dynamically: of transformers.js or pdf.js
// that takes twice as long as to load it.
registerTypeScript()
register('./libraries.js', import.meta.url)
