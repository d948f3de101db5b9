import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { readConverted } from '../../../src/reports/formats/converted.ts'
import { formatOf } from '../../../src/reports/formats/detection.ts'
import { convertToOdp, findProgram, officeProgram } from '../../../src/reports/formats/officeProgram.ts'
import { reading } from '../../fixtures/office.ts'
import { typescript } from '../../support/typescript.ts'

const slides = new URL('../../fixtures/slides.fodp', import.meta.url)
const converting = fileURLToPath(new URL('convertingChild.ts', import.meta.url))
const slow = { ...reading, limits: { ...reading.limits, seconds: 300 } }

/** The path of LibreOffice; a test that lacks it is left out, and fails where CI must have it. */
async function programFor(context: TestContext): Promise<string | null> {
  const program = await officeProgram()
  if (program === null) {
    assert.ok(!process.env.CI, 'expected soffice on PATH: install libreoffice-impress-nogui')
    context.skip('soffice is not installed')
  }
  return program
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-converted-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, maxRetries: 3 })
  }
}

const leftFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('wenju-office-')).length

test('an old presentation is read by LibreOffice, slide by slide, and nothing is left behind', async (context) => {
  const program = await programFor(context)
  if (program === null) return
  const bytes = await inFolder(async (folder) => {
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`
    const parameters = ['--headless', '--convert-to', 'ppt:MS PowerPoint 97', '--outdir', folder, slides.pathname]
    await promisify(execFile)(program, [profile, ...parameters])
    return readFile(join(folder, 'slides.ppt'))
  })
  assert.equal(formatOf('a.dps', bytes), 'oldSlides')
  const before = await leftFolders()
  const { text, pages, notes } = await readConverted(bytes, { ...slow, file: 'a.ppt' })
  assert.deepEqual(text.split(/[\n\f]/u), [
    '青石镇2023年工作报告',
    '镇里修好了三座百年老桥，投资1.5亿元。',
    'Nine towers remain to be painted.',
  ])
  assert.equal(pages.length, 2)
  assert.match(notes[0]!.en, /LibreOffice/u)
  assert.equal(await leftFolders(), before)
})

test('nothing that a document links to is fetched', async (context) => {
  const program = await programFor(context)
  if (program === null) return
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const linked = `<draw:frame svg:x="1cm" svg:y="1cm" svg:width="5cm" svg:height="5cm"><draw:image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://127.0.0.1:${port}/a.png" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame></draw:page>`
    const source = (await readFile(slides, 'utf8')).replace('</draw:page>', linked)
    const odp = await convertToOdp(program, Buffer.from(source), '.fodp', slow)
    assert.equal(formatOf('a', odp), 'presentation')
    assert.equal(requests, 0)
  } finally {
    server.close()
  }
})

/**
 * A stand-in for LibreOffice that never ends, nor does a process that it starts.
 * @returns its path, and a pipe that both hold open: it says when they run, and ends when both did
 */
async function endless(folder: string) {
  const [program, pipe] = [join(folder, 'soffice'), join(folder, 'pipe')]
  await promisify(execFile)('mkfifo', [pipe])
  await writeFile(program, `#!/bin/sh\nexec 9>'${pipe}'\nsleep 600 &\necho runs >&9\nwait\n`)
  await chmod(program, 0o755)
  return { program, held: createReadStream(pipe) }
}

test('a conversion that takes too long is ended with all its processes', { timeout: 60_000 }, () =>
  inFolder(async (folder) => {
    const { program, held } = await endless(folder)
    assert.equal(await findProgram(`/nowhere:${folder}`), program)
    const hasty = { ...reading, limits: { ...reading.limits, seconds: 0.5 } }
    const ended = once(held.resume(), 'end')
    await assert.rejects(convertToOdp(program, Buffer.from('x'), '.ppt', hasty), /LibreOffice did not convert it/u)
    await ended
  }),
)

test('a conversion ends with the process that started it, also where that is killed', { timeout: 60_000 }, () =>
  inFolder(async (folder) => {
    const { program, held } = await endless(folder)
    const env = { ...process.env, TMPDIR: folder }
    const parent = spawn(process.execPath, [...typescript, converting, program], { stdio: 'ignore', env })
    assert.equal(String(await once(held, 'data')), 'runs\n')
    const ended = once(held, 'end')
    parent.kill('SIGKILL')
    await ended
  }),
)

test('a document that LibreOffice cannot read is damaged, and without LibreOffice the advice names it', () =>
  inFolder(async (folder) => {
    const program = join(folder, 'libreoffice')
    await writeFile(program, '#!/bin/sh\nexit 1\n')
    await chmod(program, 0o755)
    await assert.rejects(convertToOdp(program, Buffer.from('x'), '.ppt', reading), /damaged/u)
    assert.equal(await findProgram('/nowhere'), null)
  }))
