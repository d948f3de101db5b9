import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Answer } from '../../src/answer/types.ts'

const line = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  question: z.string(),
  type: z.string().default('—'),
  lang: z.string().default('zh'),
  file: z.string().nullish(),
  answers: z.array(z.string()).default([]),
  evidence: z.array(z.string()).default([]),
  alternates: z.array(z.object({ file: z.string(), evidence: z.array(z.string()) })).default([]),
  previous: z.string().nullish(),
  passage_ids: z.array(z.string()).optional(),
})

/** A question with what counts as found: a gold file's evidence, or a public set's passage ids. */
export type GoldQuestion = z.infer<typeof line>

/** Reads a gold or question file. @throws ZodError, SyntaxError when a line is not of the form. */
export async function readGold(path: string): Promise<GoldQuestion[]> {
  return (await readFile(path, 'utf8'))
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map((text) => line.parse(JSON.parse(text)))
}

export function isAnswerable(question: GoldQuestion): boolean {
  return question.passage_ids ? question.passage_ids.length > 0 : question.file != null
}

/** Two strings are compared after NFKC, lower case, and removal of white space and Markdown marks. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*#]+/gu, '')
}

/** True when a passage is from the right file and holds one evidence string, or an answer of two or more characters. */
export function isHit(question: GoldQuestion, file: string, passage: string): boolean {
  if (question.passage_ids) return question.passage_ids.some((id) => file === `${id}.txt`)
  const text = folded(passage)
  const holds = (ofFile: string | null | undefined, strings: readonly string[], shortest: number) =>
    ofFile === file && strings.map(folded).some((string) => string.length >= shortest && text.includes(string))
  const files = [question.file, ...question.alternates.map((other) => other.file)]
  return (
    holds(question.file, question.evidence, 1) ||
    question.alternates.some((other) => holds(other.file, other.evidence, 1)) ||
    files.some((ofFile) => holds(ofFile, question.answers, 2))
  )
}

/** The share of the answer strings that the first quote highlights: of a list each, else one; null without strings. */
export function highlightShare(question: GoldQuestion, { quotes }: Answer): number | null {
  const first = quotes[0]
  const wanted = question.answers.map(folded).filter((answer) => answer !== '')
  if (!first || wanted.length === 0) return null
  if (!isHit(question, first.source.file, first.text)) return 0
  const marked = folded(first.highlights.map((range) => first.text.slice(...range)).join(''))
  const found = wanted.filter((answer) => marked.includes(answer)).length
  return question.type === 'list' ? found / wanted.length : Number(found > 0)
}

/** Highlighted characters ÷ characters of the first quote. */
export function tightness({ quotes }: Answer): number | null {
  const first = quotes[0]
  return first ? first.highlights.reduce((sum, [start, end]) => sum + end - start, 0) / first.text.length : null
}
