import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ReportError } from '../errors.ts'
import { serialized } from '../serialQueue.ts'
import { disableTelemetry } from '../telemetry.ts'
import { ChangedWhileReading, type ReportFile } from './file.ts'
import type { ReadLimits } from './manuscript.ts'
import type { Container, MembersLister } from './members.ts'
import type { ReadReply, ReadRequest, ReadResults } from './readingProcessMain.ts'
import type { Report } from './types.ts'

/**
 * Processes of their own that read reports, one at a time, in the order in which they are asked for. The files inside files are
 * listed and unpacked in a second process, which starts when it is first needed, as questions cannot wait for a long scan.
 * All throw a ReportError when the file cannot be used, or when reading it takes too long or too much memory or breaks the
 * process, which is then replaced.
 */
export interface ReadingProcess {
  /** @throws ChangedWhileReading when the file changed after it was listed */
  read(file: ReportFile): Promise<Report>
  /** Lists the reports inside a file. */
  readonly listMembers: MembersLister
  /** Unpacks the member at a path inside a file. */
  readMember(file: Container, member: string): Promise<Uint8Array>
  /** Ends the processes. */
  close(): void
}

const processFile = fileURLToPath(new URL('./readingProcessMain.ts', import.meta.url))
const typescript = new URL('../threads/typescript.js', import.meta.url).href
/** The memory of the process is measured at this interval. */
const memoryIntervalMs = 250
/** The heap gets this share of the process's memory; the libraries themselves and OCR's models need the rest. */
const heapShare = 0.75

export function startReadingProcess(limits: ReadLimits): ReadingProcess {
  const reports = startProcess(limits)
  const members = startProcess(limits)
  return {
    read: (file) => reports.ask({ kind: 'report', file, limits }),
    listMembers: (file) => members.ask({ kind: 'members', file, limits }),
    readMember: (file, member) => members.ask({ kind: 'member', file, member, limits }),
    close() {
      reports.close()
      members.close()
    },
  }
}

interface Process {
  ask<Kind extends ReadRequest['kind']>(request: ReadRequest & { readonly kind: Kind }): Promise<ReadResults[Kind]>
  close(): void
}

/** A process that answers requests one after the other; it starts with the first. */
function startProcess(limits: ReadLimits): Process {
  let child: ChildProcess | null = null
  /** The resident memory of the process after its last file. */
  let residentBytes = 0

  const start = (): ChildProcess => {
    const heap = Math.max(64, Math.floor(limits.memoryMb * heapShare))
    disableTelemetry()
    const started = fork(processFile, [], {
      execArgv: ['--import', typescript, `--max-old-space-size=${heap}`],
      env: withoutSecrets(process.env),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const forget = () => {
      if (child === started) child = null
    }
    for (const event of ['exit', 'disconnect', 'error'] as const) started.on(event, forget)
    return started
  }

  /** The running process; a new one where the running one kept so much memory that the next file would lack it. */
  const ready = (): ChildProcess => {
    if (child && residentBytes / 1024 ** 2 > limits.memoryMb / 2) {
      child.kill('SIGKILL')
      child = null
      residentBytes = 0
    }
    child ??= start()
    return child
  }

  const ask = async (request: ReadRequest): Promise<ReadResults[keyof ReadResults]> => {
    const { file } = request
    const before = child
    const process = ready()
    keepAlive(process, true)
    return new Promise((resolve, reject) => {
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
      // A process that had read other files may not have ended by this one, so it is tried again in a new process.
      // Writing to a process that was just killed fails (EPIPE) before its exit is reported.
      const tryAgainOr = (error: ReportError) => {
        if (process !== before) return giveUp(error)
        end(() => {
          process.kill('SIGKILL')
          resolve(ask(request))
        })
      }
      // V8 aborts the process when its heap is full, and C++ when there is no more memory.
      const onExit = (_: number | null, signal: string | null) =>
        tryAgainOr(signal === 'SIGABRT' ? tookTooMuch(file.file, limits.memoryMb) : brokeDown(file.file))
      const onError = (cause: Error) => tryAgainOr(brokeDown(file.file, cause))
      const deadline = setTimeout(() => giveUp(tookTooLong(file.file, limits.seconds)), limits.seconds * 1000)
      const watch = setInterval(async () => {
        if ((await residentMb(process)) > limits.memoryMb) giveUp(tookTooMuch(file.file, limits.memoryMb))
      }, memoryIntervalMs)
      process.on('exit', onExit)
      process.on('error', onError)
      process.on('message', (reply: ReadReply) => {
        if (reply.kind === 'page') {
          deadline.refresh()
          return
        }
        residentBytes = reply.residentBytes
        if (reply.kind === 'result') end(() => resolve(reply.result))
        else if (reply.kind === 'changed') end(() => reject(new ChangedWhileReading(file.file)))
        else if (reply.kind === 'fault') end(() => reject(new ReportError(reply.text)))
        else end(() => reject(brokeDown(file.file, new Error(reply.stack))))
      })
      process.send(request)
    })
  }

  return {
    ask: serialized(ask) as Process['ask'],
    close() {
      child?.kill('SIGKILL')
      child = null
    },
  }
}

/** Lets only a busy reading process keep this process from ending. */
function keepAlive(child: ChildProcess, isBusy: boolean): void {
  const hold = isBusy ? 'ref' : 'unref'
  child[hold]()
  child.channel?.[hold]()
}

/** The resident memory in megabytes, where the system tells it (Linux); else 0, and only the heap is limited. */
async function residentMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s*(\d+) kB$/mu.exec(status)?.[1] ?? 0) / 1024
}

/** The environment without tokens and without proxies, whose addresses hold passwords: strangers' files are read. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/TOKEN|SECRET|KEY|PASSWORD|PROXY/iu.test(name)),
  )
}

function tookTooLong(file: string, seconds: number): ReportError {
  return new ReportError({
    zh: `${file}:${seconds} 秒内没有读完一页,已放弃。请检查文件是否损坏,或把它拆小,或调高 MAX_READ_SECONDS。`,
    en: `${file}: not a page was read within ${seconds} seconds, so it was given up. Check whether the file is damaged, split it, or raise MAX_READ_SECONDS.`,
  })
}

function tookTooMuch(file: string, megabytes: number): ReportError {
  return new ReportError({
    zh: `${file}:读取它需要超过 ${megabytes} MB 内存,已放弃。请检查文件是否损坏,或把它拆小,或调高 MAX_READ_MEMORY_MB。`,
    en: `${file}: reading it took more than ${megabytes} MB of memory, so it was given up. Check whether the file is damaged, split it, or raise MAX_READ_MEMORY_MB.`,
  })
}

function brokeDown(file: string, cause?: Error): ReportError {
  const text = {
    zh: `${file}:读取时程序崩溃,文件很可能已损坏。请重新保存或另存为别的格式,或把它移出报告文件夹。`,
    en: `${file}: reading it broke the reading process; the file is probably damaged. Save it anew or in another format, or move it out of the reports folder.`,
  }
  return new ReportError(text, { cause })
}
