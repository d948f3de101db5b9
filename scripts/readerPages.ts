import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Browser } from 'playwright-core'
import { buildAndCompact, openAnswerer, openDependencies } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import type { IndexAnswerer } from '../src/library/indexAnswerer.ts'
import { createLog } from '../src/log.ts'
import { createPhotographer } from '../src/photograph/photographer.ts'
import { originalsIn } from '../src/reports/originals.ts'
import { createRoutes } from '../src/web/routes.ts'
import { launch } from '../tests/support/browser.ts'

/** The reader's pages on a free port of this machine, and a browser to look at them. */
export interface ReaderStage {
  readonly url: string
  readonly answerer: IndexAnswerer
  readonly browser: Browser
  close(): Promise<void>
}

/** Serves the pages over the index that the environment names, brought up to date. */
export async function openReaderStage(environment: NodeJS.ProcessEnv): Promise<ReaderStage> {
  const config = readConfig(environment)
  const parts = await openDependencies(config)
  await buildAndCompact(parts)
  const answerer = await openAnswerer(config, parts)
  const originals = originalsIn(config.reportsFolder)
  const photographer = createPhotographer({ answerer, originals, limits: config.limits })
  const app = createRoutes({
    answerer,
    originals,
    photographer,
    language: 'zh',
    log: createLog('error'),
    botUsername: () => 'wenju_bot',
  })
  const server = createServer(getRequestListener(app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await launch()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answerer,
    browser,
    async close() {
      await browser.close()
      photographer.close()
      server.closeAllConnections()
      server.close()
      await parts.embedder.dispose()
    },
  }
}
