import type { Incoming, Outgoing } from './halves.ts'
import { isAlike } from './headlineNames.ts'
import { isSamePage } from './jumps.ts'

export interface End extends Outgoing {
  readonly story: number
  readonly names: readonly string[]
}

export interface Beginning extends Incoming {
  readonly story: number
  /** The index after the second half's last line. */
  readonly end: number
  readonly names: readonly string[]
}

/** A half is compared with this many halves before and behind it; an issue has fewer. */
const maxCandidates = 30

/** Pairs halves that can only belong to each other: by headlines, else by pages, else for want of other halves. */
export function pairUp(outgoing: readonly End[], incoming: readonly Beginning[]): [End, Beginning][] {
  const edges: Edge[] = []
  let middle = 0
  for (const from of outgoing) {
    while (incoming[middle] && incoming[middle]!.first <= from.last) middle++
    for (const to of incoming.slice(Math.max(0, middle - maxCandidates), middle + maxCandidates)) {
      const edge = edgeOf(from, to)
      if (edge) edges.push(edge)
    }
  }
  const pairs: [End, Beginning][] = []
  const taken = new Set<End | Beginning>()
  for (const isStrong of [
    (edge: Edge) => edge.isNamed && edge.isOnPages,
    (edge: Edge) => edge.isNamed,
    (edge: Edge) => edge.isOnPages,
    () => true,
    (edge: Edge) => edge.isOnSheets,
  ]) {
    const open = edges.filter((edge) => isStrong(edge) && !taken.has(edge.from) && !taken.has(edge.to))
    const count = new Map<End | Beginning, number>()
    for (const { from, to } of open) for (const half of [from, to]) count.set(half, (count.get(half) ?? 0) + 1)
    for (const { from, to } of open) {
      if (count.get(from) !== 1 || count.get(to) !== 1) continue
      pairs.push([from, to])
      taken.add(from).add(to)
    }
  }
  return pairs
}

/** Two halves that may belong together, with what speaks for it. */
interface Edge {
  readonly from: End
  readonly to: Beginning
  /** True where both have the headline, or the jump line of one names that of the other. */
  readonly isNamed: boolean
  /** True where each half stands on the page that the other's jump line names. */
  readonly isOnPages: boolean
  /** True where the pages bear no names, but their numbers agree with the jump lines. */
  readonly isOnSheets: boolean
}

function edgeOf(from: End, to: Beginning): Edge | null {
  const isAhead = from.last < to.first
  if (from.story === to.story && !isAhead) return null
  if (isSamePage(from.jump.page, to.jump.page) || from.page?.issue !== to.page?.issue) return null
  const [left, right] = [from.page?.name, to.page?.name]
  if (left && !isSamePage(left, to.jump.page)) return null
  if (right && !isSamePage(right, from.jump.page)) return null
  const fromNames = [from.jump.title ?? [], from.names].flat()
  const toNames = [to.jump.title ?? [], to.names].flat()
  const isAmong = (name: string, names: readonly string[]) => names.some((other) => isAlike(name, other))
  // A half whose jump line names a headline belongs to no half with another headline.
  if (from.jump.title && toNames.length > 0 && !isAmong(from.jump.title, toNames)) return null
  if (to.jump.title && fromNames.length > 0 && !isAmong(to.jump.title, fromNames)) return null
  const isNamed = fromNames.some((name) => isAmong(name, toNames))
  const isOnPages = Boolean(left && right)
  if (!isAhead && !isNamed && !isOnPages) return null
  const isOnSheets =
    !left && !right && from.page?.sheet === to.jump.page.number - 1 && to.page?.sheet === from.jump.page.number - 1
  return { from, to, isNamed, isOnPages, isOnSheets }
}
