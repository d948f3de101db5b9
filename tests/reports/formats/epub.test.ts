import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../../src/errors.ts'
import { readEpub } from '../../../src/reports/formats/epub.ts'
import { reading } from '../../fixtures/office.ts'
import { bookOf } from '../../fixtures/packageParts.ts'

async function read(...book: Parameters<typeof bookOf>) {
  const { lines, stated, notes } = await readEpub(await bookOf(...book), reading)
  return { lines: lines.map(({ level, content }) => `${'#'.repeat(level)}${content.text}`), stated, notes }
}

test('chapters are read in the order of the spine, without tables of contents', async () => {
  const { lines, stated } = await read(
    {
      'z.xhtml': '<h1>第一章 山川</h1><a id="x"/><p>云岭县有大山七座。</p><div class="line"/><p>最高峰1260米。</p>',
      'toc.xhtml': '<h1>目录</h1><p>旧式目录里的字</p>',
      'a.xhtml':
        '<h1>第二章 物产</h1><nav epub:type="page-list"><p>页码表</p></nav><h2>第一节 茶</h2><ul><li>绿茶3.2万亩</li></ul><table><tr><th>镇名</th><th>茶园(亩)</th></tr><tr><td>白沙镇</td><td>1370</td></tr><tr><td>红枫镇</td><td>2846</td></tr></table>',
    },
    {
      metadata:
        '<dc:title>云岭县志</dc:title><dc:creator>张三</dc:creator><dc:publisher>云岭出版社</dc:publisher><dc:date opf:event="modification">2024-01-01</dc:date><dc:date opf:event="publication">2021-06</dc:date>',
      guide: '<guide><reference type="toc" href="text/toc.xhtml"/></guide>',
    },
  )
  assert.deepEqual(lines, [
    '#云岭县志',
    '#第一章 山川',
    '云岭县有大山七座。',
    '最高峰1260米。',
    '#第二章 物产',
    '##第一节 茶',
    '绿茶3.2万亩',
    '白沙镇\n茶园(亩) 1370',
    '红枫镇\n茶园(亩) 2846',
  ])
  assert.deepEqual(stated, { title: '云岭县志', publisher: '云岭出版社', date: '2021-06' })
})

test('a book that shows its title is not given it again; a writer who is no organisation publishes nothing', async () => {
  const { lines, stated } = await read(
    { 'a.xhtml': '<h1>云岭县志</h1><p>县治在云岭镇。</p>' },
    { metadata: '<dc:title>云岭县志</dc:title><dc:creator>张三</dc:creator>' },
  )
  assert.deepEqual(lines, ['#云岭县志', '县治在云岭镇。'])
  assert.deepEqual(stated, { title: '云岭县志' })
})

test('links to notes are note marks, though only a style sheet raises them, and arrows back are no text', async () => {
  const { lines } = await read({
    'a.xhtml': [
      '<p>投资12.5亿元<a href="#fn1" epub:type="noteref">1</a>,<a href="#fn2" class="footnote-ref"><sup>2</sup></a>种树<a href="b.xhtml#_ftn3">[3]</a>。</p>',
      '<p>见<a href="#note-2">附注的说明</a>和<a href="#y2023">2023</a>年。</p>',
      '<ol><li id="fn1"><p>数据来自镇统计站。<a href="#fnref1" role="doc-backlink">↩\ufe0e</a></p></li></ol>',
    ].join(''),
  })
  assert.deepEqual(lines, ['投资12.5亿元,种树。', '见附注的说明和2023年。', '数据来自镇统计站。'])
})

test('an encrypted book is refused with what to do; disguised fonts lock nothing', async () => {
  const chapters = { 'a.xhtml': '<p>县治在云岭镇。</p>' }
  const encryption = (algorithm: string) =>
    `<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/><enc:CipherData/></enc:EncryptedData></encryption>`
  const locked = encryption('http://www.w3.org/2001/04/xmlenc#aes128-cbc')
  await assert.rejects(
    readEpub(await bookOf(chapters, { parts: { 'META-INF/encryption.xml': locked } }), reading),
    (error) => error instanceof ReportError && /DRM.*未加密的版本/u.test(error.text.zh),
  )
  const fonts = encryption('http://www.idpf.org/2008/embedding')
  assert.deepEqual((await read(chapters, { parts: { 'META-INF/encryption.xml': fonts } })).lines, ['县治在云岭镇。'])
})

test('chapters that are missing are noted, and names that lead out of the book lead nowhere', async () => {
  const outside =
    '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="../../../../etc/passwd.xhtml" media-type="application/xhtml+xml"/><item id="b" href="text/b.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
  const { lines, notes } = await read({ 'b.xhtml': '<p>还在的一章。</p>' }, { parts: { 'OEBPS/book.opf': outside } })
  assert.deepEqual(lines, ['还在的一章。'])
  assert.equal(notes[0]?.en, '1 chapters are missing from the file and could not be read.')
})
