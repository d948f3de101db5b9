/** Groups items by their keys, in the order in which the keys first come. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const own = groups.get(keyOf(item))
    if (own) own.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** Divides items into runs. @param goesOn tells whether an item goes on with the run before it */
export function runsOf<T>(items: Iterable<T>, goesOn: (run: readonly T[], item: T) => boolean): T[][] {
  const runs: T[][] = []
  for (const item of items) {
    const run = runs.at(-1)
    if (run && goesOn(run, item)) run.push(item)
    else runs.push([item])
  }
  return runs
}
