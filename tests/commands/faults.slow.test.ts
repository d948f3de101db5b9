import assert from 'node:assert/strict'
import { symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Language } from '../../src/errors.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { broken, build, put, snapshot, spring, type Workshop, workshop } from '../support/testIndex.ts'
import { assertTold, type Command, han, type Ran, run } from './run.ts'
import { commandsInTurn } from './runInTurn.ts'

type Parts = Readonly<Record<Language, readonly (string | RegExp)[]>>

interface Fault {
  readonly what: string
  readonly command: Command
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Makes what is at fault, in an empty reports folder. */
  readonly prepare?: (places: Workshop) => Promise<unknown>
  readonly told: Parts
  /** Where one language will do, as another fault shows the text in the other. */
  readonly language?: Language
  /** True for a process of its own, started as people start it. */
  readonly isAlone?: boolean
}

const both = (...parts: (string | RegExp)[]): Parts => ({ en: parts, zh: parts })
const question = ['安置房交付了多少套?']
const good = ({ reports }: Workshop) => put(reports, { 'a.txt': spring })
/** A reports folder with this alone. */
const only = (name: string, content: string | Uint8Array) => (places: Workshop) =>
  put(places.reports, { [name]: content })

const faults: readonly Fault[] = [
  ...([['index'], ['main', 'zh']] as const).map(([command, language]) => ({
    what: `no reports folder, for ${command}`,
    command,
    ...(language && { language }),
    environment: { REPORTS_DIR: '/no/such/folder' },
    told: {
      en: ['no reports folder /no/such/folder', 'REPORTS_DIR'],
      zh: ['找不到报告文件夹 /no/such/folder', 'REPORTS_DIR'],
    },
  })),
  {
    what: 'an empty reports folder',
    command: 'index',
    told: { en: [/reports folder .* holds no reports.*PDF/u], zh: [/报告文件夹 .* 里没有报告.*PDF/u] },
  },
  {
    what: 'binary data as the only report',
    command: 'index',
    prepare: only('b.txt', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0)),
    told: { en: ['Not one report can be used', 'b.txt', 'binary data'], zh: ['没有一份报告可用', 'b.txt', '二进制'] },
  },
  {
    what: 'an empty file as the only report',
    command: 'main',
    prepare: only('e.txt', ''),
    told: {
      en: ['Not one report can be used', 'e.txt', 'holds no words'],
      zh: ['没有一份报告可用', 'e.txt', '没有文字'],
    },
  },
  {
    what: 'a file of 50 MB as the only report',
    command: 'ask',
    args: question,
    prepare: async ({ reports }) => {
      await writeFile(join(reports, 'big.txt'), '')
      await truncate(join(reports, 'big.txt'), 50 * 1024 * 1024)
    },
    told: { en: ['big.txt', 'too large (50 MB, at most 40 MB)'], zh: ['big.txt', '文件过大(50 MB,上限 40 MB)'] },
  },
  {
    language: 'en',
    what: 'a file of 30 MB where MAX_FILE_MB allows less',
    command: 'index',
    environment: { MAX_FILE_MB: '20' },
    prepare: async ({ reports }) => {
      await writeFile(join(reports, 'big.txt'), '')
      await truncate(join(reports, 'big.txt'), 30 * 1024 * 1024)
    },
    told: both('big.txt', 'too large (30 MB, at most 20 MB)', 'MAX_FILE_MB'),
  },
  {
    what: 'a file that cannot be opened as the only report',
    command: 'index',
    // A link to nothing, as root may open whatever the permissions say.
    prepare: ({ reports }) => symlink(join(reports, 'gone'), join(reports, 'a.txt')),
    told: { en: ['a.txt', 'cannot be read (ENOENT)'], zh: ['a.txt', '无法读取(ENOENT)'] },
  },
  {
    what: 'a file that is not UTF-8 as the only report',
    command: 'index',
    prepare: only('g.txt', broken),
    told: { en: ['g.txt', 'expected UTF-8', /from byte \d/u], zh: ['g.txt', '应为 UTF-8', /第 \d 个字节/u] },
  },
  ...(
    [
      ['index', 'zh'],
      ['ask', 'en'],
      ['inspect', 'en'],
      ['main', 'zh'],
    ] as const
  ).map(([command, language]) => ({
    what: `an unknown option for ${command}`,
    command,
    language,
    isAlone: true,
    args: ['--frobnicate'],
    told: { en: ['command line', '--frobnicate', 'Options: '], zh: ['命令行有误', '--frobnicate', '可用的选项'] },
  })),
  {
    language: 'en',
    what: 'no question',
    command: 'ask',
    told: { en: ['Usage: npm run ask -- "question"'], zh: ['用法:npm run ask -- "问题"'] },
  },
  {
    language: 'zh',
    what: 'questions without --out',
    command: 'ask',
    args: ['--questions', 'in.jsonl'],
    told: { en: ['Usage'], zh: ['用法'] },
  },
  {
    what: 'an index of another model',
    command: 'ask',
    args: question,
    prepare: async (places) => {
      await good(places)
      await build(places, fakeEmbedder({ id: 'acme/other' }))
    },
    told: {
      en: ['made by another model', /expected wenju-small.*found acme\/other/u, 'npm run index'],
      zh: ['另一个模型', /应为 wenju-small.*实际为 acme\/other/u, 'npm run index'],
    },
  },
  {
    language: 'zh',
    what: 'an index of another format version',
    command: 'ask',
    args: question,
    prepare: async (places) => {
      await good(places)
      await put(places.index, { 'manifest.json': '{"format": 99}' })
    },
    told: both('格式版本不符', '实际为 99', 'npm run index'),
  },
  {
    what: 'an index that another process is building',
    command: 'index',
    prepare: async (places) => {
      await good(places)
      await put(places.index, { '.lock': '{"pid": 4242, "host": "another-machine", "token": "x"}' })
    },
    told: {
      en: ['Another process', '4242', 'another-machine', '.lock'],
      zh: ['另一个进程', '4242', 'another-machine', '.lock'],
    },
  },
  {
    language: 'en',
    what: 'a manifest cut off',
    command: 'main',
    prepare: async (places) => {
      await good(places)
      await put(places.index, { 'manifest.json': '{"format": 1, "mod' })
    },
    told: both('manifest.json', 'npm run index'),
  },
  {
    language: 'zh',
    what: 'no index yet, asked to --check',
    command: 'main',
    args: ['--check'],
    prepare: good,
    told: { en: ['There is no index in', 'npm run index'], zh: ['还没有索引', 'npm run index'] },
  },
  {
    what: 'a malformed token',
    command: 'main',
    environment: { TELEGRAM_BOT_TOKEN: 'abc' },
    told: both('TELEGRAM_BOT_TOKEN', '@BotFather'),
  },
  {
    what: 'a confidence out of range',
    command: 'main',
    environment: { MIN_CONFIDENCE: '7' },
    told: both('MIN_CONFIDENCE', '1'),
  },
  {
    language: 'en',
    what: 'several settings at once',
    command: 'main',
    environment: { MIN_CONFIDENCE: 'high', ALLOWED_USERS: 'me', LOG_LEVEL: 'loud', TELEGRAM_API_ROOT: 'nowhere' },
    told: both('MIN_CONFIDENCE', 'ALLOWED_USERS', 'LOG_LEVEL', 'TELEGRAM_API_ROOT'),
  },
  {
    language: 'zh',
    what: 'no file to inspect',
    command: 'inspect',
    told: { en: ['Usage: npm run inspect'], zh: ['用法:npm run inspect'] },
  },
  {
    language: 'en',
    what: 'a missing file to inspect',
    command: 'inspect',
    args: ['no-such.txt'],
    told: both('no-such.txt', 'ENOENT'),
  },
  {
    language: 'zh',
    what: 'a model folder that is a file',
    command: 'index',
    environment: { EMBEDDING_MODEL: './package.json' },
    prepare: good,
    told: both('package.json', 'EMBEDDING_MODEL'),
  },
  {
    language: 'en',
    what: 'a model folder that is missing',
    command: 'main',
    isAlone: true,
    environment: { EMBEDDING_MODEL: './no-such-folder' },
    prepare: good,
    told: both('no-such-folder', 'tokenizer.json', 'EMBEDDING_MODEL'),
  },
]

interface Failed {
  readonly ran: Ran
  readonly before: Record<string, string>
  readonly after: Record<string, string>
}

const runInTurn = commandsInTurn({ after })
const failures = new Map<string, Promise<Failed>>()

/** What a faulty command did, its folders new; each is run once in each language. */
function failed(fault: Fault, language: Language): Promise<Failed> {
  const key = `${language} ${fault.what}`
  const known = failures.get(key) ?? fail(fault, language)
  failures.set(key, known)
  return known
}

async function fail(fault: Fault, language: Language): Promise<Failed> {
  const { command, args = [], environment, prepare, isAlone } = fault
  const places = await workshop({ after })
  await prepare?.(places)
  const before = await snapshot(places.index)
  const folders = { REPORTS_DIR: places.reports, INDEX_DIR: places.index }
  const options = { environment: { ...folders, ...environment }, language }
  const ran = await (isAlone ? run : runInTurn)(command, args, options)
  return { ran, before, after: await snapshot(places.index) }
}

for (const language of ['en', 'zh'] as const) {
  describe(`a command given something at fault tells it in one paragraph, ${language}`, () => {
    for (const fault of faults.filter((fault) => (fault.language ?? language) === language)) {
      it(fault.what, async () => {
        const { ran, before, after } = await failed(fault, language)
        assertTold(ran, language, ...fault.told[language])
        assert.deepEqual(after, before)
      })
    }
  })
}

describe('a text about a fault', () => {
  it('never repeats a token', async () => {
    const secret = 'Zq9-secret-part'
    for (const token of ['abc', `123:${secret} with a blank`]) {
      const fault = { what: token, command: 'main', environment: { TELEGRAM_BOT_TOKEN: token }, told: both() } as const
      const { ran } = await failed(fault, 'en')
      assertTold(ran, 'en', 'TELEGRAM_BOT_TOKEN')
      assert.ok(!ran.stderr.includes(token) && !ran.stderr.includes(secret), ran.stderr)
    }
  })

  for (const what of ['a confidence out of range', 'a malformed token', 'an unknown option for index']) {
    it(`says in Chinese, too, what is wrong: ${what}`, async () => {
      const { ran } = await failed(faults.find((fault) => fault.what === what)!, 'zh')
      for (const line of ran.stderr.trim().split('\n')) {
        // Names and values stay as they are; English words in a row are a sentence that was not translated.
        assert.ok(han.test(line) && !/[A-Za-z]{2,} [a-z]{2,}/u.test(line), line)
      }
    })
  }
})
