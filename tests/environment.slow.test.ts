import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readEnvironmentFile } from '../src/environment.ts'
import { ConfigError } from '../src/errors.ts'
import { ending } from './indexes/buildProcess.ts'
import { put } from './support/testIndex.ts'

const text = '# 机器人的令牌\r\nTELEGRAM_BOT_TOKEN=7:abc\r\nREPORTS_DIR=报告\r\n'
const expected = { TELEGRAM_BOT_TOKEN: '7:abc', REPORTS_DIR: '报告' }

const utf16le = Buffer.from(text, 'utf16le')
/** `报告` and `机器人的令牌` in GBK. */
const gbk = Buffer.concat([
  Buffer.from('2320bbfac6f7c8cbb5c4c1eec5c6', 'hex'),
  Buffer.from('\r\nTELEGRAM_BOT_TOKEN=7:abc\r\nREPORTS_DIR='),
  Buffer.from('b1a8b8e6', 'hex'),
])

async function folderWith(t: TestContext, files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-env-'))
  t.after(() => rm(folder, { recursive: true }))
  await put(folder, files)
  return folder
}

async function faultOf(folder: string): Promise<{ zh: string; en: string }> {
  const environment = {}
  const error = await readEnvironmentFile(environment, folder).catch((error: unknown) => error)
  assert.ok(error instanceof ConfigError, String(error))
  assert.deepEqual(environment, {})
  return error.text
}

for (const [encoding, bytes] of Object.entries({
  'UTF-8': Buffer.from(text),
  'UTF-8 with a mark': Buffer.from(`\ufeff${text}`),
  'UTF-16LE with a mark': Buffer.concat([Buffer.of(0xff, 0xfe), utf16le]),
  'UTF-16BE with a mark': Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16le).swap16()]),
  GBK: gbk,
})) {
  test(`.env is read in ${encoding}`, async (t) => {
    const environment = {}
    await readEnvironmentFile(environment, await folderWith(t, { '.env': bytes }))
    assert.deepEqual(environment, expected)
  })
}

test('.env changes nothing that is set, not even to nothing', async (t) => {
  const environment = { TELEGRAM_BOT_TOKEN: '', PORT: '1' }
  await readEnvironmentFile(
    environment,
    await folderWith(t, { '.env': 'TELEGRAM_BOT_TOKEN=7:abc\nPORT=2\nLOG_LEVEL=warn' }),
  )
  assert.deepEqual(environment, { TELEGRAM_BOT_TOKEN: '', PORT: '1', LOG_LEVEL: 'warn' })
})

test('a folder without .env sets nothing', async (t) => {
  const environment = {}
  await readEnvironmentFile(environment, await folderWith(t, { 'notes.txt': '' }))
  assert.deepEqual(environment, {})
})

test('UTF-16 without a mark is told', async (t) => {
  const { zh, en } = await faultOf(await folderWith(t, { '.env': utf16le }))
  assert.match(zh, /UTF-16.*另存为 UTF-8/u)
  assert.match(en, /UTF-16.*Save it as UTF-8/u)
})

test('.env.txt without .env is told', async (t) => {
  const { zh, en } = await faultOf(await folderWith(t, { '.env.txt': text }))
  assert.match(zh, /\.env\.txt.*改名为 \.env/u)
  assert.match(en, /\.env\.txt.*Rename it to \.env/u)
})

test('.env that is a folder, or cannot be read, is told', async (t) => {
  const folder = await folderWith(t, {})
  await mkdir(join(folder, '.env'))
  assert.match((await faultOf(folder)).en, /\.env is a folder/u)
  await rm(join(folder, '.env'), { recursive: true })
  // Root may read whatever the permissions say, but not a link that leads to itself.
  await symlink('.env', join(folder, '.env'))
  const { zh, en } = await faultOf(folder)
  assert.match(zh, /无法读取 \.env\(ELOOP\)/u)
  assert.match(en, /cannot be read \(ELOOP\)/u)
})

test('every command reads .env from the folder that it is started in', async (t) => {
  const bytes = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('DEFAULT_LANGUAGE=zh\nLOG_LEVEL=loud\n', 'utf16le')])
  const cwd = await folderWith(t, { '.env': bytes })
  const launcher = fileURLToPath(new URL('../scripts/launcher.cjs', import.meta.url))
  const env = { PATH: process.env.PATH, LANG: 'en_US.UTF-8' }
  const { code, stderr } = await ending(spawn(process.execPath, [launcher, 'scripts/index.ts'], { cwd, env }))
  assert.equal(code, 1)
  assert.match(stderr, /^环境变量.*\n {2}LOG_LEVEL: 应为/u)
})
