import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ReportError } from '../../errors.ts'
import type { ReadContext } from '../manuscript.ts'
import { damaged } from './faults.ts'

const programNames = ['soffice', 'libreoffice']
/** LibreOffice may take this share of a file's time; the rest is left to read what it wrote. */
const shareOfSeconds = 0.7
/**
 * A shell script that runs a program, and ends all processes that it started when the pipe to the parent process closes, as it
 * does when the parent is killed.
 */
const guard = '"$@" 3<&- & program=$!; { read -r _ <&3; kill -KILL 0; } & wait "$program"'
const settings = {
  'org.openoffice.Office.Common/Security/Scripting': {
    MacroSecurityLevel: 3,
    DisableMacrosExecution: true,
    DisableActiveContent: true,
    BlockUntrustedRefererLinks: true,
  },
  // Nothing listens at the discard port, so that nothing which a document links to is fetched.
  'org.openoffice.Inet/Settings': {
    ooInetProxyType: 1,
    ooInetHTTPProxyName: '127.0.0.1',
    ooInetHTTPProxyPort: 9,
    ooInetHTTPSProxyName: '127.0.0.1',
    ooInetHTTPSProxyPort: 9,
    ooInetFTPProxyName: '127.0.0.1',
    ooInetFTPProxyPort: 9,
  },
} as const

let found: Promise<string | null> | undefined

/** The path of LibreOffice; null where it is not installed. Later calls return what the first one found. */
export function officeProgram(): Promise<string | null> {
  found ??= findProgram(process.env.PATH ?? '')
  return found
}

/** Looks for LibreOffice. @param path folders as in the environment variable `PATH` */
export async function findProgram(path: string): Promise<string | null> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of programNames) {
      const program = join(folder, name)
      const isThere = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (isThere) return program
    }
  }
  return null
}

/**
 * Converts a presentation to ODP by LibreOffice, in a process and with a profile of its own that are gone afterwards. Macros do not
 * run, and nothing is fetched.
 * @param extension the document's, with its dot
 * @throws ReportError when LibreOffice takes too long, cannot read the document, or writes too large a file
 */
export async function convertToOdp(
  program: string,
  bytes: Uint8Array,
  extension: string,
  { file, limits }: ReadContext,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-office-'))
  try {
    const profile = join(folder, 'profile')
    await mkdir(join(profile, 'user'), { recursive: true })
    await writeFile(join(profile, 'user', 'registrymodifications.xcu'), profileSettings())
    const document = join(folder, `document${extension}`)
    await writeFile(document, bytes)
    const parameters = [
      `-env:UserInstallation=${pathToFileURL(profile).href}`,
      ...['--headless', '--norestore', '--nolockcheck', '--nodefault'],
      ...['--convert-to', 'odp:impress8', '--outdir', join(folder, 'converted'), document],
    ]
    const seconds = limits.seconds * shareOfSeconds
    const isInTime = await runWithin(program, parameters, seconds * 1000)
    if (!isInTime) throw tookTooLong(file, Math.ceil(seconds))
    const converted = join(folder, 'converted', 'document.odp')
    const size = await stat(converted).then(
      ({ size }) => size,
      () => 0,
    )
    if (size === 0) throw damaged(file, new Error('LibreOffice wrote no ODP'))
    if (size > limits.bytes) throw tooLarge(file, limits.bytes)
    return await readFile(converted)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Runs a program to its end. @returns false when it took longer and was ended, with all processes that it started */
function runWithin(program: string, parameters: readonly string[], timeoutMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // LibreOffice starts processes of its own, which end together as one group.
    const [command, ...all] = process.platform === 'win32' ? [program] : ['/bin/sh', '-c', guard, 'sh', program]
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const
    const child = spawn(command!, [...all, ...parameters], { stdio: [...stdio], detached: true })
    let isInTime = true
    const timer = setTimeout(() => {
      isInTime = false
      endGroup(child)
    }, timeoutMs)
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.on('exit', () => {
      clearTimeout(timer)
      child.stdio[3]?.destroy()
      resolve(isInTime)
    })
  })
}

function endGroup(child: ChildProcess): void {
  // Windows has no groups of processes.
  if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL')
  else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
}

function profileSettings(): string {
  const items = Object.entries(settings).flatMap(([path, values]) =>
    Object.entries(values).map(
      ([name, value]) =>
        `<item oor:path="/${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
    ),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">${items.join('')}</oor:items>`
}

function tookTooLong(file: string, seconds: number): ReportError {
  return new ReportError({
    zh: `${file}:LibreOffice 没能在 ${seconds} 秒内转换它,已放弃。请另存为 PDF,或调高 MAX_READ_SECONDS。`,
    en: `${file}: LibreOffice did not convert it within ${seconds} seconds, so it was given up. Save it as PDF, or raise MAX_READ_SECONDS.`,
  })
}

function tooLarge(file: string, maxBytes: number): ReportError {
  const limit = Math.round(maxBytes / 1024 / 1024)
  return new ReportError({
    zh: `${file}:转换成的文件超过 ${limit} MB。请把它拆成几个文件,或调高 MAX_FILE_MB。`,
    en: `${file}: the file that LibreOffice made of it is larger than ${limit} MB. Split it into several files, or raise MAX_FILE_MB.`,
  })
}
