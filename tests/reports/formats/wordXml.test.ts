import assert from 'node:assert/strict'
import { test } from 'node:test'
import { charactersOf, escaped, parseXml, unescaped, writeXml } from '../../../src/reports/formats/wordXml.ts'
import fc, { anyCodePoints } from '../../laws.ts'

const words = fc.oneof(anyCodePoints({ maxLength: 8 }), fc.string({ unit: fc.constantFrom(...'<>&;"\'#x41amplt') }))

test('words are read again as they were before they were escaped', () => {
  fc.assert(
    fc.property(words, (given) => {
      assert.equal(unescaped(escaped(given)), given)
      assert.equal(charactersOf(escaped(given)), given)
    }),
  )
})

const attribute = fc
  .tuple(fc.constantFrom('w:val', 'id', 'xmlns:w'), fc.constantFrom('"', "'"), fc.constantFrom('a', '>', '/>', ' '))
  .map(([name, quote, value]) => ` ${name}=${quote}${value}${quote}`)
const silent = fc.constantFrom('<!-- < > -->', '<![CDATA[<w:p>]]>', '<?mso a > b?>')
const { node } = fc.letrec<{ node: string; element: string }>((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, words.map(escaped), silent, tie('element')),
  element: fc
    .tuple(
      fc.constantFrom('w:p', 'w:r', 'other', 'm:oMath'),
      fc.array(attribute, { maxLength: 2 }),
      fc.option(fc.array(tie('node'), { maxLength: 3 })),
    )
    .map(([name, attributes, inner]) => {
      const start = `<${name}${attributes.join('')}`
      return inner === null ? `${start}/>` : `${start}>${inner.join('')}</${name}>`
    }),
}))

test('a part is written back to the letter', () => {
  fc.assert(fc.property(node, (source) => assert.equal(writeXml(parseXml(source).nodes), source)))
})
