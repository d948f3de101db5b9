import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocx } from '../../../src/reports/formats/docx.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { reading } from '../../fixtures/office.ts'
import { paragraph, relationships, run, stylesOf, wordOf } from '../../fixtures/wordParts.ts'

const linesOf = async (body: string, parts: Parameters<typeof wordOf>[1] = {}) => {
  const { lines, notes, text } = await readDocx(await wordOf(body, parts), reading)
  return { lines: lines.map((line) => line.content.text), notes: notes.map((note) => note.en), text }
}

test('words that are struck out, hidden or deleted are not text', async () => {
  const hidden = ['<w:strike/>', '<w:dstrike/>', '<w:vanish/>', '<w:rStyle w:val="secret"/>']
  const { text } = await linesOf(
    [
      ...hidden.map((properties) => paragraph(run('港口有'), run('口令9988', properties), run('三座灯塔。'))),
      `<w:p><w:pPr><w:pStyle w:val="draft"/></w:pPr>${run('整段草稿')}${run('仍要说', '<w:vanish w:val="0"/>')}</w:p>`,
      `<w:p>${run('留下')}<w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins>${run('新增')}</w:ins></w:p>`,
      `<w:tbl><w:tr><w:tc>${paragraph(run('航道'))}</w:tc><w:tc>${paragraph(run('水深'))}</w:tc></w:tr><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>${paragraph(run('密道'))}</w:tc><w:tc>${paragraph(run('8'))}</w:tc></w:tr></w:tbl>`,
    ].join(''),
    {
      'word/styles.xml': stylesOf(
        '<w:style w:type="character" w:styleId="secret"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="draft"><w:rPr><w:vanish/></w:rPr></w:style>',
      ),
    },
  )
  assert.equal(
    text.split('\n').slice(0, 6).join('|'),
    '港口有三座灯塔。|港口有三座灯塔。|港口有三座灯塔。|港口有三座灯塔。|仍要说|留下新增',
  )
  assert.doesNotMatch(text, /密道/u)
})

test('struck words of a web page are not text', async () => {
  const page =
    '<p>灯塔<s>三</s><del>四</del><strike>五</strike><span style="text-decoration: underline line-through">六</span>七座</p>'
  assert.equal((await readHtml(Buffer.from(page), reading)).text, '灯塔七座')
})

test('styles that are based on one another in a ring are read to an end', async () => {
  const ring = ['a', 'b'].map(
    (id) => `<w:style w:styleId="${id}"><w:basedOn w:val="${id === 'a' ? 'b' : 'a'}"/></w:style>`,
  )
  const { text } = await linesOf(paragraph(run('灯塔', '<w:rStyle w:val="a"/>')), {
    'word/styles.xml': stylesOf(ring.join('')),
  })
  assert.equal(text, '灯塔')
})

const math = (words: string) => `<m:r><m:t>${words}</m:t></m:r>`

test('an equation of Word is read in its sentence, or a sign stands there and a note tells', async () => {
  const equations = [
    math('x=42.5%'),
    `<m:f><m:num>${math('a+b')}</m:num><m:den>${math('2')}</m:den></m:f>`,
    `<m:sSup><m:e>${math('10')}</m:e><m:sup>${math('-3')}</m:sup></m:sSup>`,
    `<m:sSubSup><m:e>${math('x')}</m:e><m:sub>${math('i')}</m:sub><m:sup>${math('2')}</m:sup></m:sSubSup>`,
    `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${math('i=1')}</m:sub><m:sup>${math('n')}</m:sup><m:e>${math('q')}</m:e></m:nary>`,
    `<m:rad><m:deg/><m:e>${math('h+1')}</m:e></m:rad>`,
    `<m:d><m:e>${math('a')}</m:e></m:d>`,
    '<m:m><m:mr/></m:m>',
  ]
  const { lines, notes } = await linesOf(
    equations.map((equation) => paragraph(run('取'), `<m:oMath>${equation}</m:oMath>`, run('。'))).join(''),
  )
  assert.deepEqual(lines, [
    '取x=42.5%。',
    '取(a+b)/2。',
    '取10⁻³。',
    '取xᵢ²。',
    '取∑_(i=1)^n q。',
    '取√(h+1)。',
    '取(a)。',
    '取［公式］。',
  ])
  assert.match(notes.join(''), /^1 equations/u)
})

test('an equation beside a figure does not make it longer; one that is an object is told', async () => {
  const object = '<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r>'
  const { lines, notes } = await linesOf(
    paragraph(run('潮差45'), `<m:oMath>${math('6')}</m:oMath>`, run('7米')) + paragraph(run('即'), object, run('米')),
  )
  assert.deepEqual(lines, ['潮差45 6 7米', '即［公式］米'])
  assert.equal(notes.length, 1)
})

test('an equation of a web page is read in its sentence, or a sign stands there and a note tells', async () => {
  const fraction = '<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>'
  const power = '<msup><mn>10</mn><mn>6</mn></msup>'
  const page = `<p>取<math><semantics><mrow>${fraction}</mrow><annotation>\\frac</annotation></semantics></math>,约<math>${power}</math>升。</p><p>又<math><mtable><mtr><mtd>1</mtd></mtr></mtable></math>。</p>`
  const { text, notes } = await readHtml(Buffer.from(page), reading)
  assert.equal(text, '取(a+b)/2,约10⁶升。\n又［公式］。')
  assert.equal(notes.length, 1)
})

test('equations nested beyond reason are told, and parts nested beyond reason are refused', async () => {
  const deep = (name: string, depth: number, inner: string) =>
    `<${name}>`.repeat(depth) + inner + `</${name}>`.repeat(depth)
  const { lines } = await linesOf(
    paragraph(
      run('取'),
      `<m:oMath>${deep('m:d><m:e', 60, math('a')).replaceAll('</m:d><m:e>', '</m:e></m:d>')}</m:oMath>`,
    ),
  )
  assert.deepEqual(lines, ['取［公式］'])
  await assert.rejects(linesOf(deep('w:smartTag', 20_000, run('灯塔'))), /damaged/u)
  const page = `<p>取<math>${deep('mrow', 200, '<mn>1</mn>')}</math></p>`
  assert.equal((await readHtml(Buffer.from(page), reading)).text, '取［公式］')
})

const chunkType = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk'

test('embedded documents are read in their places, and those that cannot be are told', async () => {
  const inner = await wordOf(paragraph(run('北港'), run('密', '<w:vanish/>'), run('有灯塔3座。')))
  const body = [
    paragraph(run('一段。')),
    '<w:altChunk r:id="c1"/>',
    paragraph(run('二段。')),
    '<w:altChunk r:id="c2"/>',
    '<w:altChunk r:id="c3"/>',
  ]
  const { lines, notes } = await linesOf(body.join(''), {
    'word/_rels/document.xml.rels': relationships({
      c1: [chunkType, 'chunk1.htm'],
      c2: [chunkType, '/word/chunk2.docx'],
      c3: [chunkType, 'missing.rtf'],
    }),
    'word/chunk1.htm': '<html><head><meta charset="utf-8"></head><body><p>岸线7.5×10<sup>3</sup>米。</p></body></html>',
    'word/chunk2.docx': inner,
  })
  assert.deepEqual(lines, ['一段。', '岸线7.5×10³米。', '二段。', '北港有灯塔3座。'])
  assert.match(notes.join(''), /^1 embedded/u)
})

test('documents embedded in one another are read to a depth, and a note tells of the rest', async () => {
  let document = await wordOf(paragraph(run('最里面')))
  for (let depth = 0; depth < 5; depth++) {
    document = await wordOf(`${paragraph(run(`第${depth}层`))}<w:altChunk r:id="c"/>`, {
      'word/_rels/document.xml.rels': relationships({ c: [chunkType, 'c.docx'] }),
      'word/c.docx': document,
    })
  }
  const { text, notes } = await readDocx(document, reading)
  assert.equal(text, '第4层\n第3层\n第2层')
  assert.equal(notes.length, 1)
})
