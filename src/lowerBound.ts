/**
 * The first of the whole numbers from `from` on that `isBelow` does not hold for, by binary search; `to` where it holds for all.
 * @param isBelow holds for none of the numbers behind one that it does not hold for
 */
export function lowerBound(from: number, to: number, isBelow: (i: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBelow(middle)) low = middle + 1
    else high = middle
  }
  return low
}
