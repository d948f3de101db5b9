import type { Language } from '../errors.ts'

/** The progress of reading files, or of embedding passages. */
export interface Progress {
  readonly stage: 'reading' | 'embedding'
  readonly done: number
  readonly total: number
}

const barColumns = 24
/** Reading is shown only when it takes longer than this. */
const quietReadingMs = 2000
/** Without a terminal a line is written after each tenth of the work. */
const plainSteps = 10

/**
 * Creates a display of the progress of indexing: on a terminal one line that redraws itself with bar, rate and time
 * left; elsewhere plain lines.
 * @param now returns milliseconds of a steady clock
 * @returns a function that takes each progress report
 */
export function progressDisplay(
  output: { readonly isTTY?: boolean; write(text: string): unknown },
  language: Language,
  now: () => number = () => performance.now(),
): (progress: Progress) => void {
  let begin = now()
  let stageNow: Progress['stage'] | null = null
  let lastStep = 0
  return ({ stage, done, total }) => {
    if (total === 0) return
    if (stage !== stageNow) {
      // The first stage began when the display was made.
      if (stageNow !== null) begin = now()
      stageNow = stage
      lastStep = 0
    }
    const seconds = Math.max(0.001, (now() - begin) / 1000)
    if (stage === 'reading' && seconds * 1000 < quietReadingMs) return
    const text = line(stage, done, total, done / seconds, language)
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

function line(stage: Progress['stage'], done: number, total: number, rate: number, language: Language): string {
  if (language === 'zh') {
    const left = done === 0 ? '' : `还需 ${time((total - done) / rate)}`
    if (stage === 'reading') return `读取文件 ${done}/${total} 份${left && `,${left}`}`
    return `建立索引 ${done}/${total} 段${left && `,每秒 ${rate.toFixed(0)} 段,${left}`}`
  }
  const left = done === 0 ? '' : `${time((total - done) / rate)} left`
  if (stage === 'reading') return `Reading ${done}/${total} files${left && `, ${left}`}`
  return `Indexing ${done}/${total} passages${left && `, ${rate.toFixed(0)} a second, ${left}`}`
}

function time(seconds: number): string {
  const whole = Math.ceil(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
