import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRtf } from '../../../src/reports/formats/rtf.ts'
import { encode, reading } from '../../fixtures/office.ts'

const read = (source: string | Uint8Array) =>
  readRtf(typeof source === 'string' ? Buffer.from(source, 'latin1') : source, reading)
const textOf = async (source: string | Uint8Array) => (await read(source)).text
/** Words as RTF writes bytes of a code page: `\'d6\'d0`. */
const hex = (words: string, encoding: 'gb18030' | 'big5') =>
  [...encode(words, encoding)].map((byte) => `\\'${byte.toString(16).padStart(2, '0')}`).join('')

test('bytes are read in the code page of their font, else of the file', async () => {
  const gbk = hex('青石镇', 'gb18030')
  const big5 = hex('臺灣', 'big5')
  assert.equal(await textOf(`{\\rtf1\\ansi\\ansicpg936 ${gbk}}`), '青石镇')
  assert.equal(
    await textOf(
      `{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset136 Ming;}{\\f2 Arial;}}\\f0 ${gbk}\\f1 ${big5}\\f2 caf\\'e9}`,
    ),
    '青石镇臺灣café',
  )
  // The second byte of a character may be one that RTF itself uses, and some programs write bytes as they are.
  assert.equal(await textOf(`{\\rtf1\\ansicpg936 ${hex('俓', 'gb18030')}}`), '俓')
  assert.equal(await textOf(Buffer.concat([Buffer.from('{\\rtf1\\ansicpg936 '), encode('老桥', 'gb18030')])), '老桥')
  assert.equal(await textOf("{\\rtf1\\ansicpg936 \\'93}"), '“')
})

test('a character of Unicode replaces the bytes for old readers behind it', async () => {
  assert.equal(await textOf("{\\rtf1\\uc1 \\u38738\\'3f\\u-30708?x}"), '青\u880cx')
  assert.equal(await textOf("{\\rtf1\\uc2 \\u38738\\'c7\\'e0x}"), '青x')
  assert.equal(await textOf('{\\rtf1\\uc0 \\u38738 x}'), '青x')
  assert.equal(await textOf('{\\rtf1{\\uc0 \\u38738}\\u30707 ?x}'), '青石x')
  assert.equal(await textOf('{\\rtf1\\u-10174?\\u-8393?}'), '𠬷')
})

test('hidden, deleted and struck-out words, data and unknown groups are left out', async () => {
  assert.equal(
    await textOf(
      '{\\rtf1{\\*\\generator X;}{\\colortbl;\\red0;}a{\\v b}{\\deleted c}{\\strike d}{\\pict\\pngblip 89504e}\\bin4 {}}x{\\*\\unknown e}{\\header f}g}',
    ),
    'ag',
  )
  assert.equal(await textOf('{\\rtf1 a{\\field{\\*\\fldinst HYPERLINK "b"}{\\fldrslt c}}d}'), 'acd')
  assert.equal(await textOf('{\\rtf1 a{\\shp{\\*\\shpinst{\\sp{\\sn n}{\\sv v}}{\\shptxt\\pard b\\par}}}c}'), 'ac\nb')
})

test('a Western font has its own signs in a file of a double-byte code page', async () => {
  const fonts = '{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset0 Arial;}{\\f2 Other;}}'
  const gbk = (words: string) => hex(words, 'gb18030')
  const text = (words: string) => textOf(`{\\rtf1\\ansi\\ansicpg936${fonts}${words}}`)
  assert.equal(await text("\\f1 It\\'92s a caf\\'e9 \\'93here\\'94."), 'It’s a café “here”.')
  // Some programs write Chinese characters in a font that they say is Western.
  assert.equal(await text(`\\f1 2023${gbk('年')}`), '2023年')
  assert.equal(await text(`\\f1 ${gbk('俓青石镇')}`), '俓青石镇')
  assert.equal(await text(`\\f2 ${gbk('俓')}`), '俓')
  // One sign of the Western code page costs no other character.
  assert.equal(await text(`\\f2 ${gbk('青石镇')}\\'94 x`), '青石镇” x')
})

test('notes and text boxes have the substitutes of their document', async () => {
  assert.equal(await textOf('{\\rtf1\\uc0 a{\\footnote \\u38738 x}\\par}'), 'a\n青x')
  assert.equal(await textOf('{\\rtf1\\uc0 a{\\shp{\\*\\shpinst{\\shptxt \\u38738 x\\par}}}\\par}'), 'a\n青x')
})

test('what is hidden in several ways is shown when all of them end', async () => {
  assert.equal(await textOf('{\\rtf1 a{\\v\\strike b\\strike0 c\\v0 d}{\\deleted\\v e\\v0 f}g}'), 'adg')
  assert.equal(await textOf('{\\rtf1 a{\\strike\\striked0 b}{\\v\\deleted0 c}{\\v d\\plain e}g}'), 'aeg')
})

test('equations are read in their sentence; one that cannot be read is told', async () => {
  const run = (words: string) => `{\\mr\\mscr0\\msty2{\\rtlch\\fcs1\\af0 ${words}}}`
  const half = `{\\mf{\\*\\mfPr{\\*\\mctrlPr\\f34}}{\\mnum${run('1')}}{\\mden${run('2')}}}`
  const sum = `{\\mnary{\\*\\mnaryPr{\\mchr \\u8721?}}{\\msub${run('i')}}{\\msup${run('n')}}{\\me${run('\\u945?')}}}`
  const math = (content: string) => `{\\mmath{\\*\\moMathPara{\\*\\moMath${content}}}{\\mmathPict{\\pict 00}}}`
  const read1 = await read(`{\\rtf1 a${math(`${run('x=')}${half}`)}b${math(sum)}c}`)
  assert.equal(read1.text, 'ax=1/2b∑_i^n αc')
  assert.deepEqual(read1.notes, [])
  const object = (program: string) =>
    `{\\object\\objemb{\\*\\objclass ${program}}{\\*\\objdata 01}{\\result{\\pict 00}}}`
  const unread = await read(
    `{\\rtf1 a${math(`{\\mm{\\mmr{\\me${run('1')}}}}`)}b${object('Equation.3')}c${object('Excel.Sheet.8')}d}`,
  )
  assert.equal(unread.text, 'a［公式］b［公式］cd')
  assert.match(unread.notes[0]!.en, /^2 equations/u)
  const field = '{\\field{\\*\\fldinst {\\f1 EQ \\\\f(1,2)}}{\\fldrslt {}}}'
  assert.equal((await read(`{\\rtf1 a${field}b}`)).text, 'a［公式］b')
})

test('paragraphs, line breaks and signs', async () => {
  assert.equal(
    await textOf('{\\rtf1 a\\par\r\nb\\line c\\tab d\\emdash\\ldblquote e\\rdblquote\\~f\\_g\\-h\\{\\}\\\\}'),
    'a\nb\nc d—“e” f\u2011gh{}\\',
  )
})

test('headings by the style or the outline level, and no table of contents', async () => {
  const styles =
    '{\\stylesheet{\\s1 heading 1;}{\\s2\\outlinelevel2 Own;}{\\s3 toc 1;}{\\*\\cs4\\additive heading 1 Char;}{Normal;}}'
  const { lines } = await read(
    `{\\rtf1${styles}\\pard\\s1 A\\par\\pard\\s2 B\\par\\pard\\s3 A 1\\par\\pard c\\par\\pard\\outlinelevel1 D\\par}`,
  )
  assert.deepEqual(
    lines.map(({ level, content }) => [level, content.text]),
    [
      [1, 'A'],
      [3, 'B'],
      [0, 'c'],
      [2, 'D'],
    ],
  )
})

test('rows whose definition stands before or behind their cells, with merged cells', async () => {
  const head = '\\clvmgf\\cellx1000\\cellx3000'
  const below = '\\clvmrg\\cellx1000\\cellx2000\\cellx3000'
  const last = '\\cellx1000\\cellx2000\\cellx3000'
  const { text, lines } = await read(
    `{\\rtf1\\trowd${head}\\pard\\intbl Item\\cell 2023\\cell\\row
\\pard\\intbl\\cell plan\\cell real\\cell\\trowd${below}\\row
\\trowd${last}\\pard\\intbl Tax\\cell 8\\cell 9.5\\cell\\row\\pard after\\par}`,
  )
  assert.equal(text, 'Item\t2023\nplan\treal\nTax\t8\t9.5\nafter')
  assert.deepEqual(
    lines.map(({ content }) => content.text),
    ['Tax\n2023 plan 8\n2023 real 9.5', 'after'],
  )
})

test('notes stand at the end, and exponents are raised', async () => {
  assert.equal(
    await textOf(
      '{\\rtf1 a{\\super\\chftn}{\\footnote\\pard\\plain{\\super\\chftn} note}b 10 m{\\super 2}\\par c\\par}',
    ),
    'ab 10 m²\nc\nnote',
  )
})

test('the properties state what the text bears out', async () => {
  const info =
    '{\\info{\\upr{\\title ?}{\\*\\ud{\\title \\u38738?\\u30707?}}}{\\author \\u38738?\\u30707?\\u38215?\\u20154?\\u27665?\\u25919?\\u24220?}{\\creatim\\yr2023\\mo5\\dy6\\hr1}}'
  const { stated } = await read(`{\\rtf1${info}\\u38738?\\u30707? 2023}`)
  assert.deepEqual(stated, { title: '青石', publisher: '青石镇人民政府', date: '2023-05-06' })
  assert.deepEqual((await read(`{\\rtf1${info}other}`)).stated, { publisher: '青石镇人民政府' })
})

test('groups nested beyond reason are refused', async () => {
  await assert.rejects(read('{'.repeat(5000)), /nested too deep/u)
  // Ends of groups that were not opened are passed over.
  assert.equal(await textOf(`{\\rtf1 a}${'}'.repeat(5000)}b`), 'ab')
})
