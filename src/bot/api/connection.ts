import type { Bilingual, Language } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { ProxyServer } from '../../network/proxy.ts'
import { type Clock, createClock } from './clock.ts'
import { outageText } from './outageTexts.ts'
import { createReachability, type Reachability } from './reachability.ts'
import { createTransport, type Transport } from './transport.ts'

export interface ConnectionSettings {
  readonly apiRoot: string
  readonly proxy: ProxyServer | null
  /** The language of log lines about outages. */
  readonly language: Language
  readonly log: Log
}

/** A connection is the way to Telegram, with its outages and Telegram's clock. */
export interface Connection extends Transport {
  readonly reachability: Reachability
  readonly clock: Clock
  /** The text for people that says why calls do not reach Telegram; null while they do. */
  readonly trouble: Bilingual | null
}

const again: Bilingual = { zh: '会一直重试。', en: ' It is tried again until it works.' }
const recovered: Bilingual = { zh: '又能连上 Telegram 了', en: 'Telegram can be reached again' }

/** Creates a connection that opens nothing before the first call. Outages, their causes and their ends are logged. */
export function createConnection({ apiRoot, proxy, language, log }: ConnectionSettings): Connection {
  const clock = createClock((text) => log.warn(text[language]))
  const reachability = createReachability({
    onFault: (fault) => log.warn(`${outageText(apiRoot, proxy, fault)[language]}${again[language]}`),
    onRecovery: () => log.info(recovered[language]),
  })
  return {
    ...createTransport(apiRoot, proxy, clock.set),
    reachability,
    clock,
    get trouble() {
      return reachability.fault && outageText(apiRoot, proxy, reachability.fault)
    },
  }
}
