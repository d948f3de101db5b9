import type { GraphHits } from './hnswAddon.ts'

/** A message from the pool to a thread that searches graphs. A graph goes by the number that it was read under. */
export type GraphRequest = { readonly id: number; readonly graph: number } & (
  | { readonly kind: 'read'; readonly path: string; readonly dimensions: number }
  | {
      readonly kind: 'search'
      readonly vector: Float32Array
      readonly breadth: number
      readonly isAllowed: Uint8Array | undefined
    }
  | { readonly kind: 'forget' }
)

/** The answer to the request of the same id. */
export type GraphReply =
  | { readonly id: number; readonly hits: GraphHits }
  | { readonly id: number; readonly fault: string }
