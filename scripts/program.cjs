'use strict'

const { resolve } = require('node:path')

// Runs the program that `launcher.cjs` was given, in this process, as if Node had been started with it. Its path is relative
// to the project's folder.

// The system does not kill process 1 of a container for a signal that it does not listen to, so this listens from the
// beginning, and as `runCommand` does: until the program has a listener of its own.
const endAtSignal = (signal, number) => process.listenerCount(signal) === 1 && process.exit(128 + number)
process.on('SIGINT', endAtSignal).on('SIGTERM', endAtSignal)

process.argv.splice(1, 2, resolve(__dirname, '..', process.argv[2]))
import('../src/threads/typescript.js')
  .then(({ importTypeScript }) => importTypeScript(process.argv[1]))
  .catch(async (error) => {
    // Errors of the program itself do not come here, as `runCommand` tells them.
    const { installationFault } = await import('../src/installation.js')
    const fault = installationFault(error)
    console.error(fault ? `${fault.zh} ${fault.en}` : error)
    process.exitCode = fault ? 1 : 2
  })
