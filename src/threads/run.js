import { resolve } from 'node:path'
import { importTypeScript } from './typescript.js'

// `node run.js PROGRAM …` runs a TypeScript program as if Node had been started with it.
process.argv.splice(1, 2, resolve(process.argv[2]))
await importTypeScript(process.argv[1])
