import type { ReportEntry } from '../../indexes/types.ts'
import { statedYears } from '../../reports/years.ts'
import { placeName, yearsIn } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import { terms } from '../../text/words.ts'
import { misspeltShare } from '../handSetWeights.ts'
import model from '../model.json' with { type: 'json' }
import type { Mention, Scope, ScopedReport } from './scope.ts'

/** The features from which the odds of a report are computed, in the order of their weights. */
export const scopeFeatureNames = [
  /** The rarity, over reports, of the question's terms that stand in the report's names, and of those in its opening alone. */
  'names',
  'opening',
  /**
   * The share of the years asked for that the report states; and of those that it does not state while its opening names
   * them or it states the year after, since reports look back on the year before.
   */
  'year',
  'yearNear',
  /** 1 where the report states years, but none asked for. */
  'yearOther',
] as const

export type ScopeFeatures = Readonly<Record<(typeof scopeFeatureNames)[number], number>>

/** The reports of an index by the names, places and years that they state of themselves. */
export interface ReportDirectory {
  /**
   * The features of every report that the mentions touch in any way; those of the others are zero.
   * @param years the years asked for
   */
  features(mentions: readonly Mention[], years: ReadonlySet<number>): Map<string, ScopeFeatures>
  /**
   * Misspelt places: places of the reports that differ in one character from a part of the text which stands in no report
   * (`缁博市`).
   * @param occurs true for a text that stands in some report
   */
  misspelt(text: string, occurs: (text: string) => boolean): Mention[]
  /**
   * The scope of a question; null where it names no report, or too many alike.
   * @param among the reports that may be found; all where it is left out
   */
  scope(mentions: readonly Mention[], years: ReadonlySet<number>, among?: ReadonlySet<string>): Scope | null
}

/** A scope is filled, likeliest report first, until it has this probability or this many reports. */
const enoughProbability = 0.97
const maxReports = 12
/** A report below this probability belongs to no scope. */
const minOdds = 0.004
/** The least probability of a scope as a whole; with less the question is open. */
const minProbability = 0.5
/** The largest share of reports whose names hold a term that still tells them apart. */
const maxTellingShare = 0.1

/** @param entries all reports of an index */
export function reportDirectory(entries: readonly ReportEntry[]): ReportDirectory {
  const years = entries.map((entry) => ({ stated: statedYears(entry), opening: yearsIn(entry.opening) }))
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
  /** The inverse document frequency over reports. */
  const rarity = (term: string) => Math.log((entries.length + 1) / (holding(term) + 0.5))
  /** The rarity that a mention adds to each report, by the form of the mention that adds most. */
  const worthOf = (mention: Mention, holders: ReadonlyMap<string, readonly number[]>): Map<number, number> => {
    const best = new Map<number, number>()
    for (const { terms, weight } of mention.forms) {
      const worth = new Map<number, number>()
      for (const term of terms) {
        for (const i of holders.get(term) ?? []) worth.set(i, (worth.get(i) ?? 0) + weight * rarity(term))
      }
      for (const [i, value] of worth) best.set(i, Math.max(best.get(i) ?? 0, value * mention.share))
    }
    return best
  }

  const features = (mentions: readonly Mention[], asked: ReadonlySet<number>) => {
    const sums = [new Map<number, number>(), new Map<number, number>()]
    for (const mention of mentions) {
      for (const [k, holders] of [inNames, inOpening].entries()) {
        for (const [i, value] of worthOf(mention, holders)) sums[k]!.set(i, (sums[k]!.get(i) ?? 0) + value)
      }
    }
    const share = (holds: (year: number) => boolean) =>
      asked.size === 0 ? 0 : [...asked].filter(holds).length / asked.size
    const touched = asked.size > 0 ? entries.keys() : new Set([...sums[0]!.keys(), ...sums[1]!.keys()])
    return new Map(
      [...touched].map((i): [string, ScopeFeatures] => {
        const { stated, opening } = years[i]!
        const year = share((one) => stated.has(one))
        return [
          entries[i]!.id,
          {
            names: sums[0]!.get(i) ?? 0,
            opening: sums[1]!.get(i) ?? 0,
            year,
            yearNear: share((one) => !stated.has(one) && (stated.has(one + 1) || opening.has(one))),
            yearOther: Number(asked.size > 0 && stated.size > 0 && year === 0),
          },
        ]
      }),
    )
  }

  /** True for a term that stands in the names of few reports. */
  const tellsApart = (term: string) => {
    const count = inNames.get(term)?.length ?? 0
    return count > 0 && count < Math.max(2, entries.length) && count <= Math.max(2, maxTellingShare * entries.length)
  }

  const places = new Set(
    entries.flatMap(({ metadata: { district } }) => {
      const name = district === undefined ? null : placeName(normalize(district).text)
      return name === null ? [] : [name]
    }),
  )

  return {
    features,
    misspelt: (text, occurs) => misspeltPlaces(text, places, occurs),
    scope(mentions, years, among) {
      const counted = among ? among.size : entries.length
      const weights = [...features(mentions, years)]
        .filter(([id]) => !among || among.has(id))
        .map(([id, own]) => ({
          id,
          odds: Math.exp(scopeFeatureNames.reduce((sum, name) => sum + model.scope[name] * own[name], 0)),
        }))
      // All others are as likely as a report without any feature.
      const total = weights.reduce((sum, { odds }) => sum + odds, counted - weights.length)
      const likely = weights.map(({ id, odds }) => ({ id, odds: odds / total })).sort((a, b) => b.odds - a.odds)
      const reports: ScopedReport[] = []
      let probability = 0
      for (const one of likely) {
        if (probability >= enoughProbability || reports.length === maxReports || one.odds < minOdds) break
        reports.push(one)
        probability += one.odds
      }
      const scoped = new Set(reports.map(({ id }) => id))
      const naming = mentions.filter(({ forms }) =>
        forms.some(({ terms }) =>
          terms.some((term) => tellsApart(term) && inNames.get(term)!.some((i) => scoped.has(entries[i]!.id))),
        ),
      )
      const isOpen = probability < minProbability || (naming.length === 0 && years.size === 0)
      return isOpen ? null : { reports, mentions: naming }
    },
  }
}

function misspeltPlaces(text: string, places: ReadonlySet<string>, occurs: (text: string) => boolean): Mention[] {
  const found: Mention[] = []
  for (const size of new Set([...places].map(({ length }) => length))) {
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
}

/** The names of a report: its title, publisher, district and period, the name of its file, and the short names of its cities. */
function namesOf({ metadata: { title, publisher, district, period }, file }: ReportEntry): string {
  const names = [title, publisher, district, period, file.replace(/\.[^.]+$/u, '')].filter(Boolean).join('\n')
  return `${names}\n${shortNamesIn(names).join('\n')}`
}

/** Cities with long names are called by their first character (`呼和浩特市`: `呼市`). */
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

/** The number of places in which two strings of one length differ. */
function differences(a: string, b: string): number {
  let count = 0
  for (let i = 0; i < a.length; i++) count += Number(a[i] !== b[i])
  return count
}
