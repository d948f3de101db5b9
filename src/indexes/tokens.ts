import type { PassageTokens, TokenIndex } from './types.ts'

/** Token vectors of all passages as flat arrays: `offsets[i] … offsets[i + 1]` are the tokens of passage `i`. */
export interface TokenArrays {
  readonly offsets: Uint32Array
  readonly starts: Uint16Array
  readonly values: Int8Array
}

/** Lays the tokens of all passages out in order. */
export function joinTokens(all: readonly PassageTokens[], dimensions: number): TokenArrays {
  const offsets = new Uint32Array(all.length + 1)
  for (const [i, { starts }] of all.entries()) offsets[i + 1] = offsets[i]! + starts.length
  const starts = new Uint16Array(offsets[all.length]!)
  const values = new Int8Array(offsets[all.length]! * dimensions)
  for (const [i, tokens] of all.entries()) {
    starts.set(tokens.starts, offsets[i])
    values.set(tokens.values, offsets[i]! * dimensions)
  }
  return { offsets, starts, values }
}

export function tokenIndex({ offsets, starts, values }: TokenArrays, dimensions: number): TokenIndex {
  return {
    dimensions,
    of: (position) => ({
      starts: starts.subarray(offsets[position]!, offsets[position + 1]!),
      values: values.subarray(offsets[position]! * dimensions, offsets[position + 1]! * dimensions),
    }),
  }
}
