import type { StateStore } from '../../src/state/types.ts'

/** A state store in memory. Nothing expires. */
export function memoryState(): StateStore & { readonly lists: Map<string, object[]> } {
  const values = new Map<string, string>()
  const lists = new Map<string, object[]>()
  return {
    lists,
    get: async (key) => values.get(key) ?? null,
    async set(key, value) {
      if (value === null) values.delete(key)
      else values.set(key, value)
    },
    async claim(key, value) {
      if (values.has(key)) return false
      values.set(key, value)
      return true
    },
    async prepare(key, value) {
      const make = () => {
        const isFree = !values.has(key)
        if (isFree) values.set(key, value)
        return isFree
      }
      return { make, settle: async () => {} }
    },
    keys: async (kind) => [...values.keys()].filter((key) => key.startsWith(`${kind}/`)),
    async append(list, record) {
      lists.set(list, [...(lists.get(list) ?? []), record])
    },
    count: async (list) => lists.get(list)?.length ?? 0,
    async close() {},
  }
}
