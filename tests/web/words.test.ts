import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReadable, mimeTypeOf } from '../../src/reports/formats/fileNames.ts'
import type { Range } from '../../src/text/range.ts'
import { html } from '../../src/web/html.ts'
import { languageFor } from '../../src/web/language.ts'
import { decodeSelection, encodeSelection } from '../../src/web/selectionLink.ts'
import { encodingFor } from '../../src/web/send.ts'
import { webTexts } from '../../src/web/texts.ts'
import fc from '../laws.ts'

test('no value of a template can end an element or an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'`=/ ax中\0\r\n') }), (text) => {
      const written = html`<p title="${text}">${[text, html`<b>${text}</b>`]}</p>`.html
      const inside = /^<p title="([^"<>]*)">([^<>"]*)<b>([^<>"]*)<\/b><\/p>$/u.exec(written)
      assert.ok(inside, written)
    }),
  )
  assert.equal(html`${null}${undefined}${false}${0}`.html, '0')
})

test('text in HTML has as many characters as it had, so that places agree', () => {
  assert.equal(html`${'a\0b\rc'}`.html, 'a\ufffdb&#13;c')
})

test('the language is the one asked for, else the first of ours that the browser wants', () => {
  const cases: [string | undefined, string | undefined, string][] = [
    ['en', 'zh-CN', 'en'],
    ['fr', 'fr, en;q=0.5, zh;q=0.8', 'zh'],
    [undefined, 'zh-TW,zh;q=0.9,en;q=0.8', 'zh-Hant'],
    [undefined, 'zh-HK', 'zh-Hant'],
    [undefined, 'zh-Hans-HK', 'zh'],
    [undefined, 'zh-CN,zh-TW;q=0.8', 'zh'],
    ['zh-Hant', 'en', 'zh-Hant'],
    ['zh-CN', 'en', 'zh'],
    [undefined, 'en-GB', 'en'],
    [undefined, 'zh;q=0, en;q=0.1', 'en'],
    [undefined, 'de', 'zh'],
    [undefined, undefined, 'zh'],
  ]
  for (const [asked, accepted, language] of cases) assert.equal(languageFor(asked, accepted, 'zh'), language, accepted)
})

test('every file that is read as a report has a type, and no other', () => {
  const readable =
    '.txt .text .md .markdown .html .htm .xhtml .docx .odt .ott .fodt .pptx .ppsx .potx .pptm .odp .otp .epub .xlsx .xls .ods .csv .tsv .pdf .png .jpg .jpeg .webp .tif .tiff .gif'
  for (const extension of readable.split(' ')) {
    assert.ok(isReadable(`x${extension}`), extension)
    assert.notEqual(mimeTypeOf(`x${extension.toUpperCase()}`), 'application/octet-stream', extension)
  }
  for (const extension of ['.bmp', '.exe', '.svg', '']) {
    assert.ok(!isReadable(`x${extension}`))
    assert.equal(mimeTypeOf(`x${extension}`), 'application/octet-stream', extension)
  }
})

test('the best encoding that is taken', () => {
  const cases: [string | undefined, string | null][] = [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
    [undefined, null],
  ]
  for (const [accepted, encoding] of cases) assert.equal(encodingFor(accepted), encoding, accepted)
})

test('a link to selected words is read again as it was, and nothing else is', () => {
  const range = fc
    .tuple(fc.nat({ max: 9_000_000 }), fc.integer({ min: 1, max: 4000 }))
    .map(([at, length]): Range => [at, at + length])
  fc.assert(
    fc.property(fc.array(range, { minLength: 1, maxLength: 20 }), fc.string(), (ranges, text) => {
      const link = encodeSelection(ranges, text)
      assert.match(link, /^[A-Za-z0-9._-]+$/u)
      assert.deepEqual(decodeSelection(link)?.ranges, ranges)
    }),
  )
  const behind = '.0123456789.3-abc'
  const wrong = ['', '.', '1-2', '1-2.short', '1-2.0123456789', `-${behind}`, `1-2__3-4${behind}`, `1-zzzzz${behind}`]
  for (const text of wrong) {
    assert.equal(decodeSelection(text), null, text)
  }
})

test('both languages say everything, and not the same', () => {
  const shapes = ([webTexts.zh, webTexts.en] as const).map((texts) => keysOf(texts))
  assert.deepEqual(shapes[0], shapes[1])
})

function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]))
}
