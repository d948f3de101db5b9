import assert from 'node:assert/strict'
import { test } from 'node:test'
import stringWidth from 'string-width'
import { overviewText } from '../../src/terminal/overview.ts'

const fault = (file: string) => ({ file, text: { zh: `${file}:坏了。请另存。`, en: `${file}: broken. Save it anew.` } })
const reports = [{ format: 'pdf' }, { format: 'text' }, { format: 'pdf' }] as const

test('a table counts what was read and what was not, by kind, and a line tells each fault', () => {
  const faults = [fault('b.pdf'), fault('a.zip/旧.caj'), fault('记录')]
  assert.equal(
    overviewText({ reports, faults }, 'zh', 10),
    [
      '种类    已读  未读',
      'PDF        2     1',
      '纯文本     1     0',
      'CAJ        0     1',
      '其他       0     1',
      '合计       3     3',
      'a.zip/旧.caj:坏了。请另存。',
      'b.pdf:坏了。请另存。',
      '记录:坏了。请另存。',
      '',
    ].join('\n'),
  )
  const english = overviewText({ reports, faults }, 'en', 10).split('\n')
  assert.deepEqual(english.slice(0, 2), ['kind        read  not read', 'PDF            2         1'])
  assert.equal(new Set(english.slice(0, 6).map((line) => stringWidth(line))).size, 1, 'columns align')
})

test('a long list of faults is cut, counted, and told where it stands in full', () => {
  const faults = Array.from({ length: 1000 }, (_, i) => fault(`${String(i).padStart(4, '0')}.caj`))
  for (const [language, more] of [
    ['zh', /另有 980 个.*npm run index/u],
    ['en', /980 more.*npm run index/u],
  ] as const) {
    const lines = overviewText({ reports, faults }, language, 20).trimEnd().split('\n')
    assert.equal(lines.length, 5 + 20 + 1)
    assert.match(lines.at(-1)!, more)
  }
})

test('the fault of the folder itself is told and counts as no file; a fault takes one line, whatever it says', () => {
  const folder = { file: '', text: { zh: '文件夹不见了。\n请检查。', en: 'The folder is gone.\nCheck it.' } }
  assert.equal(overviewText({ reports: [], faults: [folder] }, 'en', 10), 'The folder is gone. Check it.\n')
  assert.equal(overviewText({ reports: [], faults: [] }, 'en', 10), '')
})
