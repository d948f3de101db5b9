import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The counts of the running bot, for `/status` and, where a port is set, `/metrics`. They hold nobody's words. */
export interface Metrics {
  readonly startedAt: Date
  answered(band: string, elapsedMs: number): void
  /** Counts a question that got no answer, or a message that was not delivered, by the reason: `busy`, `limit`, `defect`, … */
  counted(event: string): void
  /** Sets the number of updates that wait. @param isFull true when there is no room for more */
  waiting(count: number, isFull: boolean): void
  readonly isBusy: boolean
  summary(): Promise<MetricsSummary>
  /** In Prometheus' text format. */
  text(): Promise<string>
}

export interface MetricsSummary {
  readonly answers: Readonly<Record<string, number>>
  readonly events: Readonly<Record<string, number>>
  readonly waiting: number
  /** Quantiles over the latest answers; null before the first. */
  readonly medianMs: number | null
  readonly p99Ms: number | null
}

/** The number of latest answers that the quantiles are over. */
const maxLatencies = 1000

/** Creates metrics of their own, as tests run several bots in one process. */
export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  collectDefaultMetrics({ register: registry, prefix: 'wenju_' })
  const answers = new Counter({
    name: 'wenju_answers_total',
    help: 'Questions answered, by band',
    labelNames: ['band'],
    registers,
  })
  const events = new Counter({
    name: 'wenju_events_total',
    help: 'What else happened',
    labelNames: ['event'],
    registers,
  })
  const queue = new Gauge({ name: 'wenju_updates_waiting', help: 'Updates taken and not yet handled', registers })
  const seconds = new Histogram({
    name: 'wenju_answer_seconds',
    help: 'Time to find an answer',
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers,
  })
  const latest: number[] = []
  let taken = 0
  let waiting = 0
  let isBusy = false
  const counts = async (counter: Counter) => {
    const { values } = await counter.get()
    return Object.fromEntries(values.map(({ labels, value }) => [String(Object.values(labels)[0]), value]))
  }
  return {
    startedAt: new Date(),
    answered(band, elapsedMs) {
      answers.inc({ band })
      seconds.observe(elapsedMs / 1000)
      latest[taken++ % maxLatencies] = elapsedMs
    },
    counted: (event) => events.inc({ event }),
    get isBusy() {
      return isBusy
    },
    waiting(count, isFull) {
      waiting = count
      isBusy = isFull
      queue.set(count)
    },
    async summary() {
      const sorted = [...latest].sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
      return {
        answers: await counts(answers),
        events: await counts(events),
        waiting,
        medianMs: at(0.5),
        p99Ms: at(0.99),
      }
    },
    text: () => registry.metrics(),
  }
}
