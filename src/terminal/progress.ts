import type { Language } from '../errors.ts'

/** Work done so far, in whatever unit. */
export interface Progress {
  readonly done: number
  readonly total: number
}

const barColumns = 24
/** Without a terminal a line is written at every tenth of the work. */
const plainSteps = 10

/**
 * Shows how indexing goes: on a terminal one line that redraws itself with bar, rate and time left; elsewhere plain
 * lines. The function returned takes each progress report.
 *
 * @param now milliseconds of a steady clock
 */
export function progressDisplay(
  output: { readonly isTTY?: boolean; write(text: string): unknown },
  language: Language,
  now: () => number = () => performance.now(),
): (progress: Progress) => void {
  const begin = now()
  let lastStep = 0
  return ({ done, total }) => {
    if (total === 0) return
    const seconds = Math.max(0.001, (now() - begin) / 1000)
    const rate = done / seconds
    const text = line(done, total, rate, language)
    if (output.isTTY) {
      const filled = Math.round((done / total) * barColumns)
      output.write(
        `\r${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)} ${text}\u001b[K${done === total ? '\n' : ''}`,
      )
      return
    }
    const step = Math.floor((done / total) * plainSteps)
    if (step > lastStep || (done === 0 && lastStep === 0)) output.write(`${text}\n`)
    lastStep = step
  }
}

function line(done: number, total: number, rate: number, language: Language): string {
  if (language === 'zh') {
    const left = done === 0 ? '' : `,每秒 ${rate.toFixed(0)} 段,还需 ${time((total - done) / rate)}`
    return `建立索引 ${done}/${total} 段${left}`
  }
  const left = done === 0 ? '' : `, ${rate.toFixed(0)} a second, ${time((total - done) / rate)} left`
  return `Indexing ${done}/${total} passages${left}`
}

function time(seconds: number): string {
  const whole = Math.ceil(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
