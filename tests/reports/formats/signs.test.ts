import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { notEmbedded, pdfOf } from '../../fixtures/handwrittenPdf.ts'

// However busy the machine is.
const reading = { file: 'a.pdf', limits: { ...defaultLimits, seconds: 600 } }
const textOf = async (bytes: Uint8Array) => (await readPdf(bytes, reading)).text

/** A list whose bullets are the character `code` of a font of signs, which is said to mean `meaning` where that is given. */
function bulleted(font: string, code: number, items: readonly string[], meaning?: number): Uint8Array {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const shown = items
    .map((item, i) => `BT /F2 11 Tf 60 ${760 - 20 * i} Td <${hex(code, 2)}> Tj /F1 11 Tf 18 0 Td (${item}) Tj ET`)
    .join('\n')
  const map = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def
1 begincodespacerange <00> <ff> endcodespacerange
1 beginbfchar <${hex(code, 2)}> <${hex(meaning ?? 0, 4)}> endbfchar
endcmap end end`
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>',
    `<< /Length ${shown.length} >>\nstream\n${shown}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Type /Font /Subtype /TrueType /BaseFont /${font} /FirstChar ${code} /LastChar ${code} /Widths [460] /FontDescriptor 7 0 R ${meaning === undefined ? '' : '/ToUnicode 8 0 R'} >>`,
    `<< /Type /FontDescriptor /FontName /${font} /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>`,
    `<< /Length ${map.length} >>\nstream\n${map}\nendstream`,
  ])
}

const items = [
  'Three bridges were rebuilt with stone from the northern hills.',
  'A thousand trees were planted along the river.',
]

for (const [font, code, meaning] of [
  ['ABCDEF+Wingdings-Regular', 0x6e, undefined],
  ['ABCDEF+Wingdings-Regular', 0xa7, 0xf0a7],
  ['ABCDEF+SymbolMT', 0xb7, 0xf0b7],
] as const) {
  test(`a bullet of ${font}, ${meaning === undefined ? 'whose letter has no other meaning' : 'of private use'}, is one`, async () => {
    const text = await textOf(bulleted(font, code, items, meaning))
    assert.deepEqual(
      text.split('\n').map((line) => line.replace(/^•\s*/u, '• ')),
      items.map((item) => `• ${item}`),
    )
  })
}

test('punctuation in its forms for vertical lines is read as the sign that people write', async () => {
  const printed = ['联系时间︰上午九点至十一点', '附件︵一︶︽青石镇年报︾﹁全文﹂', '石桥︱木桥︐三座︒']
  assert.deepEqual((await textOf(notEmbedded('UniGB-UCS2-H', printed))).split('\n'), [
    '联系时间：上午九点至十一点',
    '附件(一)《青石镇年报》「全文」',
    '石桥—木桥,三座。',
  ])
})
