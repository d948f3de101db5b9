import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocx } from '../../../src/reports/formats/docx.ts'
import { readHtml } from '../../../src/reports/formats/html.ts'
import { marksOf, settleRaised } from '../../../src/reports/formats/raisedWords.ts'
import { reading } from '../../fixtures/office.ts'
import { paragraph, run, stylesOf, wordOf } from '../../fixtures/wordParts.ts'

/** Words with `^{…}` for raised and `_{…}` for lowered stretches, as they are written and as a passage shows them. */
function settled(source: string): { readonly written: string; readonly shown: string } {
  const marked = source.replace(/([\^_])\{([^}]*)\}/gu, (_, mark, words) =>
    marksOf(mark === '^' ? 'raised' : 'lowered').join(words),
  )
  const { words, hidden } = settleRaised(marked)
  return {
    written: words,
    shown: hidden.reduceRight((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), words),
  }
}

const shown = (source: string) => settled(source).shown

test('exponents, powers of units and formulas stay raised and lowered', () => {
  for (const [source, expected] of [
    ['藻密度2.6×10^{6}个/升', '藻密度2.6×10⁶个/升'],
    ['约10^{-3}克', '约10⁻³克'],
    ['10^{4}t至10^{5}t', '10⁴t至10⁵t'],
    ['面积3.5km^{2}、库容8m^{3}', '面积3.5km²、库容8m³'],
    ['6kg·hm^{-2}', '6kg·hm⁻²'],
    ['3米^{2}', '3米²'],
    ['CO_{2}与SO_{4}^{2-}', 'CO₂与SO₄²⁻'],
    ['R^{2}=0.98,2^{3}=8', 'R²=0.98,2³=8'],
    ['核素^{137}Cs', '核素¹³⁷Cs'],
    ['PM_{2.5}浓度', 'PM2.5浓度'],
    ['水温25^{0}C', '水温25°C'],
    ['第21^{st}盏', '第21st盏'],
  ] as const)
    assert.equal(shown(source), expected)
})

test('note marks are written apart and stand in no passage', () => {
  for (const [source, written, passage] of [
    ['游客45^{3}万人次', '游客45 [3]万人次', '游客45万人次'],
    ['增长12.5%^{①}。', '增长12.5% ①。', '增长12.5%。'],
    ['灯塔^{[2]}共9座', '灯塔 [2]共9座', '灯塔共9座'],
    ['船舶45^{1}^{2}艘', '船舶45 [12]艘', '船舶45艘'],
    ['渔获30t^{1}', '渔获30t [1]', '渔获30t'],
    ['泊位8^{*}个', '泊位8 *个', '泊位8个'],
    ['泊位8^{2)}个', '泊位8 2)个', '泊位8个'],
    ['^{1}初步数', '[1] 初步数', '初步数'],
  ] as const)
    assert.deepEqual(settled(source), { written, shown: passage })
})

test('marks that cannot be told join no figure and are not left out', () => {
  assert.equal(shown('货船10^{3}艘'), '货船10 [3] 艘')
  assert.equal(shown('浮标，10^{6}个'), '浮标，10 [6] 个')
  assert.equal(shown('2^{3}+1'), '2 [3]+1')
  assert.equal(shown('45^{3}67'), '45 [3] 67')
  assert.equal(shown('45^{3},678'), '45 [3],678')
  assert.equal(shown('编号1010_{2}'), '编号1010 [2]')
  assert.equal(shown('3^{1}/_{2}'), '3 ¹/₂')
  assert.equal(shown('3^{1/2}'), '3 1/2')
  assert.equal(shown('45^{}67'), '45 67')
  assert.equal(shown('^{①}').trim(), '①')
})

test('no figure grows by a digit, whatever is raised or lowered beside it', () => {
  const beside = ['', '3', '12', '[1]', '①', 'a', '-2', 'n', '2+', '3)', '注1', '1/2', '2.5', '0']
  for (const mark of ['^', '_'])
    for (const words of beside)
      for (const after of ['', '67', '万人', '.5', ',678', 'km'])
        for (const before of ['45', '10', '4.5'])
          assert.match(
            shown(`${before}${mark}{${words}}${after}`),
            new RegExp(`^${before.replace('.', '\\.')}(?![0-9])`, 'u'),
          )
})

test('raised words of Word and of web pages, in text and in tables', async () => {
  const raise = '<w:vertAlign w:val="superscript"/>'
  const cell = (...runs: string[]) => `<w:tc>${paragraph(...runs)}</w:tc>`
  const row = (...cells: string[]) => `<w:tr>${cells.join('')}</w:tr>`
  const table = `<w:tbl>${row(cell(run('港口')), cell(run('吞吐量')))}${row(cell(run('北港')), cell(run('45'), run('3', raise)))}</w:tbl>`
  const word = await wordOf(
    [
      paragraph(
        run('潮差4.5×10'),
        run('6', raise),
        run('毫米,灯塔12'),
        run('2', '<w:rStyle w:val="note"/>'),
        run('座。'),
      ),
      paragraph(
        run('水深7'),
        run('1', '<w:position w:val="8"/>'),
        run('米,另有9'),
        run('0', `${raise}<w:vanish/>`),
        run('处。'),
      ),
      table,
    ].join(''),
    {
      'word/styles.xml': stylesOf(
        `<w:style w:type="character" w:styleId="base"><w:rPr>${raise}</w:rPr></w:style><w:style w:type="character" w:styleId="note"><w:basedOn w:val="base"/></w:style>`,
      ),
    },
  )
  const page = `<p>潮差4.5×10<sup>6</sup>毫米,灯塔12<span style="vertical-align: super">2</span>座。</p><p>水深7<sup>1</sup>米,另有9处。</p>
    <table><tr><th>港口</th><th>吞吐量</th></tr><tr><td>北港</td><td>45<sup>3</sup></td></tr></table><pre>岸线3<sup>2</sup>公里</pre>`
  for (const manuscript of [await readDocx(word, reading), await readHtml(Buffer.from(page), reading)]) {
    const lines = manuscript.lines.map((line) => line.content.text)
    assert.deepEqual(lines.slice(0, 3), ['潮差4.5×10⁶毫米,灯塔12座。', '水深7米,另有9处。', '北港\n吞吐量 45'])
    assert.match(manuscript.text, /灯塔12 \[2\]座[\s\S]*45 \[3\]/u)
  }
  assert.equal((await readHtml(Buffer.from(page), reading)).lines.at(-1)!.content.text, '岸线3公里')
})
