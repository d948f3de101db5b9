import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ChangedWhileReading, ReportError } from '../errors.ts'
import { serialized } from '../serialQueue.ts'
import { disableTelemetry } from '../telemetry.ts'
import type { ReadLimits } from './manuscript.ts'
import type { Reply } from './servedRequests.ts'

/** A process of its own for files of strangers, which carries out requests one at a time, in the order in which they come. */
interface BoundedProcess<Request, Result> {
  /**
   * @param file the file's path as people know it, for faults
   * @throws ReportError when the file cannot be used, or takes too long or too much memory or breaks the process, which is then
   *   replaced, or when the process does not start
   * @throws ChangedWhileReading when the file changed after it was listed
   */
  run(request: Request, file: string): Promise<Result>
  /** Ends the process for good; requests that run, wait or come later are rejected with an Error. */
  close(): void
}

const runner = fileURLToPath(new URL('../threads/run.js', import.meta.url))
/** The process has this time to start, also on a busy machine; only then does the time of the file begin. */
const startMs = 300_000
/** The memory of the process is measured at this interval. */
const memoryIntervalMs = 250
/** The heap gets this share of the process's memory; the libraries themselves and OCR's models need the rest. */
const heapShare = 0.75

/**
 * The process starts with the first request.
 * @param program a TypeScript file that calls `serveRequests`
 * @param idleMs the time without a request after which the process ends, and the next request starts another one; by default the
 *   process stays
 */
export function boundedProcess<Request extends object, Result>(
  program: URL,
  limits: ReadLimits,
  idleMs?: number,
): BoundedProcess<Request, Result> {
  let child: ChildProcess | null = null
  let isClosed = false
  /** The requests that run or wait. */
  let pending = 0
  let idle: NodeJS.Timeout | undefined
  /** The resident memory of the process after its last file. */
  let residentBytes = 0

  const start = (): ChildProcess => {
    const started = startProgram(program, limits)
    const forget = () => {
      if (child === started) child = null
    }
    for (const event of ['exit', 'disconnect', 'error'] as const) started.on(event, forget)
    return started
  }

  const stop = () => {
    child?.kill('SIGKILL')
    child = null
  }

  /** The running process; a new one where the running one kept so much memory that the next file would lack it. */
  const ready = (): ChildProcess => {
    if (child && residentBytes / 1024 ** 2 > limits.memoryMb / 2) {
      stop()
      residentBytes = 0
    }
    child ??= start()
    return child
  }

  const run = async (request: Request, file: string): Promise<Result> => {
    if (isClosed) throw new Error(`${file}: given up, as the process was closed`)
    const before = child
    const process = ready()
    keepAlive(process, true)
    return new Promise<Result>((resolve, reject) => {
      let isOver = false
      const end = (act: () => void) => {
        if (isOver) return
        isOver = true
        clearTimeout(deadline)
        clearInterval(watch)
        process.removeAllListeners('message')
        process.off('exit', onExit)
        process.off('error', onError)
        keepAlive(process, false)
        act()
      }
      const giveUp = (error: ReportError) =>
        end(() => {
          if (child === process) child = null
          process.kill('SIGKILL')
          reject(error)
        })
      // If the process had read other files before, this file may not be what ended it, so it is tried once more in a new process.
      // Writing to a process that was just killed fails (EPIPE) before its exit is reported.
      const tryAgainOr = (error: ReportError) => {
        if (process !== before && !isClosed) return giveUp(error)
        end(() => {
          process.kill('SIGKILL')
          resolve(run(request, file))
        })
      }
      // V8 aborts the process when its heap is full, and C++ when there is no more memory.
      const onExit = (_: number | null, signal: string | null) =>
        tryAgainOr(signal === 'SIGABRT' ? tookTooMuch(file, limits.memoryMb) : brokeDown(file))
      const onError = (cause: Error) => tryAgainOr(brokeDown(file, cause))
      const deadlineForPart = () => setTimeout(() => giveUp(tookTooLong(file, limits.seconds)), limits.seconds * 1000)
      const deadlineForStart = () => setTimeout(() => giveUp(didNotStart(file)), startMs)
      let deadline = process === before ? deadlineForPart() : deadlineForStart()
      const watch = setInterval(async () => {
        if ((await residentMb(process)) > limits.memoryMb) giveUp(tookTooMuch(file, limits.memoryMb))
      }, memoryIntervalMs)
      process.on('exit', onExit)
      process.on('error', onError)
      process.on('message', (reply: Reply<Result>) => {
        if (reply.kind === 'part') {
          clearTimeout(deadline)
          deadline = deadlineForPart()
          return
        }
        residentBytes = reply.residentBytes
        if (reply.kind === 'done') end(() => resolve(reply.result))
        else if (reply.kind === 'changed') end(() => reject(new ChangedWhileReading(file)))
        else if (reply.kind === 'fault') end(() => reject(new ReportError(reply.text)))
        else end(() => reject(brokeDown(file, new Error(reply.stack))))
      })
      process.send(request)
    })
  }

  const inTurn = serialized(run)
  return {
    async run(request, file) {
      clearTimeout(idle)
      pending++
      try {
        return await inTurn(request, file)
      } finally {
        pending--
        if (pending === 0 && idleMs !== undefined) idle = setTimeout(stop, idleMs).unref()
      }
    },
    close() {
      isClosed = true
      clearTimeout(idle)
      stop()
    },
  }
}

/** Starts a program as a child process, which gets no secrets and a bounded heap. */
function startProgram(program: URL, { memoryMb }: ReadLimits): ChildProcess {
  const heap = Math.max(64, Math.floor(memoryMb * heapShare))
  disableTelemetry()
  return fork(runner, [fileURLToPath(program)], {
    execArgv: [`--max-old-space-size=${heap}`],
    env: withoutSecrets(process.env),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

/** Lets only a busy reading process keep this process from ending. */
function keepAlive(child: ChildProcess, isBusy: boolean): void {
  if (isBusy) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
}

/** The resident memory in megabytes, where the system tells it (Linux); else 0, and only the heap is limited. */
async function residentMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s*(\d+) kB$/mu.exec(status)?.[1] ?? 0) / 1024
}

/** The environment without tokens and without proxies, whose addresses hold passwords: the process reads files of strangers. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/TOKEN|SECRET|KEY|PASSWORD|PROXY/iu.test(name)),
  )
}

function didNotStart(file: string): ReportError {
  const seconds = startMs / 1000
  return new ReportError({
    zh: `${file}:处理文件的进程 ${seconds} 秒内没有启动,未能读取;原因不在文件。请检查机器是否过忙或内存不足,然后重新启动程序。`,
    en: `${file}: expected the process that handles files to start within ${seconds} seconds, but it did not; the file is not to blame. Check whether the machine is too busy or short of memory, then restart the program.`,
  })
}

function tookTooLong(file: string, seconds: number): ReportError {
  return new ReportError({
    zh: `${file}:${seconds} 秒内没有读完一页或其中的一个文件,已放弃。请检查文件是否损坏,或把它拆小,或调高 MAX_READ_SECONDS。`,
    en: `${file}: neither a page nor a file inside it was read within ${seconds} seconds, so it was given up. Check whether the file is damaged, split it, or raise MAX_READ_SECONDS.`,
  })
}

function tookTooMuch(file: string, megabytes: number): ReportError {
  return new ReportError({
    zh: `${file}:读取它需要超过 ${megabytes} MB 内存,已放弃。请检查文件是否损坏,或把它拆小,或调高 MAX_READ_MEMORY_MB。`,
    en: `${file}: reading it took more than ${megabytes} MB of memory, so it was given up. Check whether the file is damaged, split it, or raise MAX_READ_MEMORY_MB.`,
  })
}

function brokeDown(file: string, cause?: Error): ReportError {
  return new ReportError(
    {
      zh: `${file}:读取时程序崩溃,文件很可能已损坏。请重新保存或另存为别的格式,或把它移出报告文件夹。`,
      en: `${file}: reading it broke the reading process; the file is probably damaged. Save it anew or in another format, or move it out of the reports folder.`,
    },
    { cause },
  )
}
