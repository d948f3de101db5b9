import { setTimeout as wait } from 'node:timers/promises'
import { copyOf, realReports } from '../../support/indexedReports.ts'
import { connectQdrant, publishAll, settingsFor } from './publishing.ts'

/**
 * A process that publishes the real reports and one more, or what it is told to of them, and then removes what is old.
 * With `killAt` it kills itself at that request of its own: before it is sent, or some milliseconds after.
 */
export interface PublishChild {
  readonly urls: readonly string[]
  readonly name: string
  /** Which of the real reports. */
  readonly reports: readonly number[]
  /** Copies of those reports, too. */
  readonly copies: readonly number[]
  readonly meanLength: number
  /** 0 only counts the requests. */
  readonly killAt: number
  /** Negative to die before the request is sent. */
  readonly afterMs: number
}

export async function chosenReports({ reports, copies }: Pick<PublishChild, 'reports' | 'copies'>) {
  const real = await realReports()
  return [...reports.map((i) => real[i]!), ...copies.map((i) => copyOf(real[i]!, `copy${i}`))]
}

async function run(told: PublishChild): Promise<void> {
  let requests = 0
  const send = globalThis.fetch
  globalThis.fetch = async (...args) => {
    const isLast = ++requests === told.killAt
    if (isLast && told.afterMs < 0) process.kill(process.pid, 'SIGKILL')
    const answer = send(...args)
    if (!isLast) return answer
    await wait(told.afterMs)
    process.kill(process.pid, 'SIGKILL')
    return answer
  }
  const qdrant = connectQdrant(settingsFor(told.urls, told.name))
  const { meanLength } = told
  await publishAll(qdrant, await chosenReports(told), { meanLength })
  await qdrant.removeReplaced(0)
  process.stdout.write(`${requests}\n`)
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2]!) as PublishChild)
