import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { newspaper, pictureOf } from '../fixtures/documents.ts'
import { networkNamespace } from '../fixtures/namespace.ts'
import { ending } from '../indexes/buildProcess.ts'
import { freePort } from '../support/ports.ts'
import { autumn, put, workshop } from '../support/testIndex.ts'
import { typescript } from '../support/typescript.ts'
import { type Observed, ownName, type Setup } from './silence.ts'

const program = fileURLToPath(new URL('silence.ts', import.meta.url))

test('the bot, commands and the reading process talk to the Bot API alone and leave no file elsewhere', async (t) => {
  const { root: folder, reports } = await workshop(t, { 'autumn.txt': autumn })
  await put(reports, { 'scan.png': await clipping() })
  const namespace = await networkNamespace(folder)
  const isWatched = 'command' in namespace
  const port = await freePort()
  const command = isWatched ? namespace.command : []
  const setup = JSON.stringify({ folder, port, isWatched } satisfies Setup)
  const [file, ...args] = [...command, process.execPath, ...typescript, program, setup]
  const started = spawn(file!, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  // The bot and the commands belong to the group of this process.
  t.after(() => {
    if (started.exitCode === null) process.kill(-started.pid!, 'SIGKILL')
  })
  const { code, stdout, stderr } = await ending(started)
  assert.equal(code, 0, stderr)
  const { files, network } = JSON.parse(stdout) as Observed

  // The program's own code, as it was translated, is all that lies among the packages.
  const others = files.filter((name) => !name.startsWith('node_modules/.cache/wenju-'))
  await t.test('files', () => assert.deepEqual(others, []))
  await t.test('look-ups and connections', (t) => {
    if (!isWatched) {
      // Whoever may make a namespace has one where tests must not be left out.
      assert.ok(!(process.env.CI && process.getuid?.() === 0), namespace.unavailable)
      return t.skip(namespace.unavailable)
    }
    assert.deepEqual(network, { lookUps: [ownName], connections: ['192.0.2.1:80'], strays: [] })
  })
})

/** The headline of a printed page's third column, and the first lines below it. */
async function clipping(): Promise<Buffer> {
  const dpi = 150
  const page = await pictureOf((await newspaper()).bytes, 1, dpi)
  const [left = 0, top = 0, width = 0, height = 0] = [380, 55, 180, 90].map((points) => Math.round((points * dpi) / 72))
  return sharp(page).extract({ left, top, width, height }).png().toBuffer()
}
