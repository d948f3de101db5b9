import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Address,
  type AddressKind,
  decodeAddress,
  decodeLink,
  encodeAddress,
  type FileAction,
  type Handlers,
  handleAddress,
  maxAddressCharacters,
  maxPassagesOfAddress,
} from '../../../src/bot/views/address.ts'
import type { Range } from '../../../src/text/range.ts'
import fc, { anyCodePoints } from '../../laws.ts'

const base64url = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const id = fc.string({ unit: base64url, minLength: 16, maxLength: 16 })
const passage = id.map((letters) => `p-${letters}`)
/** As in passages, which have at most some hundred characters. */
const ranges = fc
  .uniqueArray(fc.integer({ min: 0, max: 1295 }), { maxLength: 10 })
  .map((ends) => ends.toSorted((one, other) => one - other))
  .map((ends) => ends.flatMap((at, i): Range[] => (i % 2 === 1 ? [[ends[i - 1]!, at]] : [])))
/** A tag holds no space, but may hold what else there is. */
const tag = anyCodePoints({ minLength: 1, maxLength: 4 }).filter((text) => !text.includes(' '))
const record = <T>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }) => fc.record(fields, { noNullPrototype: true })

const quote = { passage, highlights: ranges, figures: ranges }
const file = <Kind extends FileAction>(kind: Kind) => record({ kind: fc.constant(kind), id })
/** Addresses of every kind: without one of them this does not compile. */
const ofKind = {
  quote: record({ kind: fc.constant('quote'), ...quote }),
  share: record({ kind: fc.constant('share'), ...quote }),
  photograph: record({ kind: fc.constant('photograph'), ...quote }),
  paragraph: record({
    kind: fc.constant('paragraph'),
    passage,
    steps: fc.integer({ min: 1 - 36 ** 4, max: 36 ** 4 - 1 }),
  }),
  quotes: record({
    kind: fc.constant('quotes'),
    passages: fc.array(passage, { minLength: 1, maxLength: maxPassagesOfAddress }),
  }),
  source: record({ kind: fc.constant('source'), passage }),
  feedback: record({
    kind: fc.constant('feedback'),
    passage,
    verdict: fc.constantFrom('good', 'bad', 'wrong', 'partial', 'garbled', 'outdated'),
  }),
  reports: record({ kind: fc.constant('reports'), page: fc.nat({ max: 9999 }), tags: fc.array(tag, { maxLength: 3 }) }),
  language: record({ kind: fc.constant('language'), language: fc.constantFrom('zh', 'en') }),
  watch: record({
    kind: fc.constant('watch'),
    step: fc.constantFrom('offer', 'narrow', 'keep', 'drop'),
    isExact: fc.boolean(),
    answered: fc.option(passage),
    tag: fc.option(tag),
  }),
  standing: record({
    kind: fc.constant('standing'),
    id: fc.string({ unit: base64url, minLength: 12, maxLength: 12 }),
    action: fc.constantFrom('pause', 'resume', 'end'),
  }),
  ask: file('ask'),
  keep: file('keep'),
  takeOut: file('takeOut'),
  putBack: file('putBack'),
  takeOutAlbum: file('takeOutAlbum'),
  putBackAlbum: file('putBackAlbum'),
} satisfies { [Kind in AddressKind]: fc.Arbitrary<Address<Kind>> }
const kinds = Object.keys(ofKind) as AddressKind[]
const address: fc.Arbitrary<Address> = fc.oneof(...Object.values(ofKind))

test('every address fits a button and a link, and is read again as itself; only long tags may find no room', () => {
  fc.assert(
    fc.property(address, (given) => {
      const text = encodeAddress(given)
      assert.match(text, /^[A-Za-z0-9_-]+$/)
      if (text.length > maxAddressCharacters) {
        assert.ok(given.kind === 'reports' || given.kind === 'watch')
        assert.equal(decodeAddress(text), null)
      } else assert.deepEqual(decodeAddress(text), given)
    }),
    { numRuns: 5000 },
  )
})

test('no two kinds share a letter', () => {
  fc.assert(
    fc.property(fc.tuple(...Object.values(ofKind)), (all) => {
      const letters = all.map((given) => encodeAddress(given)[0])
      assert.equal(new Set(letters).size, kinds.length, letters.join(' '))
    }),
    { numRuns: 20 },
  )
})

test('a text is read only as the address whose text it is, and no text makes it throw', () => {
  const behind = fc.oneof(fc.string({ unit: base64url, maxLength: 64 }), fc.constantFrom('zh', 'en', 'fr', 'zh0'))
  const text = fc.oneof(
    anyCodePoints(),
    fc.tuple(fc.string({ unit: base64url, minLength: 1, maxLength: 1 }), behind).map((both) => both.join('_')),
    // One character of a good one changed, left out or doubled.
    fc
      .tuple(address.map(encodeAddress), fc.nat(), fc.constantFrom('', '!', 'é', '\n', '00', '-'))
      .map(([good, at, put]) => {
        const place = at % good.length
        return good.slice(0, place) + put + good.slice(place + 1)
      }),
  )
  fc.assert(
    fc.property(text, (given) => {
      const read = decodeAddress(given)
      if (read !== null) assert.equal(encodeAddress(read), given)
    }),
    { numRuns: 5000 },
  )
})

test('links have the addresses that can be opened in private, and none of files, languages or sharing', () => {
  const linked = ['feedback', 'paragraph', 'photograph', 'quote', 'quotes', 'reports', 'source']
  fc.assert(
    fc.property(address, (given) => {
      const text = encodeAddress(given)
      assert.deepEqual(decodeLink(text), linked.includes(given.kind) ? decodeAddress(text) : null)
    }),
  )
})

test('an address goes to the handler of its kind, and a kind without one does not compile', async () => {
  const kindOf = async (_: null, { kind }: Address) => kind
  const { keep: _, ...others } = Object.fromEntries(kinds.map((kind) => [kind, kindOf])) as Handlers<
    AddressKind,
    null,
    string
  >
  const handlers: Handlers<AddressKind, null, string> = { ...others, keep: kindOf }
  // @ts-expect-error `keep` is missing.
  const incomplete: Handlers<AddressKind, null, string> = others
  assert.equal(Object.keys(incomplete).length, kinds.length - 1)
  for (const one of fc.sample(address, 50)) assert.equal(await handleAddress(handlers, null, one), one.kind)
})

test('a highlight too far back to be written is left out, and only the first passages of many are kept', () => {
  const passages = ['p-0123456789abcde1', 'p-0123456789abcde2', 'p-0123456789abcde3', 'p-0123456789abcde4']
  const quote = { kind: 'quote', passage: passages[0]!, figures: [] } as const
  assert.deepEqual(decodeAddress(encodeAddress({ ...quote, highlights: [[3, 1296]] })), { ...quote, highlights: [] })
  assert.deepEqual(decodeAddress(encodeAddress({ kind: 'quotes', passages })), {
    kind: 'quotes',
    passages: passages.slice(0, 3),
  })
})

test('buttons of before the kinds had one table say what they said', () => {
  const [id, passage] = ['0123456789abcdef', 'p-0123456789abcdef']
  const before: Record<string, Address> = {
    [`q_${id}0a0f`]: { kind: 'quote', passage, highlights: [[10, 15]], figures: [] },
    [`q_${id}0a0f1a1f-0b0c`]: {
      kind: 'quote',
      passage,
      highlights: [
        [10, 15],
        [46, 51],
      ],
      figures: [[11, 12]],
    },
    [`x_${id}`]: { kind: 'share', passage, highlights: [], figures: [] },
    [`x_${id}0a0f`]: { kind: 'share', passage, highlights: [[10, 15]], figures: [] },
    [`c_${id}-1`]: { kind: 'paragraph', passage, steps: -1 },
    [`m_${id}${id}`]: { kind: 'quotes', passages: [passage, passage] },
    [`s_${id}`]: { kind: 'source', passage },
    [`f_${id}5`]: { kind: 'feedback', passage, verdict: 'outdated' },
    l_zh: { kind: 'language', language: 'zh' },
    l_en: { kind: 'language', language: 'en' },
    [`d_${id}`]: { kind: 'ask', id },
    [`k_${id}`]: { kind: 'keep', id },
    [`b_${id}`]: { kind: 'putBack', id },
    [`T_${id}`]: { kind: 'takeOutAlbum', id },
    [`B_${id}`]: { kind: 'putBackAlbum', id },
    // These were read as “take file out” too.
    't_MTAg5q2m6L-b5Yy6': { kind: 'reports', page: 10, tags: ['武进区'] },
    t_MSAyMDIw5bm05bqm: { kind: 'reports', page: 1, tags: ['2020年度'] },
    t_MCDnrKwx5a2j5bqm: { kind: 'reports', page: 0, tags: ['第1季度'] },
  }
  for (const [text, said] of Object.entries(before)) {
    assert.deepEqual(decodeAddress(text), said, text)
    assert.equal(encodeAddress(said), text)
  }
})

test('an old button that took a file out is read as nothing, or else as a list, and never takes one out', () => {
  fc.assert(
    fc.property(id, (id) => {
      assert.ok(['reports', undefined].includes(decodeAddress(`t_${id}`)?.kind))
    }),
  )
  assert.equal(decodeAddress('t_aB3_-6789012345Z'), null)
})

test('texts that state no address', () => {
  const id = '0123456789abcdef'
  const garbage = [
    ...['', 'q', 'q_', 'start', '\u0000', '😀'.repeat(20), 'help me'],
    ...[`q_${id.slice(1)}`, `Q_${id}`, `z_${id}`, ` q_${id}`, `q_${id}\n`, `q_${id}0`, `q_${id}00001`, `q_${id}0A0B`],
    // A highlight that ends where it begins, or before.
    ...[`q_${id}0505`, `x_${id}0504`],
    ...[`c_${id}`, `c_${id}-`, `c_${id}--1`, `c_${id}zzzzz`, `c_${id}1.5`],
    ...[`c_${id}-0`, `c_${id}01`, `m_${id}0`, `m_${id}${id}${id}${id}`, `s_${id}0`, `s_${id.slice(1)}`],
    ...[`f_${id}`, `f_${id}6`, `f_${id}00`, `d_${id.slice(1)}`, `r_${id}0`, `k_${id.slice(1)}/`, `D_${id}`],
    ...['l_', 'l_fr', 'l_zh0', 't_', 't_short', 't_MDE', 't_LTE', 't_MCAg', 't_MC4x'],
  ]
  for (const text of garbage) assert.equal(decodeAddress(text), null, JSON.stringify(text))
})
