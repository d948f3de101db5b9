import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isVerbatim, makeQuote } from '../../src/answer/quote.ts'
import { maxPassageCharacters } from '../../src/reports/manuscript.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import type { Report } from '../../src/reports/types.ts'
import { bare } from '../../src/text/normalize.ts'
import fc from '../laws.ts'
import { reportOf } from '../support/reportOutline.ts'
import { anyDocument } from './documents.ts'

/** Any report that has words at all. */
const anyReport = anyDocument
  .map((text): Report | null => {
    try {
      return reportOf(text)
    } catch {
      return null
    }
  })
  .filter((report) => report !== null)

const bodies = (text: string) => passagesOf(reportOf(text)).flatMap(({ kind, text }) => (kind === 'body' ? [text] : []))
const headings = (text: string) =>
  passagesOf(reportOf(text)).flatMap(({ kind, text }) => (kind === 'heading' ? [text] : []))

/** A sentence of exactly `size` characters, its mark counted. */
const sentence = (size: number, mark = '。') => `${'青石镇修桥种树'.repeat(size).slice(0, size - 1)}${mark}`

test('every passage of any report is verbatim', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      for (const passage of passagesOf(report)) {
        const quote = makeQuote(report, passage, { highlights: [[0, passage.text.length]], figures: [] }, 1)
        assert.ok(isVerbatim(quote, report.text))
      }
    }),
    { numRuns: 300 },
  )
})

test('the passages of a paragraph hold all of it, in order', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const passages = passagesOf(report).filter((passage) => passage.kind === 'body')
      for (const [article, { paragraphs }] of report.articles.entries()) {
        for (const { number, text } of paragraphs) {
          const parts = passages.filter((passage) => passage.article === article && passage.paragraph === number)
          const held = bare(parts.map((part) => part.text).join(''))
          // A paragraph that leads in goes on with the first sentences of what it leads into.
          if (/[:：]$/u.test(text)) assert.ok(held.startsWith(bare(text)))
          else assert.equal(held, bare(text))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a paragraph that only leads in goes on with the first sentences of the paragraphs it leads into', () => {
  const [lead, first, second] = ['镇里今年要办三件实事:', '一要修好老桥。桥在村口。', '二要种树。']
  assert.deepEqual(bodies([lead, first, second].join('\n\n')), [`${lead}\n一要修好老桥。\n二要种树。`, first, second])
})

test('no passage of running text is longer than the limit', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      for (const { kind, text } of passagesOf(report))
        assert.ok(kind === 'heading' || text.length <= maxPassageCharacters)
    }),
    { numRuns: 300 },
  )
})

test('ids are unique within a report, of one form, and the same at every reading', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const ids = passagesOf(report).map((passage) => passage.id)
      assert.equal(new Set(ids).size, ids.length)
      for (const id of ids) assert.match(id, /^p-[\w-]{16}$/)
      assert.deepEqual(
        passagesOf(report).map((passage) => passage.id),
        ids,
      )
    }),
  )
})

test('a paragraph that fits is one passage', () => {
  const text = sentence(120) + sentence(120)
  assert.deepEqual(bodies(text), [text], `${maxPassageCharacters} characters`)
})

test('a paragraph that is too long is parted between sentences, as evenly as can be', () => {
  const sizes = [100, 100, 50, 100, 50]
  // 400 characters: 100 + 100 and 50 + 100 + 50, where filling up would give 100 + 100 and a rest.
  assert.deepEqual(
    bodies(sizes.map((size) => sentence(size)).join('')).map((text) => text.length),
    [200, 200],
  )
  // 250 characters: filling up would leave a rest of 50.
  assert.deepEqual(
    bodies(sentence(50).repeat(5)).map((text) => text.length).sort((a, b) => a - b), // biome-ignore format: one line
    [100, 150],
  )
})

test('a sentence of up to half the limit is never parted', () => {
  for (const part of bodies(sentence(119).repeat(7))) assert.equal(part.length % 119, 0)
})

test('a long sentence is parted at its semicolon rather than at a comma', () => {
  const [before, after] = [`${sentence(60, '，')}${sentence(90, '；')}`, `${sentence(60, '，')}${sentence(80)}`]
  assert.deepEqual(bodies(before + after), [before, after])
})

test('a long sentence without semicolons is parted at a comma', () => {
  const [before, after] = [sentence(140, '，'), sentence(150)]
  assert.deepEqual(bodies(before + after), [before, after])
})

test('text without any mark is cut at the limit, but never inside a character', () => {
  const found = bodies(`${'桥'.repeat(maxPassageCharacters - 1)}𠮷${'树'.repeat(50)}。`)
  assert.equal(found.length, 2)
  for (const text of found) assert.doesNotMatch(text, /\p{Cs}/u, 'half a character would be shown as �')
})

test('a gap in a table is no passage', () => {
  const wide = `${'桥'.repeat(maxPassageCharacters)}${' '.repeat(maxPassageCharacters)}${'树'.repeat(60)}。`
  for (const text of bodies(wide)) assert.notEqual(text.trim(), '')
})

test('a Markdown heading of any length gives no passage over the limit', () => {
  for (const { text } of passagesOf(reportOf(`# ${sentence(100).repeat(6)}\n\n${sentence(30)}`))) {
    assert.ok(text.length <= maxPassageCharacters, `${text.length}`)
  }
})

test('kicker, headline and writers on their own line are one heading passage', () => {
  const text = `镇政府召开专题会议\n\n三座老桥年内修好\n\n□ 记者 王三\n\n${sentence(50)}`
  assert.deepEqual(headings(text), ['镇政府召开专题会议\n三座老桥年内修好\n□ 记者 王三'])
})

test('a section heading is a passage once, however many paragraphs it heads', () => {
  const text = ['工作报告', '第一章 去年', '一、桥', sentence(50), sentence(60), '二、树', sentence(70)].join('\n\n')
  assert.deepEqual(headings(text), ['工作报告', '第一章 去年', '一、桥', '二、树'])
})

test('a heading that opens its paragraph is no passage of its own', () => {
  assert.deepEqual(headings(`工作报告\n\n一、修好老桥。${sentence(50)}`), ['工作报告'])
})

test('a passage names its article, section and paragraph', () => {
  const [passage] = passagesOf(reportOf(`工作报告\n\n第一章 去年\n\n一、桥\n\n${sentence(50)}`)).slice(-1)
  assert.equal(passage?.headline, '工作报告')
  assert.equal(passage?.section, '第一章 去年 › 一、桥')
  assert.equal(passage?.paragraph, 1)
  assert.equal(passage?.article, 0)
  assert.equal(passage?.kind, 'body')
})

test('an id depends on the words and the report, not on place or layout', () => {
  const [one] = passagesOf(reportOf(sentence(50)))
  const [moved] = passagesOf(reportOf(`${sentence(60)}\n\n${sentence(50)}`)).slice(-1)
  const torn = `${sentence(60).slice(0, 45)}\n\n${sentence(60).slice(45)}`
  assert.equal(moved?.id, one?.id)
  assert.equal(passagesOf(reportOf(torn))[0]?.id, passagesOf(reportOf(sentence(60)))[0]?.id)
  const [renamed] = passagesOf(reportOf(sentence(50), 'another'))
  assert.notEqual(renamed?.id, one?.id)
  assert.equal(renamed?.id.slice(0, 14), one?.id.slice(0, 14), 'what belongs to the text stays')
})

test('the same words twice in a report are two passages', () => {
  const ids = passagesOf(reportOf(`${sentence(50)}\n\n${sentence(50)}`)).map((passage) => passage.id)
  assert.equal(ids.length, 2)
  assert.notEqual(ids[0], ids[1])
})
