import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ReportError } from '../../src/errors.ts'
import { listReports } from '../../src/reports/folder.ts'
import { jsonPositions, lineAndColumn } from '../../src/reports/jsonPositions.ts'
import { originSidecar, orphanedSidecars, readSidecar } from '../../src/reports/sidecar.ts'
import fc from '../laws.ts'

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'wenju-sidecar-'))
  context.after(() => rm(path, { recursive: true }))
  return path
}

/** Reads `content` as the sidecar of a PDF. */
async function read(context: TestContext, content: string | Uint8Array) {
  const path = join(await folder(context), 'a.pdf')
  await writeFile(`${path}.meta.json`, content)
  return readSidecar(path)
}

/** The faults told of `content`, in both languages, without what was expected and what to do. */
async function faultsOf(context: TestContext, content: string | Uint8Array): Promise<{ zh: string[]; en: string[] }> {
  const error = await read(context, content).then(
    () => assert.fail('no fault'),
    (error) => error,
  )
  assert.ok(error instanceof ReportError, String(error))
  const { zh, en } = error.text
  assert.match(zh, /a\.pdf\.meta\.json:应为.*YYYY-MM-DD.*请改正或删除它。$/u)
  assert.match(en, /a\.pdf\.meta\.json: expected JSON.*YYYY-MM-DD.*Mend or delete it\.$/)
  assert.doesNotMatch(zh + en, /\n/)
  return {
    zh: /实际:(.*)。请改正/u.exec(zh)![1]!.split(';'),
    en: /found: (.*)\. Mend/.exec(en)![1]!.split('; '),
  }
}

test('what a sidecar states, with and without a byte order mark', async (context) => {
  const stated = { title: '修桥报告', publisher: '青石镇', district: '北山区', date: '2020-02-29', period: '2020年' }
  for (const mark of ['', '\ufeff'])
    assert.deepEqual((await read(context, mark + JSON.stringify(stated, null, 2)))?.stated, stated)
  assert.deepEqual((await read(context, '{}'))?.stated, {})
  assert.equal(await readSidecar(join(await folder(context), 'none.pdf')), null)
})

test('a sidecar states where its file was fetched from, as it is written for it, and the encoding apart', async (context) => {
  const origin = { url: 'https://www.example.gov.cn/a%20b?c=1', fetched: '2026-12-01T08:00:00.123Z' }
  const written = originSidecar({ ...origin, charset: 'gb2312' })
  assert.deepEqual(await read(context, written), { bytes: written, stated: origin, charset: 'gb2312' })
  const plain = originSidecar(origin)
  assert.deepEqual(await read(context, plain), { bytes: plain, stated: origin })
  for (const [content, zh, en] of [
    ['{"url": "javascript:alert(1)"}', 'url 不是 http(s) 网址', 'url is no http(s) address'],
    ['{"url": ""}', 'url 不是 http(s) 网址', 'url is no http(s) address'],
    [`{"url": "http://a.test/${'x'.repeat(5000)}"}`, 'url 不是 http(s) 网址', 'url is no http(s) address'],
    [
      '{"fetched": "2026-12-01"}',
      'fetched 不是 2026-12-01T08:00:00Z 这样的时间',
      'fetched is no time like 2026-12-01T08:00:00Z',
    ],
    ['{"charset": "a b"}', 'charset 不是编码名', 'charset is no name of an encoding'],
  ] as const)
    assert.deepEqual(await faultsOf(context, content), { zh: [`第 1 行:${zh}`], en: [`line 1: ${en}`] })
})

test('a syntax error is told by line and column', async (context) => {
  for (const [content, place, what] of [
    ['{"title":', 'line 1, column 10', /ends too early/],
    ['', 'line 1, column 1', /ends too early/],
    ['{\n  "title": "a",\n}', 'line 3, column 1', /no JSON at "}"/],
    ['{\r\n"title": "a"\r\n"date": "2021"}', 'line 3, column 1', /quotation mark/],
    ['{"title": “a”}', 'line 1, column 11', /no JSON at "“"/],
    ["{\n'title': 1}", 'line 2, column 1', /no JSON at "'"/],
    ['{"date": 2021-01-20}', 'line 1, column 14', /no JSON at "-"/],
    ['{"title": "a"} 😀', 'line 1, column 16', /no JSON at "😀"/],
    ['{"title": "一\n二"}', 'line 1, column 11', /JSON does not allow/],
    ['title: a', 'line 1, column 1', /no JSON at "t"/],
    ['['.repeat(5_000), 'line 1, column 102', /no JSON/],
  ] as const) {
    const { zh, en } = await faultsOf(context, content)
    assert.equal(en.length, 1)
    assert.ok(en[0]!.startsWith(`${place}: `), `${content.slice(0, 30)}: ${en[0]}`)
    assert.match(en[0]!, what)
    assert.equal(zh[0]!.split(':')[0], place.replace('line ', '第 ').replace(', column ', ' 行第 ').concat(' 列'))
  }
})

test('all faults are told at once, each by the line of its key, in order', async (context) => {
  const content = `{
    "titel": "修桥报告",
    "title": 5,
    "publisher": " ",
    "date": "2021-02-29", "xyzzy": {"date": 1},
    "period": "2020年",
    "period": "${'长'.repeat(201)}"
  }`
  const { zh, en } = await faultsOf(context, content)
  assert.deepEqual(en, [
    'line 2: there is no key "titel" (title?)',
    'line 3: title must be text in quotation marks',
    'line 4: publisher is empty',
    'line 5: date is no date of the calendar',
    'line 5: there is no key "xyzzy"',
    'line 7: period stands there twice',
    'line 7: period has more than 200 characters',
  ])
  assert.deepEqual(
    zh.map((fault) => fault.split(':')[0]),
    [2, 3, 4, 5, 5, 7, 7].map((line) => `第 ${line} 行`),
  )
})

test('an unknown key is named with the nearest known one, if one is near', async (context) => {
  for (const [key, nearest] of [
    ['Title', 'title'],
    ['publischer', 'publisher'],
    ['distict', 'district'],
    ['dates', 'date'],
    ['perriod', 'period'],
    ['author', null],
    ['x'.repeat(3_000), null],
  ] as const) {
    const [fault] = (await faultsOf(context, JSON.stringify({ [key]: '青石镇' }))).en
    assert.equal(/\((\w+)\?\)$/.exec(fault!)?.[1] ?? null, nearest, key.slice(0, 20))
    assert.ok(fault!.length < 100)
  }
})

test('a date is one that the calendar has', async (context) => {
  for (const date of ['2021', '2021-12', '2021-12-31', '2020-02-29', '1888-03-01'])
    assert.deepEqual((await read(context, JSON.stringify({ date })))?.stated, { date })
  for (const date of [
    '2021-13',
    '2021-00',
    '2021-02-29',
    '2021-04-31',
    '1900-02-29',
    '2021-1-5',
    '2021年',
    '20210105',
    '',
  ])
    assert.deepEqual((await faultsOf(context, JSON.stringify({ date }))).en, [
      'line 1: date is no date of the calendar',
    ])
})

test('what is no object, no UTF-8 or too large', async (context) => {
  for (const content of ['[]', '"a"', 'null', '12'])
    assert.match((await faultsOf(context, content)).en[0]!, /^line 1: no JSON object/)
  const gbk = Uint8Array.from([...Buffer.from('{"title":"'), 0xc4, 0xe3, 0xba, 0xc3, ...Buffer.from('"}')])
  assert.deepEqual(await faultsOf(context, gbk), { zh: ['不是 UTF-8 编码的文本'], en: ['no UTF-8 text'] })
  assert.deepEqual((await faultsOf(context, JSON.stringify({ title: 'a'.repeat(70_000) }))).en, ['more than 64 KB'])
})

test('a sidecar without its report is told, and the reports serve all the same', async (context) => {
  const path = await folder(context)
  for (const name of ['a.txt', 'a.txt.meta.json', 'b.txt.meta.json', '.c.txt.meta.json'])
    await writeFile(join(path, name), name.endsWith('.json') ? '{}' : '北山修好三座老桥。')
  const { files, faults } = await listReports(path)
  assert.deepEqual(
    files.map(({ file }) => file),
    ['a.txt'],
  )
  assert.deepEqual(
    [...faults.values()].map(({ text }) => text.en),
    [
      "b.txt.meta.json: there is no file b.txt that it could be about. Rename it after its report's file, or delete it.",
    ],
  )
  assert.equal(orphanedSidecars(['sub/a.pdf', 'sub/a.pdf.meta.json']).size, 0)
})

test('the places in a JSON text: a fault exactly where JSON.parse finds one, keys where they stand', () => {
  const isJson = (text: string) => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.string({ maxLength: 2, unit: 'grapheme' }), (text, at, put) => {
      const cut = at % (text.length + 1)
      for (const tried of [
        text,
        text.slice(0, cut) + put + text.slice(cut),
        text.slice(0, cut) + text.slice(cut + 1),
      ]) {
        const { fault, keys } = jsonPositions(tried)
        assert.equal(fault === null, isJson(tried), tried)
        for (const { key, at } of keys) assert.equal(JSON.parse(/^"(?:[^"\\]|\\.)*"/u.exec(tried.slice(at))![0]), key)
        if (fault === null && tried.trim().startsWith('{'))
          assert.deepEqual(new Set(keys.map(({ key }) => key)), new Set(Object.keys(JSON.parse(tried))))
      }
    }),
  )
  assert.deepEqual(lineAndColumn('a\r\nb\nc\rde', 8), { line: 4, column: 2 })
})
