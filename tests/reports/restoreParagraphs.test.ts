import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline, paragraphs } from '../support/reportOutline.ts'

/** One sentence torn in two; the first half is longer than any headline, so it cannot be taken for one. */
const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const rest = '香樟树，还办了两所学校。'
const whole = half + rest
const other = '镇里的老人说，这样的年景从前没有见过。'

test('a paragraph torn by one blank line or by several is one paragraph again', () => {
  for (const gap of ['\n\n', '\n\n\n', '\n\n\n\n\n\n', '\n', '\n \t\n', '\n\u3000\n']) {
    assert.deepEqual(paragraphs(`${half}${gap}${rest}\n\n${other}`), [whole, other], JSON.stringify(gap))
  }
})

test('a paragraph torn twice is one paragraph again', () => {
  const middle = '香樟树和银杏树，还在镇东头和镇西头一共办了两所学校，请来了八位老师，收了三百名学'
  assert.deepEqual(paragraphs(`${half}\n\n${middle}\n\n生。\n\n${other}`), [`${half}${middle}生。`, other])
})

test('a half that opens with a comma or a closing mark belongs to the line before', () => {
  assert.deepEqual(paragraphs(`${half}香樟树\n\n，还办了两所学校。`), [`${half}香樟树，还办了两所学校。`])
  assert.deepEqual(paragraphs('镇长说：“修好了。\n\n”他很高兴。'), ['镇长说：“修好了。”他很高兴。'])
})

test('a number torn in two is one number, a date one date', () => {
  const before = '青石镇的老桥是村里人一块石头一块石头垒起来的，走过了一百多个春夏秋冬，最近一次大修是在20'
  assert.deepEqual(paragraphs(`${before}\n\n21年，花了3.5万元。`), [`${before}21年，花了3.5万元。`])
})

test('two Latin words torn apart keep a space', () => {
  const before = '青石镇把上半年全部水文数据整理成册，放到了全县统一的数据平台上，任何人都可以下载，平台名叫 open'
  assert.deepEqual(paragraphs(`${before}\n\ndata，很好用。`), [`${before} data，很好用。`])
})

test('a headline repeated in the middle of a sentence is taken out and listed', () => {
  const found = outline(`青石镇修桥种树\n\n本报讯(林一)${half}\n\n青石镇修桥种树\n\n${rest}`)
  assert.equal(found.articles.length, 1)
  assert.deepEqual(found.articles[0]?.paragraphs, [`本报讯(林一)${whole}`])
  assert.deepEqual(found.dropped, [{ text: '青石镇修桥种树', reason: 'repeated heading' }])
})

test('a repeated headline with its jump line is listed without naming any letter twice', () => {
  const text = `青石镇修桥种树\n\n本报讯(林一)${half}\n\n青石镇修桥种树(上接第一版)\n\n${rest}`
  assert.deepEqual(paragraphs(text), [`本报讯(林一)${whole}`])
  const shown = outline(text).dropped.map((dropped) => dropped.text)
  assert.equal(shown.join(''), '青石镇修桥种树(上接第一版)')
})

test('a jump line is taken out wherever it stands', () => {
  for (const [text, ...jumps] of [
    [`${half}(下转第三版)\n\n${rest}`, '(下转第三版)'],
    [`${half}\n\n（下转第三版）\n\n（上接第一版）\n\n${rest}`, '（下转第三版）', '（上接第一版）'],
    [`${half}\n\n(上接A1版)${rest}`, '(上接A1版)'],
    [`${whole}(下转第三版)`, '(下转第三版)'],
    [`${whole}\n\n(转 4 版)`, '(转 4 版)'],
  ] as const) {
    const found = outline(text)
    assert.deepEqual(found.articles[0]?.paragraphs, [whole], text)
    assert.deepEqual(
      found.dropped,
      jumps.map((jump) => ({ text: jump, reason: 'jump line' })),
    )
  }
})

test('a short line that ends in a jump line is text, not a headline', () => {
  const found = outline(`青石镇修桥种树\n\n${other}\n\n孩子们都说(下转第三版)\n\n这样真好。`)
  assert.deepEqual(found.articles[0]?.paragraphs, [other, '孩子们都说这样真好。'])
})

test('words in brackets that only look like a jump line stay', () => {
  for (const kept of ['各村(接入新版平台)要尽快完成。', '名单(转发时请用新版)已经公布。']) {
    assert.deepEqual(paragraphs(kept), [kept])
  }
})

test('a semicolon after whole sentences is a tear', () => {
  const torn = '先说桥。三座老桥要在汛期到来之前全部修好，一座也不能落下，谁家门前的桥谁家出人；'
  assert.deepEqual(paragraphs(`${torn}\n\n树也要种，一棵不少。`), [`${torn}树也要种，一棵不少。`])
})

test('items of a list that end in semicolons stay apart', () => {
  const items = ['今年要办三件实事：', '在村东修好三座老桥；', '在村西种下一千棵树；', '在镇上建成一所学校。']
  assert.deepEqual(paragraphs(items.join('\n\n')), items)
})

test('a colon leads in what follows and joins nothing', () => {
  const lines = ['就做好下半年的工作，镇长提出三点要求：', '第一是要把三座老桥修好，越快越好。']
  assert.deepEqual(paragraphs(lines.join('\n\n')), lines)
})

test('whole paragraphs stay as they are, one line apart or more', () => {
  const endings = ['。', '！', '？', '……', '。”', '？）', '!', '."']
  // Of different lengths, as lines of one length would look like text broken at a fixed width.
  const lines = endings.map((ending, i) => `${'听说，'.repeat(i)}${whole.slice(0, -1)}${ending}`)
  for (const gap of ['\n', '\n\n', '\r\n\r\n']) assert.deepEqual(paragraphs(lines.join(gap)), lines)
})

test('text broken at a fixed width is joined', () => {
  const width = 24
  const text = `${whole}${other}${whole}${other}${whole}`
  const lines = text.match(new RegExp(`.{1,${width}}`, 'gu'))!
  assert.ok(lines.length >= 8, 'enough lines to see that they are broken at one width')
  assert.deepEqual(paragraphs(lines.join('\n')), [text])
})

test('text broken at a fixed width keeps its paragraphs where a short line or a blank one ends them', () => {
  const first = `${whole}${other}${whole}${other}`
  const second = `${other}${whole}${other}${whole}`
  const broken = (text: string) => text.match(/.{1,24}/gu)!.join('\n')
  assert.deepEqual(paragraphs(`${broken(first)}\n\n${broken(second)}`), [first, second])
  assert.ok(first.length % 24 < 20, 'the last line is clearly short')
  assert.deepEqual(paragraphs(`${broken(first)}\n${broken(second)}`), [first, second])
})

test('indented paragraphs stay apart, even where one lacks its full stop', () => {
  const lines = [other, half, other, whole]
  assert.deepEqual(paragraphs(lines.map((line) => `\u3000\u3000${line}`).join('\n')), lines)
})

test('line ends of every kind give the same paragraphs', () => {
  const text = `${half}\n\n${rest}\n\n${other}`
  for (const end of ['\r\n', '\r', '\u2028']) assert.deepEqual(paragraphs(text.replaceAll('\n', end)), [whole, other])
  assert.deepEqual(paragraphs(`${half}\f${rest}\f${other}`), [whole, other], 'a form feed is a page break')
})

test('stray marks, page numbers and pictures are taken out and listed, also in the middle of a sentence', () => {
  for (const [text, reason] of [
    ['|', 'stray mark'],
    ['* * *', 'stray mark'],
    ['……', 'stray mark'],
    ['12', 'page number'],
    ['— 12 —', 'page number'],
    ['第3版', 'page number'],
    ['第 7 页', 'page number'],
    ['第7页 共20页', 'page number'],
    ['三版', 'page number'],
    ['![老桥](images/bridge.png)', 'picture'],
    ['<img src="bridge.png">', 'picture'],
  ] as const) {
    const found = outline(`${half}\n\n${text}\n\n${rest}`)
    assert.deepEqual(found.articles[0]?.paragraphs, [whole], text)
    assert.deepEqual(found.dropped, [{ text, reason }])
  }
})

test('a sentence that begins like a page number stays', () => {
  const text = '第3页的表格说明，三座老桥全部完工。'
  assert.deepEqual(paragraphs(`${other}\n\n${text}`), [other, text])
})

test('stars that blank out a name or a figure make nothing bold and lose nothing', () => {
  const text = '通报了王**私拆老桥的事。\n此事涉及石料三百块，价值一万元'
  assert.deepEqual(outline(text).dropped, [])
  assert.match(paragraphs(text).join(''), /涉及石料三百块，价值一万元/)
})
