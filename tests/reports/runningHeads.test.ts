import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline, paragraphs } from '../support/reportOutline.ts'

/** One sentence torn in two; the first half is longer than any headline. */
const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const rest = '香樟树，还办了两所学校。'
const other = '镇里的老人说，这样的年景从前没有见过。'

const dropped = (text: string) => outline(text).dropped.map((part) => `${part.reason}: ${part.text}`)

test('a sentence torn by a page’s end, its number and its running head is one sentence', () => {
  const page = (number: number) => `${half}\n${number} / 12\n\f2031 年灯塔年报\n${rest}\n${other}`
  const text = `青石镇工作总结\n${[1, 2, 3].map(page).join('\n')}`
  assert.deepEqual(
    paragraphs(text),
    [1, 2, 3].flatMap(() => [half + rest, other]),
  )
  assert.deepEqual(dropped(text), [
    ...[
      'page number: 1 / 12',
      'header or footer: 2031 年灯塔年报',
      'page number: 2 / 12',
      'header or footer: 2031 年灯塔年报',
    ],
    ...['page number: 3 / 12', 'header or footer: 2031 年灯塔年报'],
  ])
})

test('a title that is each page’s running head stays the title', () => {
  const text = [1, 2, 3].map((number) => `青石镇2031年工作总结\n${half}${rest}\n— ${number} —`).join('\n\f')
  const { articles } = outline(text)
  assert.deepEqual(articles.map(({ headline }) => headline), ['青石镇2031年工作总结']) // biome-ignore format: one line
  assert.equal(dropped(text).filter((part) => part.startsWith('header')).length, 2)
})

test('lines of the text that come again are no running heads', () => {
  const block = ['灯塔一座', other, half + rest].join('\n')
  assert.deepEqual(dropped(`${block}\n${block}\n${block}\n${block}`), [])
  const table = ['收入', '1 / 3', '支出', '万元'].join('\n')
  assert.deepEqual(dropped(`${other}\n${table}\n${other}\n${table}\n${other}`), [])
})

test('a form feed alone parts no sentence', () => {
  assert.deepEqual(paragraphs(`${half}\n\f${rest}\n${other}`), [half + rest, other])
})

test('a note at the foot of a page stands behind the sentence that goes on overleaf', () => {
  const note = '① 灯塔由北山的石匠修成，至今没有漏过雨。'
  const text = `${half}\n${note}\n— 3 —\n\f${rest}\n${other}`
  assert.deepEqual(paragraphs(text), [half + rest, note, other])
  const atEnd = `${half}${rest}\n${note}\n— 3 —\n\f${other}`
  assert.deepEqual(paragraphs(atEnd), [half + rest, note, other])
})

test('a note in two lines stays one', () => {
  const note = ['注：灯塔由北山的石匠修成，石料用了三百块，从来没有漏过雨，也没有', '倒过墙。']
  assert.deepEqual(paragraphs(`${half}\n${note.join('\n')}\n— 3 —\n\f${rest}`), [half + rest, note.join('')])
})
