import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { understand } from '../../../src/reports/loadReport.ts'
import { bare } from '../../../src/text/normalize.ts'
import * as made from '../../fixtures/office.ts'

const paragraphs = made.sections.flatMap(({ paragraphs }) => paragraphs)
const read = (page: string) => readHtml(Buffer.from(page), made.reading)

/** A WeChat article as its server sends it: the body hidden, the day in a script only. */
function wechat(style: string, time = '', script = 'var ct = "1609777800";'): string {
  const body = made.sections.map(
    ({ heading, paragraphs }) =>
      `<section><h2>${heading}</h2>${paragraphs.map((text) => `<p><span>${text}</span></p>`).join('')}</section>`,
  )
  return `<!DOCTYPE html><html><head><meta charset="utf-8"><title></title><meta property="og:title" content="${made.title}">
<meta property="og:site_name" content="微信公众平台"><meta property="og:article:author" content=""></head>
<body id="activity-detail"><div id="js_article"><div id="img-content"><h1 class="rich_media_title" id="activity-name">
${made.title}</h1><div id="meta_content"><span class="rich_media_meta"><a href="javascript:void(0);" id="js_name">
青石发布 </a></span><em id="publish_time">${time}</em></div>
<div class="rich_media_content" id="js_content" style="${style}">${body.join('')}<p><img data-src="https://example.org/a.png"></p></div>
<script>document.getElementById("js_content").style.visibility = "visible"; var nickname = htmlDecode("青石发布"); ${script}</script>
</div><div id="js_pc_qr_code" style="display:none;">微信扫一扫关注该公众号</div></div></body></html>`
}

for (const style of ['visibility: hidden; opacity: 0; ', 'display:none', '']) {
  test(`a WeChat article whose body has the style “${style}”`, async () => {
    const manuscript = await read(wechat(style))
    const expected = made.sections.flatMap(({ heading, paragraphs }) => [heading, ...paragraphs])
    assert.equal(bare(manuscript.text), bare([made.title, ...expected].join('')))
    assert.deepEqual(manuscript.stated, { title: made.title, publisher: '青石发布', date: '2021-01-05' })
    const { articles } = understand(manuscript, { file: 'a', id: 'a', format: 'html', stated: {} })
    assert.equal(articles[0]?.headline?.text, made.title)
    assert.deepEqual(
      articles[0]?.paragraphs.map(({ sections }) => sections.map(({ text }) => text).join()),
      made.sections.flatMap(({ heading, paragraphs }) => paragraphs.map(() => heading)),
    )
    assert.deepEqual(manuscript.notes, [])
  })
}

test('the day of a WeChat article, where it is shown or written by other scripts', async () => {
  const style = 'visibility:hidden'
  for (const [time, script] of [
    ['2021-01-05 10:20', 'var ct = "1500000000";'],
    ['2021年1月5日 10:20', ''],
    ['', "var createTime = '2021-01-05 10:20';"],
    ['', "window.cgiDataNew = { create_time: '1609777800' };"],
    ['', "var oriCreateTime = '1609777800';"],
  ] as const)
    assert.equal((await read(wechat(style, time, script))).stated.date, '2021-01-05', `${time} ${script}`)
  assert.equal((await read(wechat(style, '', ''))).stated.date, undefined)
})

const page = (body: string) =>
  `<html><head><meta charset="utf-8"><title>${made.title}</title></head><body>${body}</body></html>`
const article = `<h1>${made.title}</h1>${paragraphs.map((text) => `<p>${text}</p>`).join('')}`

test('a body that any site hides until a script shows it is read; a second setting of a text that is shown is not', async () => {
  for (const hiding of [
    'style="visibility:hidden"',
    'style="color:red;display : none"',
    'hidden',
    'aria-hidden="true"',
  ]) {
    const around = '<div class="top"><p>欢迎访问</p></div>'
    const { text, notes } = await read(page(`${around}<div ${hiding}>${article}</div>`))
    for (const paragraph of paragraphs) assert.ok(text.includes(paragraph), `${hiding}: ${text}`)
    assert.deepEqual(notes, [])
    const twice = await read(page(`<div>${article}</div><div ${hiding}>${article}<p>手机版</p></div>`))
    assert.equal(twice.text.split(paragraphs[0]!).length, 2)
    assert.match(twice.notes[0]!.en, /hidden characters: \d+/u)
  }
})

test('a page with navigation alone around its text gets no note', async () => {
  assert.deepEqual((await read(made.webPage())).notes, [])
})

test('tables, attachments and text that were left out are named with their numbers', async () => {
  const table = '<table><tr><td>项目</td><td>金额</td></tr><tr><td>修桥</td><td>30</td></tr></table>'
  const addresses = ['/f/1.pdf', '/f/2.xlsx?id=1', '/f/3.docm', '/f/4.caj#a', '/f/5.html', '/f/6.png', '/f/7']
  const files = `<ul>${addresses.map((address, i) => `<li><a href="${address}">附件${i + 1}</a></li>`).join('')}</ul>`
  const { text, notes } = await read(
    page(`<div class="a"><div class="main">${article}</div></div><div hidden>${table}</div>${files}`),
  )
  assert.ok(!text.includes('修桥'))
  assert.match(notes[0]!.zh, /表格 1 个、附件链接 4 个/u)
  assert.match(notes[0]!.en, /tables: 1, links to attachments: 4/u)
})
