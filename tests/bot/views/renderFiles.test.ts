import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderFaults, renderRefused } from '../../../src/bot/views/renderFiles.ts'
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
