import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restore } from '../../src/reports/restore.ts'
import type { Article } from '../../src/reports/types.ts'
import type { Cutting, Range } from '../../src/text/range.ts'
import fc from '../laws.ts'
import { anyDocument, plainDocument } from './documents.ts'

const rangesOf = (cutting: Cutting | null | undefined) => cutting?.pieces.map((piece) => piece.range) ?? []

/** Every stretch of the text that an article stands on, each once: a byline or heading inside a paragraph is the paragraph's. */
function rangesOfArticle({ headline, kicker, byline, paragraphs }: Article): Range[] {
  const opens = new Set(paragraphs.map((paragraph) => paragraph.pieces[0]?.range[0]))
  const sections = new Set(paragraphs.flatMap((paragraph) => paragraph.sections))
  return [
    ...rangesOf(headline),
    ...rangesOf(kicker),
    ...(byline?.ownLine ? rangesOf(byline.cutting) : []),
    ...[...sections].filter((section) => !opens.has(section.pieces[0]?.range[0])).flatMap(rangesOf),
    ...paragraphs.flatMap(rangesOf),
  ]
}

const contains = (outer: Range, inner: Range) => outer[0] <= inner[0] && inner[1] <= outer[1]

function allRanges(text: string): Range[] {
  const { articles, dropped } = restore(text)
  const lines = dropped.map(({ range }) => range)
  // A jump line inside a line that is dropped as a whole is looked at in restoreParagraphs.test.ts.
  const outer = lines.filter((range, i) => !lines.some((other, j) => j !== i && contains(other, range)))
  return [...articles.flatMap(rangesOfArticle), ...outer].sort((a, b) => a[0] - b[0])
}

/** The letters and digits that stand in none of the ranges, stretch by stretch. */
function lost(text: string): string[] {
  let at = 0
  const rest: string[] = []
  for (const [start, end] of allRanges(text)) {
    rest.push(text.slice(at, start))
    at = end
  }
  return [...rest, text.slice(at)].filter((stretch) => /[\p{L}\p{N}]/u.test(stretch))
}

test('whatever the text, its parts lie inside it and apart from each other', () => {
  fc.assert(
    fc.property(anyDocument, (text) => {
      let at = 0
      for (const [start, end] of allRanges(text)) {
        assert.ok(at <= start && start < end && end <= text.length, `${at} ${start} ${end}`)
        at = end
      }
    }),
    { numRuns: 400 },
  )
})

test('of a document in order no letter and no digit is lost', () => {
  fc.assert(
    fc.property(plainDocument, (text) => assert.deepEqual(lost(text), [])),
    { numRuns: 400 },
  )
})

test('whatever the text, no letter and no digit is lost: what is in no part is listed as dropped', () => {
  fc.assert(
    fc.property(anyDocument, (text) => assert.deepEqual(lost(text), [])),
    { numRuns: 400 },
  )
})

test('a heading with nothing under it is not lost', () => {
  const text = '镇里修好了三座百年老桥，石料都是从北山运来的。'
  for (const document of [
    `# 工作报告\n\n${text}\n\n## 附件`,
    `# 工作报告\n\n## 一季度\n\n## 二季度\n\n${text}`,
    `${text}\n\n**种好树木**\n\n**办好学校**\n\n${text}`,
  ]) {
    assert.deepEqual(lost(document), [])
  }
})

test('a text of nothing but a byline is not lost', () => {
  assert.deepEqual(lost('记者 王三'), [])
})

test('paragraphs are numbered from 1 in each article', () => {
  fc.assert(
    fc.property(anyDocument, (text) => {
      for (const { paragraphs } of restore(text).articles) {
        assert.deepEqual(
          paragraphs.map((paragraph) => paragraph.number),
          paragraphs.map((_, i) => i + 1),
        )
      }
    }),
  )
})

test('the same text always gives the same parts', () => {
  fc.assert(fc.property(anyDocument, (text) => assert.deepEqual(restore(text), restore(text))))
})
