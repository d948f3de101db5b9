import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { reportsInFile } from '../../../src/reports/folder.ts'
import { loadReport } from '../../../src/reports/loadReport.ts'
import { originSidecar } from '../../../src/reports/sidecar.ts'

/**
 * The words 國區路報 in Big5, which are usual characters in GB18030, too. So few bytes leave open which encoding
 * it is.
 */
const big5 = Buffer.from([0xb0, 0xea, 0xb0, 0xcf, 0xb8, 0xf4, 0xb3, 0xf8])

async function textOf(context: TestContext, name: string, content: Uint8Array, charset?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-charset-'))
  context.after(() => rm(folder, { recursive: true }))
  const path = join(folder, name)
  await writeFile(path, content)
  const origin = { url: 'http://www.example.gov.tw/a', fetched: '2026-12-01T08:00:00Z' }
  await writeFile(`${path}.meta.json`, originSidecar({ ...origin, ...(charset !== undefined && { charset }) }))
  const { files } = await reportsInFile(path)
  const report = await loadReport(files[0]!)
  assert.deepEqual([report.metadata.url, report.metadata.fetched], [origin.url, origin.fetched])
  return report.text.trim()
}

const page = (head: string) => Buffer.concat([Buffer.from(`${head}<p>`), big5, Buffer.from('</p>')])

test('a text or page that states no encoding is read in the one that its server stated', async (context) => {
  for (const [name, content] of [
    ['a.html', page('')],
    ['a.txt', big5],
    ['a.csv', big5],
  ] as const) {
    assert.equal(await textOf(context, name, content, 'big5'), '國區路報', name)
    assert.notEqual(await textOf(context, name, content), '國區路報', `${name}: the bytes alone do not tell`)
  }
})

test('a page’s own statement comes first, and bytes that disagree with the server are not believed to be as it says', async (context) => {
  assert.equal(await textOf(context, 'a.html', page('<meta charset="big5">'), 'gb2312'), '國區路報')
  assert.equal(await textOf(context, 'a.txt', Buffer.from('中文,全年造桥三座。'), 'gb2312'), '中文,全年造桥三座。')
  assert.equal(await textOf(context, 'a.txt', Buffer.from('中文,全年造桥三座。'), 'no-such'), '中文,全年造桥三座。')
})
