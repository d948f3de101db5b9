import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  renderAdded,
  renderAsk,
  renderFaults,
  renderPutBack,
  renderRefused,
  renderRemoved,
} from '../../../src/bot/views/renderFiles.ts'
import { tooLarge } from '../../../src/reports/file.ts'

const { text } = tooLarge('年报/2020.pdf', 2 ** 21, 2 ** 20)

test('a fault names its file once', () => {
  const rendered = {
    zh: renderFaults([{ file: '年报/2020.pdf', text }], 'zh', 9),
    en: renderRefused('2020.pdf', text.en, 'en'),
  }
  assert.match(rendered.zh, /\n• 年报\/2020\.pdf:文件过大/u)
  assert.match(rendered.en, /^❌ 2020\.pdf: the file is too large/u)
})

test('a fault names its subfolder, or its file without an extension, once', () => {
  const text = { zh: '子/锁:无法读取这个文件夹。', en: '子/锁: this folder cannot be read.' }
  assert.match(renderFaults([{ file: '子/锁', text }], 'zh', 9), /\n• 子\/锁:无法读取这个文件夹。$/u)
  assert.match(renderFaults([{ file: '子/锁', text }], 'en', 9), /\n• 子\/锁: this folder cannot be read\.$/u)
  assert.equal(renderRefused('年报', '年报:无法读取这种文件。', 'zh'), '❌ 年报:无法读取这种文件。')
})

test('a fault of the folder itself names no file', () => {
  const gone = { zh: '找不到报告文件夹 /x。', en: 'There is no reports folder /x.' }
  assert.match(renderFaults([{ file: '', text: gone }], 'en', 9), /\n• There is no reports folder/u)
})

test('a refused archive names the member that cannot be used', () => {
  assert.equal(renderRefused('a.zip', 'a.zip/旧.doc:无法读取 DOC 文件。', 'zh'), '❌ a.zip:旧.doc:无法读取 DOC 文件。')
})

test('an added archive tells the number of its reports, and each member that cannot be used', () => {
  const faults = Array.from({ length: 7 }, (_, i) => ({ zh: `a.zip/${i}.doc:坏了。`, en: `a.zip/${i}.doc: broken.` }))
  const table = { count: 0, pages: [] }
  const found = { articles: 12, passages: 40, doubtfulPages: [], uncertainTables: table, emptyPages: [], notes: [] }
  const added = { id: 'x', file: 'a.zip', title: '通报', isNew: true, reports: 12, faults, ...found }
  const lines = renderAdded('a.zip', added, true, false, 'zh').split('\n')
  assert.deepEqual(lines.slice(0, 4), [
    '✅ a.zip',
    '12 份报告,12 篇文章,40 个段落,已经可以提问',
    '⚠️ 其中 7 个文件未能使用:',
    'a.zip/0.doc:坏了。',
  ])
  assert.equal(lines.at(-1), '……另有 2 个')
  assert.match(
    renderAdded('a.zip', added, true, false, 'en'),
    /12 reports, 12 articles.*\n⚠️ 7 files in it cannot be used:\n/u,
  )
})

test('a removal that takes more than the report says what it takes, before and after', () => {
  const alone = { id: 'x', file: 'a.txt', title: '通报', files: ['a.txt'], reports: 1 }
  const inside = { id: 'x', file: 'a.zip/b.txt', title: '通报', files: ['a.zip', 'c.zip'], reports: 12 }
  assert.equal(renderAsk(alone, 'zh').text, '确定要移除《通报》吗?\na.txt')
  for (const language of ['zh', 'en'] as const) {
    for (const { text } of [
      renderAsk(inside, language),
      renderRemoved('x', inside, language),
      renderPutBack('x', inside, language),
    ])
      assert.match(text, /a\.zip, c\.zip.*12/u)
  }
})
