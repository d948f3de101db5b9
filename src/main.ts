import { readCommandLine, runCommand } from './commandLine.ts'
import { readConfig, secretsOf } from './config.ts'
import { createLog } from './log.ts'
import { startTexts } from './terminal/texts.ts'

/**
 * `npm start`: brings the index up to date, then answers in Telegram when there is a token and in the terminal when
 * there is none; on the reader's pages as well where a port is set. `npm start -- --check` says whether token, model and
 * index are in order.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({ check: { type: 'boolean', default: false } })
  const config = readConfig(environment)
  const { language, telegram, port } = config
  const log = createLog(config.logLevel, [...secretsOf(environment), telegram.webhook?.secret ?? ''])
  if (positionals.length > 0) process.stderr.write(`${startTexts[language].positionals(positionals.join(' '))}\n`)
  // The rest of the program is loaded only where it is needed, as loading takes longer than finding a setting at fault.
  if (values.check) return (await import('./check.ts')).check(config)
  const service = () => import('./service.ts')
  if (telegram.token) await (await service()).runTelegram(config, telegram.token, log)
  else if (port === undefined) return (await import('./terminalChat.ts')).runTerminal(config, log)
  else return (await service()).runPages(config, port, log)
  return 0
})
