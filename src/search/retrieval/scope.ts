import type { ReportEntry } from '../../indexes/types.ts'
import { statedYears } from '../../reports/years.ts'
import { placeName, yearRanges, yearsIn } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { segments, terms } from '../../text/words.ts'
import model from '../model.json' with { type: 'json' }
import type { QuestionInput } from '../question/question.ts'

/**
 * The scope of a question: the reports that it names by place, office, kind or year. People name the report they ask of,
 * and every title line repeats the name; what tells its passages apart is the rest of the question, the *residual*.
 */
export interface Scope {
  /** Most likely first. */
  readonly reports: readonly ScopedReport[]
  /** What in the question names them. */
  readonly named: readonly Named[]
}

export interface ScopedReport {
  readonly id: string
  /** The probability that the question is asked of it, 0 … 1. */
  readonly odds: number
}

/** What may name a report: a term of a Chinese question, or a concept of an English one. */
export interface Named {
  /** Where it stands in the question. */
  readonly ranges: readonly Range[]
  /** What a report may hold for it, the terms of each. */
  readonly forms: readonly { readonly terms: readonly string[]; readonly weight: number }[]
  /** How much it counts, 0 … 1. */
  readonly share: number
}

/** What the odds of a report are computed from, in the order of their weights. */
export const scopeFeatureNames = [
  /** The rarity, over reports, of what the question says that stands in the report's names, and in its opening alone. */
  'names',
  'opening',
  /**
   * Shares of the years asked for that the report states; that it does not, but its opening names, or it states the year after:
   * reports look back on the year before.
   */
  'year',
  'yearNear',
  /** Whether it states years, but none asked for. */
  'yearOther',
] as const

export type ScopeFeatures = Readonly<Record<(typeof scopeFeatureNames)[number], number>>

/** Reports by what they say of themselves. */
export interface Frames {
  /**
   * The features of every report that a question speaks of in any way; those of the others are zero.
   * @param years those asked for
   */
  features(named: readonly Named[], years: ReadonlySet<number>): Map<string, ScopeFeatures>
  /**
   * Places of the reports that a question may mean where it writes one otherwise: names that differ in one character
   * from a stretch of the text that stands in no report (`缁博市`).
   * @param occurs whether any report holds a string
   */
  misspelt(text: string, occurs: (text: string) => boolean): Named[]
  /**
   * The scope of a question, or null where it names no report or too many alike.
   * @param among the reports that may be found; all where it is left out
   */
  scope(named: readonly Named[], years: ReadonlySet<number>, among?: ReadonlySet<string>): Scope | null
}

/** The scope ends where it holds so much of the probability, and has so many reports at most. */
const wantedMass = 0.97
const mostReports = 12
/** A report below this probability is no part of it. */
const leastOdds = 0.004
/** A scope that holds less of the probability leaves the question open. */
const leastMass = 0.5
/** A term that more of the reports' names share tells none of them apart. */
const tellingShare = 0.1

/** What a name counts that is written with another character. */
const misspeltShare = 0.8

interface Frame {
  readonly id: string
  readonly years: ReadonlySet<number>
  readonly openingYears: ReadonlySet<number>
}

/** @param entries all reports of an index */
export function framesOf(entries: readonly ReportEntry[]): Frames {
  const frames = entries.map((entry): Frame => {
    return { id: entry.id, years: statedYears(entry), openingYears: yearsIn(entry.opening) }
  })
  const inNames = new Map<string, number[]>()
  const inOpening = new Map<string, number[]>()
  const add = (to: Map<string, number[]>, term: string, i: number) => {
    const reports = to.get(term)
    if (reports) reports.push(i)
    else to.set(term, [i])
  }
  for (const [i, entry] of entries.entries()) {
    const names = termsOf(namesOf(entry))
    for (const term of names) add(inNames, term, i)
    for (const term of termsOf(entry.opening)) if (!names.has(term)) add(inOpening, term, i)
  }
  const holding = (term: string) => (inNames.get(term)?.length ?? 0) + (inOpening.get(term)?.length ?? 0)
  /** Inverse document frequency over reports. */
  const rarity = (term: string) => Math.log((entries.length + 1) / (holding(term) + 0.5))
  /** The most that a form of `one` adds to each report. */
  const worthOf = (one: Named, place: Map<string, number[]>): Map<number, number> => {
    const most = new Map<number, number>()
    for (const { terms, weight } of one.forms) {
      const worth = new Map<number, number>()
      for (const term of terms) {
        for (const i of place.get(term) ?? []) worth.set(i, (worth.get(i) ?? 0) + weight * rarity(term))
      }
      for (const [i, value] of worth) most.set(i, Math.max(most.get(i) ?? 0, value * one.share))
    }
    return most
  }

  const features = (named: readonly Named[], years: ReadonlySet<number>) => {
    const sums = [new Map<number, number>(), new Map<number, number>()]
    for (const one of named) {
      for (const [k, place] of [inNames, inOpening].entries()) {
        for (const [i, value] of worthOf(one, place)) sums[k]!.set(i, (sums[k]!.get(i) ?? 0) + value)
      }
    }
    const share = (held: (year: number) => boolean) =>
      years.size === 0 ? 0 : [...years].filter(held).length / years.size
    const touched = years.size > 0 ? frames.keys() : new Set([...sums[0]!.keys(), ...sums[1]!.keys()])
    return new Map(
      [...touched].map((i): [string, ScopeFeatures] => {
        const { id, years: own, openingYears } = frames[i]!
        const year = share((one) => own.has(one))
        return [
          id,
          {
            names: sums[0]!.get(i) ?? 0,
            opening: sums[1]!.get(i) ?? 0,
            year,
            yearNear: share((one) => !own.has(one) && (own.has(one + 1) || openingYears.has(one))),
            yearOther: Number(years.size > 0 && own.size > 0 && year === 0),
          },
        ]
      }),
    )
  }

  const tells = (term: string) => {
    const count = inNames.get(term)?.length ?? 0
    return count > 0 && count < Math.max(2, frames.length) && count <= Math.max(2, tellingShare * frames.length)
  }

  const places = new Set(
    entries.flatMap(({ metadata: { district } }) => {
      const name = district === undefined ? null : placeName(normalize(district).text)
      return name === null ? [] : [name]
    }),
  )
  const sizes = new Set([...places].map(({ length }) => length))

  return {
    features,
    misspelt(text, occurs) {
      const found: Named[] = []
      for (const size of sizes) {
        for (let start = 0; start + size <= text.length; start++) {
          const written = text.slice(start, start + size)
          if (!/^\p{Script=Han}+$/u.test(written) || places.has(written) || occurs(written)) continue
          const meant = [...places].filter((place) => place.length === size && differences(place, written) === 1)
          if (meant.length === 0) continue
          const forms = meant.map((place) => ({ terms: termsIn(place), weight: misspeltShare }))
          found.push({ ranges: [[start, start + size]], forms, share: 1 })
        }
      }
      return found
    },
    scope(named, years, among) {
      const counted = among ? among.size : frames.length
      const weights = [...features(named, years)]
        .filter(([id]) => !among || among.has(id))
        .map(([id, own]) => ({
          id,
          odds: Math.exp(scopeFeatureNames.reduce((sum, name) => sum + model.scope[name] * own[name], 0)),
        }))
      // All others are as likely as a report without any feature.
      const total = weights.reduce((sum, { odds }) => sum + odds, counted - weights.length)
      const likely = weights.map(({ id, odds }) => ({ id, odds: odds / total })).sort((a, b) => b.odds - a.odds)
      const reports: ScopedReport[] = []
      let mass = 0
      for (const one of likely) {
        if (mass >= wantedMass || reports.length === mostReports || one.odds < leastOdds) break
        reports.push(one)
        mass += one.odds
      }
      const places = new Set(reports.map(({ id }) => id))
      const naming = named.filter(({ forms }) =>
        forms.some(({ terms }) =>
          terms.some((term) => tells(term) && inNames.get(term)!.some((i) => places.has(frames[i]!.id))),
        ),
      )
      return mass < leastMass || (naming.length === 0 && years.size === 0) ? null : { reports, named: naming }
    },
  }
}

/** What names a report: its title, publisher, district and period, the name of its file, and short names of its cities. */
function namesOf({ metadata: { title, publisher, district, period }, file }: ReportEntry): string {
  const names = [title, publisher, district, period, file.replace(/\.[^.]+$/u, '')].filter(Boolean).join('\n')
  return `${names}\n${shortNamesIn(names).join('\n')}`
}

/** Cities with long names are called by the first character (`呼和浩特市`: `呼市`). */
function shortNamesIn(names: string): string[] {
  const cities = normalize(names).text.matchAll(/(?<!\p{Script=Han})(\p{Script=Han})\p{Script=Han}{2,4}市/gu)
  return [...cities].map(([, first]) => `${first}市`)
}

function termsOf(text: string): Set<string> {
  return new Set(termsIn(normalize(text).text))
}

function termsIn(normalized: string): string[] {
  return [...new Set(terms(normalized).map(({ term }) => term))]
}

/** In how many places two strings of one length differ. */
function differences(a: string, b: string): number {
  let count = 0
  for (let i = 0; i < a.length; i++) count += Number(a[i] !== b[i])
  return count
}

/**
 * The terms of a Chinese question as what may name a report; years are asked for by themselves.
 * @param shareAt how much a term counts that starts at a position
 */
export function namedInChinese(text: string, shareAt: (position: number) => number): Named[] {
  const found = new Map<string, { ranges: Range[]; share: number }>()
  for (const { term, range } of terms(text)) {
    if (/^(?:19|20)[0-9]{2}$/u.test(term)) continue
    const { ranges, share } = found.get(term) ?? { ranges: [], share: 0 }
    found.set(term, { ranges: [...ranges, range], share: Math.max(share, shareAt(range[0])) })
  }
  return [...found].map(([term, { ranges, share }]) => ({ ranges, share, forms: [{ terms: [term], weight: 1 }] }))
}

/**
 * A Chinese question without what names its scope: words that lie wholly in what names a report, and years. Null where
 * nothing is taken out, or nothing is left to ask for.
 */
export function residualOf(input: QuestionInput, { named }: Scope): QuestionInput | null {
  const { text, from } = input
  const gone = new Uint8Array(text.length)
  for (const { ranges } of named) for (const range of ranges) gone.fill(1, ...range)
  for (const range of yearRanges(text)) gone.fill(1, ...range)
  const without = (start: number, end: number) =>
    segments(text.slice(start, end))
      .map(({ term, range: [a, b] }) => (gone.subarray(start + a, start + b).every(Boolean) ? ' ' : term))
      .join('')
      .replace(/\s+/gu, ' ')
      .trim()
  const before = from === 0 ? '' : `${without(0, from)} `.trimStart()
  const rest = `${before}${without(from, text.length)}`
  if (rest === text || !/[\p{L}\p{N}]{2}/u.test(rest)) return null
  return { ...input, text: rest, from: before.length }
}
