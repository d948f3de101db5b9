import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner, reportMark } from '../../src/web/signer.ts'
import fc from '../laws.ts'

const signer = createSigner('123:abc')
const who = fc.maxSafeInteger()
const until = fc.nat({ max: 2 ** 32 - 1 })
const report = fc.string({ unit: 'grapheme' })

test('a link is read again as its grant, for its own report and with the same secret only', () => {
  fc.assert(
    fc.property(who, report, until, report, (who, report, until, other) => {
      const link = signer.link(who, report, until)
      assert.match(link, /^[A-Za-z0-9_-]{38}$/u)
      assert.deepEqual(createSigner('123:abc').readLink(link, report), { who, report: reportMark(report), until })
      if (other !== report) assert.equal(signer.readLink(link, other), null)
      assert.equal(createSigner('123:abd').readLink(link, report), null)
    }),
  )
})

const session = fc.record(
  {
    id: fc.string(),
    grants: fc.array(fc.record({ who, report: fc.option(report.map(reportMark)), until }, { noNullPrototype: true }), {
      maxLength: 4,
    }),
  },
  { noNullPrototype: true },
)

test('a session is read again as itself, with the same secret only', () => {
  fc.assert(
    fc.property(session, (given) => {
      const text = signer.session(given)
      assert.deepEqual(createSigner('123:abc').readSession(text), given)
      assert.equal(createSigner('123:abd').readSession(text), null)
    }),
  )
})

test('a link and a session with another sign in any place are not read', () => {
  const sign = fc.constantFrom(...'ABCabc012_-. =')
  const link = signer.link(7, '报告', 1_900_000_000)
  const text = signer.session({ id: 'a', grants: [{ who: 7, report: null, until: 1_900_000_000 }] })
  const changed = (given: string, at: number, sign: string) => given.slice(0, at) + sign + given.slice(at + 1)
  fc.assert(
    fc.property(fc.nat({ max: link.length }), sign, (at, sign) => {
      const other = changed(link, at, sign)
      if (other !== link) assert.equal(signer.readLink(other, '报告'), null)
    }),
  )
  // The last letter of Base64 holds bits that stand for nothing, so the place before it is the last one looked at.
  fc.assert(
    fc.property(fc.nat({ max: text.length - 2 }), sign, (at, sign) => {
      const other = changed(text, at, sign)
      if (other !== text) assert.equal(signer.readSession(other), null)
    }),
  )
})
