import { runCommand } from '../../src/commandLine.ts'
import { startLibrary } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'

/** A process that starts the library as the bot does, says how many passages it answers from, and ends. */
await runCommand(async (environment) => {
  const { library, close } = await startLibrary(readConfig(environment), createLog('info'))
  process.stdout.write(`${library.status.passages} passages\n`)
  await close()
  return 0
})
